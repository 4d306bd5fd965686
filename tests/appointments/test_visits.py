"""Last and next visit of a customer: true after every act, and as time passes."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine as clocks

from appointments import booking, tasks, visits
from appointments.models import Appointment
from bookkinda.jobs import PERIODS
from customers.models import ChangeSet
from tests.factories import AppointmentFactory, CustomerFactory

pytestmark = pytest.mark.django_db
Status = Appointment.Status
NOW = datetime(2027, 1, 4, 8, tzinfo=UTC)
DAY = timedelta(days=1)
STAFF = {"by": None, "source": ChangeSet.Source.BACK_OFFICE}


@pytest.fixture(autouse=True)
def monday():
    with clocks.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def ada():
    return CustomerFactory()


def visits_of(customer):
    customer.refresh_from_db()
    return customer.last_visit_at, customer.next_visit_at


def at(customer, days, status=Status.CONFIRMED):
    return AppointmentFactory(customer=customer, start=NOW + days * DAY, status=status)


def test_what_was_cancelled_or_missed_is_no_visit(ada):
    for days in (-9, 9):
        at(ada, days)
    for days, status in ((-1, Status.NO_SHOW), (-2, Status.CANCELLED), (1, Status.CANCELLED)):
        at(ada, days, status)

    visits.refresh([ada.pk])

    assert visits_of(ada) == (NOW - 9 * DAY, NOW + 9 * DAY)
    assert ada.version == 1


def test_who_has_no_appointment_has_no_visit(ada):
    ada.last_visit_at = ada.next_visit_at = NOW
    ada.save()

    visits.refresh([ada.pk])

    assert visits_of(ada) == (None, None)


def test_every_act_keeps_them_true(ada):
    later = at(ada, 3)

    booking.move(later, start=NOW + 5 * DAY, **STAFF)
    assert visits_of(ada) == (None, NOW + 5 * DAY)
    booking.cancel(later, **STAFF)
    assert visits_of(ada) == (None, None)
    booking.set_status(later, Status.CONFIRMED, **STAFF)
    assert visits_of(ada) == (None, NOW + 5 * DAY)
    booking.set_status(at(ada, -1), Status.DONE, **STAFF)
    assert visits_of(ada) == (NOW - DAY, NOW + 5 * DAY)


def test_a_visit_that_has_begun_is_the_last_one(ada, monday):
    others = CustomerFactory.create_batch(3)
    for customer in (ada, *others):
        at(customer, 1)
    at(ada, 2)
    visits.refresh([ada.pk, *(each.pk for each in others)])
    monday.shift(DAY)

    assert visits.refresh_begun(size=2) == 4

    assert visits_of(ada) == (NOW + DAY, NOW + 2 * DAY)
    assert visits_of(others[0]) == (NOW + DAY, None)
    assert visits.refresh_begun() == 0


def test_the_worker_looks_after_them_and_after_holds_every_minute():
    minute = timedelta(minutes=1)

    assert PERIODS["appointments.refresh-visits"] == minute
    assert PERIODS["appointments.remove-expired-holds"] == minute
    hold = AppointmentFactory(customer=None, status=Status.HELD, held_until=NOW)
    fresh = AppointmentFactory(customer=None, status=Status.HELD, held_until=NOW + minute)
    tasks.remove_expired_holds(None)
    assert list(Appointment.with_holds.all()) == [fresh]
    assert hold != fresh
