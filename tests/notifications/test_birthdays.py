"""Birthday wishes: on the day where the customer is, once a year, by the channels that are on."""

from datetime import date

import pytest
import time_machine

from bookkinda.jobs import Job
from bookkinda.preferences import Preferences
from bookkinda.worker import run_due_jobs
from notifications.birthdays import wish_happy_birthday
from notifications.models import Delivery, Message, Workflow
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db


def pause() -> None:
    """The worker goes on."""


@pytest.fixture(autouse=True)
def by_mail():
    Preferences(time_zone="Europe/London").save()
    Workflow.objects.create(event="birthday", channels=["email"])


def born(day: date, **values):
    return CustomerFactory(date_of_birth=day, **values)


@time_machine.travel("2026-05-04T10:00:00Z", tick=False)
def test_whose_birthday_it_is_gets_one_wish_however_often_the_tick_comes():
    born(date(1990, 5, 4), first_name="Ada")
    born(date(1990, 5, 5), first_name="Bob")

    assert wish_happy_birthday(pause) == 1
    assert wish_happy_birthday(pause) == 0

    message = Message.objects.get()
    assert (message.customer.first_name, message.event) == ("Ada", "birthday")
    assert message.job.priority == Job.Priority.BULK


def test_the_next_year_has_a_wish_of_its_own():
    born(date(1990, 5, 4))
    for year in ("2026", "2027"):
        with time_machine.travel(f"{year}-05-04T10:00:00Z", tick=False):
            wish_happy_birthday(pause)

    assert Message.objects.count() == 2


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        ("", "2026-05-04T07:59:00Z", 0),
        ("", "2026-05-04T08:00:00Z", 1),
        ("", "2026-05-04T18:59:00Z", 1),
        ("", "2026-05-04T19:00:00Z", 0),
        ("Pacific/Auckland", "2026-05-03T23:30:00Z", 1),
        ("Pacific/Auckland", "2026-05-04T10:00:00Z", 0),
        ("America/Mexico_City", "2026-05-04T10:00:00Z", 0),
        ("America/Mexico_City", "2026-05-05T00:30:00Z", 1),
    ],
)
def test_the_clock_is_that_of_the_customer_or_else_of_the_business(zone, now, expected):
    born(date(1990, 5, 4), time_zone=zone)

    with time_machine.travel(now, tick=False):
        assert wish_happy_birthday(pause) == expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [("2026-02-28", 1), ("2026-03-01", 0), ("2028-02-28", 0), ("2028-02-29", 1)],
)
def test_who_was_born_on_29_february_is_wished_in_every_year(today, expected):
    born(date(2000, 2, 29))

    with time_machine.travel(f"{today}T12:00:00Z", tick=False):
        assert wish_happy_birthday(pause) == expected


@time_machine.travel("2026-05-04T10:00:00Z", tick=False)
def test_nobody_is_wished_who_was_deleted_or_cannot_be_reached():
    born(date(1990, 5, 4), archived_at="2026-05-01T00:00:00Z")
    born(date(1990, 5, 4), email="", phone="+447700900142")

    assert wish_happy_birthday(pause) == 0


@time_machine.travel("2026-05-04T10:00:00Z", tick=False)
def test_while_no_channel_is_on_nobody_is_wished():
    Workflow.objects.update(channels=[])
    born(date(1990, 5, 4))

    assert wish_happy_birthday(pause) == 0


def test_a_wish_that_comes_too_late_is_not_sent(ways):
    born(date(1990, 5, 4))
    with time_machine.travel("2026-05-04T10:00:00Z", tick=False):
        wish_happy_birthday(pause)

    with time_machine.travel("2026-05-06T10:00:00Z", tick=False):
        run_due_jobs()

    assert ways.email.taken == []
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.code) == (Delivery.State.SKIPPED, "not-wanted")
