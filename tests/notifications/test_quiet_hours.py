"""Quiet hours go by the clock of the person, over midnight and over changes of the clock."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from bookkinda.jobs import Job
from bookkinda.preferences import Preferences
from bookkinda.worker import run_due_jobs
from customers.models import Customer
from notifications import outbox
from notifications.quiet_hours import quiet_until
from tests.factories import CustomerFactory
from tests.notifications.test_sending import let_time_pass, states

NIGHT = {"quiet_from": time(21), "quiet_until": time(8)}


def utc(day, hour, minute=0, month=11):
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def until(now, zone="", **hours):
    business = Preferences(time_zone="Europe/London", **(hours or NIGHT))
    return quiet_until(business, Customer(time_zone=zone), now)


def test_a_time_zone_that_this_machine_does_not_know_is_the_business_s():
    assert until(utc(5, 23), zone="Mars/Olympus") == utc(6, 8)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (utc(5, 20, 59), None),
        (utc(5, 21), utc(6, 8)),
        (utc(5, 23, 59), utc(6, 8)),
        (utc(6, 0), utc(6, 8)),
        (utc(6, 7, 59), utc(6, 8)),
        (utc(6, 8), None),
    ],
)
def test_over_midnight(now, end):
    assert until(now) == end


def test_in_the_middle_of_the_day():
    noon = {"quiet_from": time(12), "quiet_until": time(14)}

    assert until(utc(5, 13), **noon) == utc(5, 14)
    assert until(utc(5, 11), **noon) is None


def test_by_the_customers_own_clock():
    assert until(utc(5, 12), "Asia/Tokyo") == utc(5, 23)  # 21:00 there, until 8:00
    assert until(utc(5, 22), "America/New_York") is None  # 17:00 there


def test_the_night_in_which_the_clock_goes_forward_is_shorter():
    assert until(utc(28, 22, month=3)) == utc(29, 7, month=3)


@pytest.mark.parametrize("minute", [0, 29])
def test_an_end_that_the_clock_shows_twice_is_never_in_the_past(minute):
    hours = {"quiet_from": time(21), "quiet_until": time(1, 30)}

    first, second = (until(utc(25, hour, minute, month=10), **hours) for hour in (0, 1))

    assert first.astimezone(UTC) == utc(25, 0, 30, month=10)
    assert second.astimezone(UTC) == utc(25, 1, 30, month=10)


def test_without_quiet_hours_nobody_waits():
    assert until(utc(5, 23), quiet_from=None, quiet_until=None) is None
    assert until(utc(5, 23), quiet_from=time(8), quiet_until=time(8)) is None


@pytest.fixture
def at_night(db):
    """It is quiet now, for two hours from an hour ago, at the business."""
    now = timezone.now()
    begin, end = (now + timedelta(hours=n) for n in (-1, 1))
    Preferences(
        time_zone="UTC",
        quiet_from=begin.time().replace(microsecond=0),
        quiet_until=end.time().replace(microsecond=0),
    ).save()


def test_a_message_waits_for_the_morning(at_night, ways, tell):
    message = outbox.queue(tell(), CustomerFactory(phone="+447700900001"))

    run_due_jobs()

    assert ways.email.asked == 0
    assert set(states(message).values()) == {("queued", "")}
    wait = Job.objects.get().run_after - timezone.now()
    assert timedelta(minutes=55) < wait < timedelta(minutes=61)
    assert message.deliveries.first().next_try_at
    Preferences(time_zone="UTC").save()
    let_time_pass()
    run_due_jobs()
    assert set(states(message).values()) == {("sent", "")}


def test_a_login_wakes_people_up(at_night, ways, tell):
    message = outbox.queue(tell(is_credential=True), CustomerFactory(phone="+447700900001"))

    run_due_jobs()

    assert set(states(message).values()) == {("sent", "")}


def test_customers_elsewhere_have_their_own_night(at_night, ways, tell):
    outbox.queue(tell(), CustomerFactory(time_zone="Pacific/Kiritimati", phone="+447700900001"))

    run_due_jobs()

    assert ways.email.asked == 1
