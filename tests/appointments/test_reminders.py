"""Reminders come as many hours before as the owner set, once, and never of what changed."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from appointments import booking
from appointments.models import Appointment
from appointments.reminders import remind
from bookkinda.preferences import Preferences
from bookkinda.worker import run_due_jobs
from customers.models import ChangeSet
from notifications.models import Message, Workflow
from tests.factories import AppointmentFactory, CustomerFactory, ProviderFactory
from tests.notifications.test_sending import states

pytestmark = pytest.mark.django_db
DESK = ChangeSet.Source.BACK_OFFICE
START = datetime(2027, 1, 8, 10, tzinfo=UTC)  # in London, where the business is
LONG_AGO = datetime(2027, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def pause() -> None:
    """The worker goes on."""


@pytest.fixture(autouse=True)
def settings_of_the_business():
    Preferences(reminder_hours=[24]).save()


@pytest.fixture
def visit():
    return AppointmentFactory(start=START, created_at=LONG_AGO)


def reminded(at):
    """How many reminders are queued at this moment."""
    with time_machine.travel(at, tick=False):
        return remind(pause)


def test_a_reminder_comes_so_many_hours_before_and_once(visit):
    assert reminded(START - 24 * HOUR - timedelta(minutes=1)) == 0
    assert reminded(START - 24 * HOUR) == 1
    assert reminded(START - 23 * HOUR) == 0

    message = Message.objects.get()
    assert (message.event, message.customer) == ("appointment-reminder", visit.customer)
    assert message.context["hours"] == 24


def test_its_words_say_the_day_as_people_do(visit, ways):
    reminded(START - 24 * HOUR)

    with time_machine.travel(START - 24 * HOUR, tick=False):
        run_due_jobs()

    assert ways.email.taken[0].subject == "Your appointment tomorrow at 10:00"
    assert ways.email.taken[0].attachments == ()


def test_each_of_several_hours_has_its_own(visit):
    Preferences(reminder_hours=[48, 2, 24]).save()

    assert [reminded(START - hours * HOUR) for hours in (48, 24, 2)] == [1, 1, 1]


def test_a_worker_that_slept_says_the_last_one_of_those_that_are_due(visit):
    Preferences(reminder_hours=[48, 24, 2]).save()

    assert reminded(START - HOUR) == 1
    assert reminded(START - HOUR / 2) == 0
    assert Message.objects.get().context["hours"] == 2


def test_nobody_is_reminded_of_what_has_begun(visit):
    assert reminded(START) == 0


@pytest.mark.parametrize(("booked", "expected"), [(24, 1), (23.9, 0), (1, 0)])
def test_what_was_booked_later_than_that_has_none(booked, expected):
    AppointmentFactory(start=START, created_at=START - booked * HOUR)

    assert reminded(START - booked * HOUR) == expected
    assert reminded(START - HOUR / 2) == 0


@pytest.mark.parametrize("status", ["pending", "cancelled", "done", "no-show"])
def test_only_confirmed_appointments_have_one(visit, status):
    Appointment.objects.update(status=status)

    assert reminded(START - 24 * HOUR) == 0


def test_the_archived_have_none(visit):
    visit.customer.archived_at = LONG_AGO
    visit.customer.save()

    assert reminded(START - 24 * HOUR) == 0


def test_one_that_was_cancelled_before_it_went_is_not_sent(visit, ways):
    with time_machine.travel(START - 24 * HOUR, tick=False):
        remind(pause)
        booking.cancel(visit, by=None, source=DESK, notify=False)
        run_due_jobs()

    assert ways.email.taken == []
    assert states(Message.objects.get()) == {"email": ("skipped", "appointment-cancelled")}


def move(visit, start, at):
    with time_machine.travel(at, tick=False):
        booking.move(visit, start=start, by=None, source=DESK, notify=False)


def test_after_a_move_the_new_time_has_one_of_its_own(visit, ways):
    reminded(START - 24 * HOUR)
    later = START + 48 * HOUR
    move(visit, later, at=START - 20 * HOUR)

    with time_machine.travel(START - 20 * HOUR, tick=False):
        run_due_jobs()
    assert states(Message.objects.get()) == {"email": ("skipped", "appointment-changed")}
    assert reminded(START) == 0
    assert reminded(later - 24 * HOUR) == 1


def test_one_that_was_moved_later_than_that_has_none(visit):
    soon = START - 48 * HOUR
    move(visit, soon, at=soon - 3 * HOUR)

    assert reminded(soon - 2 * HOUR) == 0


NIGHT = {"quiet_from": time(21), "quiet_until": time(8)}


def test_in_quiet_hours_it_comes_when_they_are_over():
    Preferences(reminder_hours=[4], **NIGHT).save()
    AppointmentFactory(start=START, created_at=LONG_AGO)  # due at 6

    assert reminded(START.replace(hour=7, minute=59)) == 0
    assert reminded(START.replace(hour=8)) == 1


def test_where_that_is_too_late_it_comes_before_they_begin():
    Preferences(reminder_hours=[2], **NIGHT).save()
    early = START.replace(hour=8, minute=15)  # due at 6:15
    AppointmentFactory(start=early, created_at=LONG_AGO)
    evening = START.replace(day=7, hour=20)

    assert reminded(evening.replace(minute=50)) == 0
    assert reminded(evening.replace(minute=55)) == 1
    assert reminded(early - HOUR) == 0


def test_the_night_is_that_of_the_customer():
    Preferences(reminder_hours=[4], **NIGHT).save()
    tokyo = CustomerFactory(time_zone="Asia/Tokyo")  # due at 15 there
    AppointmentFactory(start=START, created_at=LONG_AGO, customer=tokyo)

    assert reminded(START - 4 * HOUR) == 1


def test_one_that_is_late_goes_in_quiet_hours_rather_than_after_the_appointment(ways):
    Preferences(reminder_hours=[2], **NIGHT).save()
    early = START.replace(hour=7, minute=30)
    AppointmentFactory(start=early, created_at=LONG_AGO)

    with time_machine.travel(early - HOUR, tick=False):  # the worker slept over the evening
        remind(pause)
        run_due_jobs()

    assert len(ways.email.taken) == 1


def test_providers_are_reminded_where_the_owner_wants_it_and_they_can_be_reached():
    Workflow.objects.create(event="appointment-reminder", channels=[])
    Workflow.objects.create(event="provider-reminder", channels=["email"])
    sofia = ProviderFactory(email="sofia@example.org")
    AppointmentFactory(start=START, created_at=LONG_AGO, provider=sofia)
    AppointmentFactory(start=START, created_at=LONG_AGO)  # of somebody without an address

    assert reminded(START - 24 * HOUR) == 1
    assert reminded(START - 23 * HOUR) == 0
    assert Message.objects.get().context["provider"] == sofia.pk


def test_a_look_asks_as_many_questions_for_many_that_were_reminded(django_assert_num_queries):
    AppointmentFactory.create_batch(3, start=START, created_at=LONG_AGO)
    assert reminded(START - 24 * HOUR) == 3

    with django_assert_num_queries(5):
        reminded(START - 23 * HOUR)
