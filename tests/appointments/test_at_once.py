"""Many people want one time at the same moment, each by a connection of their own."""

from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from django.utils import timezone

from appointments import booking, holding
from appointments.attaching import Visitor, book_visitor
from appointments.availability import Interval
from appointments.models import Appointment, Provider, Service
from appointments.refusals import HoldExpired, SlotTaken
from customers.models import ChangeSet, Customer
from tests.at_once import all_at_once as at_once
from tests.factories import (
    AppointmentFactory,
    CustomerFactory,
    ProviderFactory,
    ServiceFactory,
    open_daily,
)

pytestmark = pytest.mark.django_db(transaction=True)
all_at_once = partial(at_once, refusals=(SlotTaken, HoldExpired))
BACK_OFFICE, BOOKING = ChangeSet.Source.BACK_OFFICE, ChangeSet.Source.BOOKING


@pytest.fixture
def service():
    open_daily(start=0, end=1440)
    return ServiceFactory()


@pytest.fixture
def ten():
    """Ten o'clock of a day that can be booked."""
    day = timezone.now().date() + timedelta(days=7)
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


def visit(service: Service, start: datetime, customer: Customer) -> None:
    """A visitor holds the time and books it."""
    token = holding.hold(service, None, start).token
    booking.book(token, customer=customer, source=BOOKING)


def enter(service: Service, provider: Provider, start: datetime, customer: Customer) -> None:
    """Staff book, whatever is offered."""
    booking.book_now(
        service=service, provider=provider, start=start, customer=customer, by=None,
        source=BACK_OFFICE,
    )  # fmt: skip


def drag(appointment: Appointment, start: datetime) -> None:
    booking.move(appointment, start=start, by=None, source=BACK_OFFICE)


def are_apart(provider: Provider) -> bool:
    """Whether none of the provider's appointments begins before the one before it is over."""
    rows = Appointment.with_holds.taking_time().filter(provider=provider).order_by("start")
    found = [Interval(*row) for row in rows.values_list("blocked_from", "blocked_until")]
    return all(one.end <= other.start for one, other in pairwise(found))


def test_fifty_attempts_at_one_time_give_exactly_one_appointment(service, ten):
    """By visitors, by staff, and by dragging others there."""
    provider, customer = ProviderFactory(services=[service]), CustomerFactory()
    later = [ten + timedelta(hours=hours) for hours in range(2, 12)]
    others = [AppointmentFactory(provider=provider, service=service, start=at) for at in later]

    answers = all_at_once(
        *[(visit, service, ten, customer)] * 20,
        *[(enter, service, provider, ten, customer)] * 20,
        *[(drag, each, ten) for each in others],
    )

    assert answers == {"done": 1, "refused": 49}
    rows = Appointment.with_holds.filter(provider=provider)
    assert rows.filter(start=ten).count() == 1
    assert rows.count() in (10, 11)  # one of the others may be the one that is there


def test_what_overlaps_by_minutes_is_refused_as_well(service, ten):
    provider, customer = ProviderFactory(services=[service]), CustomerFactory()

    answers = all_at_once(
        *[
            (enter, service, provider, ten + timedelta(minutes=7 * number), customer)
            for number in range(20)
        ]
    )

    assert are_apart(provider)
    assert 1 <= answers["done"] == Appointment.objects.filter(provider=provider).count() <= 3


def test_two_who_want_the_time_of_each_other_both_stay(service, ten):
    """PostgreSQL sees a deadlock there, and ends one of them."""
    provider = ProviderFactory(services=[service])
    for number in range(3):
        day = ten + timedelta(days=number)
        one, other = (
            AppointmentFactory(provider=provider, service=service, start=day + timedelta(hours=at))
            for at in (0, 1)
        )

        assert all_at_once((drag, one, other.start), (drag, other, one.start)) == {"refused": 2}


def test_a_form_that_is_sent_ten_times_books_once(service, ten):
    ProviderFactory(services=[service])
    token, customer = holding.hold(service, None, ten).token, CustomerFactory()

    send = partial(booking.book, token, customer=customer, source=BOOKING)
    answers = all_at_once(*[(send,)] * 10)

    assert answers == {"done": 10}
    assert ChangeSet.objects.filter(kind=ChangeSet.Kind.BOOK).count() == 1


def test_what_is_booked_stays_when_its_hold_is_given_up_at_the_same_moment(service, ten):
    """In another tab, say; or by the worker, in the second in which it runs out."""
    ProviderFactory(services=[service])
    customer = CustomerFactory()
    for number in range(12):
        token = holding.hold(
            service, None, ten + timedelta(days=number // 4, hours=number % 4)
        ).token
        book = partial(booking.book, token, customer=customer, source=BOOKING, limits=False)
        Appointment.with_holds.filter(token=token).update(
            held_until=timezone.now() + timedelta(seconds=1)
        )
        later = timezone.now() + timedelta(hours=1)

        answers = all_at_once(
            (book,), (holding.release, token), (holding.remove_expired, later), (book,)
        )

        left = Appointment.with_holds.filter(token=token)
        assert answers["done"] in (2, 4)
        assert list(left.values_list("status", flat=True)) == (
            [Appointment.Status.CONFIRMED] if answers["done"] == 4 else []
        )


def test_a_new_address_that_books_twice_at_once_gets_one_record(service, ten):
    ProviderFactory(services=[service])
    for number in range(4):
        visitor = Visitor("Ada", "Lovelace", f"ada{number}@example.org")
        day = ten + timedelta(days=number)
        tokens = [
            holding.hold(service, None, day + timedelta(hours=hours)).token for hours in range(4)
        ]

        assert all_at_once(*[(book_visitor, token, visitor) for token in tokens]) == {"done": 4}

        assert Customer.objects.get(email=visitor.email).appointments.count() == 4
