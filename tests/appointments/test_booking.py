"""A visitor holds a time and books it; staff book at any time; nobody is booked twice."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from appointments import booking, holding, openings
from appointments.models import Appointment, ConsentText
from appointments.refusals import HoldExpired, NotAllowed, NotOffered, SlotTaken
from bookkinda.preferences import Preferences
from customers.models import ChangeSet
from tests.factories import (
    AppointmentFactory,
    CustomerFactory,
    ProviderFactory,
    ServiceFactory,
    open_daily,
)

pytestmark = pytest.mark.django_db
Source = ChangeSet.Source
Status = Appointment.Status
MONDAY = datetime(2027, 1, 4, 8, tzinfo=UTC)  # in London, where the business is
TEN = MONDAY.replace(hour=10)


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def service():
    open_daily()
    return ServiceFactory(price=Decimal(30))


@pytest.fixture
def provider(service):
    return ProviderFactory(services=[service])


def starts(service, **asked):
    """What is offered on the Monday, as hours and minutes."""
    found = openings.free_times(service, first=MONDAY.date(), last=MONDAY.date(), **asked)
    return [f"{time.start:%H:%M}" for time in found[MONDAY.date()]]


def test_a_held_time_is_offered_to_nobody_else(service, provider):
    assert "10:00" in starts(service, provider=provider)

    held = holding.hold(service, provider, TEN)

    assert "10:00" not in starts(service, provider=provider)
    assert "10:00" in starts(service, provider=provider, but_for=held.token)
    with pytest.raises(SlotTaken):
        holding.hold(service, None, TEN + timedelta(minutes=30))


def test_a_hold_becomes_the_appointment_once(service, provider):
    customer, text = CustomerFactory(), ConsentText.objects.create(text="I agree.")
    token = holding.hold(service, None, TEN).token

    made, again = (
        booking.book(
            token, customer=customer, source=Source.BOOKING, note="By the window", consent=text
        )
        for _time in range(2)
    )

    assert made.pk == again.pk
    assert (made.status, made.provider, made.consent) == (Status.CONFIRMED, provider, text)
    assert (made.price, made.currency) == (service.price, Preferences.load().currency)
    assert ChangeSet.objects.filter(kind=ChangeSet.Kind.BOOK).count() == 1
    customer.refresh_from_db()
    assert customer.next_visit_at == TEN


def test_a_service_that_staff_approve_is_pending(service, provider):
    service.needs_approval = True
    service.save()
    token = holding.hold(service, provider, TEN).token

    made = booking.book(token, customer=CustomerFactory(), source=Source.BOOKING)

    assert made.status == Status.PENDING


def test_a_hold_runs_out_after_ten_minutes(service, provider, monday):
    token = holding.hold(service, provider, TEN).token
    monday.shift(timedelta(minutes=10))

    with pytest.raises(HoldExpired):
        booking.book(token, customer=CustomerFactory(), source=Source.BOOKING)
    later = TEN + timedelta(hours=1)
    expired = holding.hold(service, provider, later).token
    monday.shift(timedelta(minutes=10))
    assert holding.hold(service, provider, later).token != expired
    with pytest.raises(HoldExpired):
        booking.book(expired, customer=CustomerFactory(), source=Source.BOOKING)


def test_taking_another_time_gives_the_first_one_up(service, provider):
    first = holding.hold(service, provider, TEN)

    second = holding.hold(service, provider, TEN + timedelta(minutes=15), release=first.token)

    assert list(Appointment.with_holds.all()) == [second]


def test_the_first_hold_stays_where_the_other_time_is_taken(service, provider):
    AppointmentFactory(provider=provider, start=TEN + timedelta(hours=2))
    first = holding.hold(service, provider, TEN)

    with pytest.raises(SlotTaken):
        holding.hold(service, provider, TEN + timedelta(hours=2), release=first.token)

    assert Appointment.with_holds.filter(token=first.token).exists()


def test_anyone_is_who_has_the_fewest_appointments_that_day(service, provider):
    other = ProviderFactory(services=[service], position=9)
    AppointmentFactory(provider=provider, start=TEN + timedelta(hours=3))

    assert holding.hold(service, None, TEN).provider == other
    assert holding.hold(service, None, TEN).provider == provider
    with pytest.raises(SlotTaken):
        holding.hold(service, None, TEN)


@pytest.mark.parametrize("minutes", [-15, 7, 7 * 60])
def test_what_is_not_offered_can_not_be_held(service, provider, minutes):
    with pytest.raises(NotOffered):
        holding.hold(service, provider, TEN + timedelta(minutes=minutes))


@pytest.mark.parametrize("change", ["archived_at", "is_online", "services"])
def test_a_provider_who_left_the_booking_page_is_not_offered(service, provider, change):
    if change == "services":
        provider.services.clear()
    else:
        setattr(provider, change, MONDAY if change == "archived_at" else False)
        provider.save()

    assert starts(service, provider=provider) == []
    with pytest.raises(NotOffered):
        holding.hold(service, provider, TEN)


def test_staff_book_outside_hours_but_nobody_twice(service, provider, front_desk):
    night = MONDAY.replace(hour=3)
    facts = {
        "service": service,
        "provider": provider,
        "by": front_desk,
        "source": Source.BACK_OFFICE,
    }

    made = booking.book_now(start=night, customer=CustomerFactory(), duration=90, **facts)

    assert made.end == night + timedelta(minutes=90)
    with pytest.raises(SlotTaken):
        booking.book_now(start=night + timedelta(minutes=80), customer=CustomerFactory(), **facts)


def test_a_deleted_customer_can_not_be_booked(service, provider, front_desk):
    customer = CustomerFactory(archived_at=MONDAY)

    with pytest.raises(NotAllowed, match="Restore"):
        booking.book_now(
            service=service, provider=provider, start=TEN, customer=customer, by=front_desk,
            source=Source.BACK_OFFICE,
        )  # fmt: skip
