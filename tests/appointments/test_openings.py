"""What can be booked when: hours, holidays, what is taken, and what the owner set."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine as clocks

from appointments import openings
from appointments.models import Appointment, DayException
from bookkinda.preferences import Preferences
from tests.factories import AppointmentFactory, ProviderFactory, ServiceFactory, open_daily

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 1, 4, 8, tzinfo=UTC)
MONDAY, TUESDAY = date(2027, 1, 4), date(2027, 1, 5)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def monday():
    with clocks.travel(NOW, tick=False):
        yield


@pytest.fixture
def service():
    open_daily()
    return ServiceFactory()


@pytest.fixture
def provider(service):
    return ProviderFactory(services=[service])


def times(service, day=TUESDAY, **asked):
    """What is offered on the day, on the clock of London."""
    asked = {"provider": None, "first": day, "last": day} | asked
    return [f"{each.start:%H:%M}" for each in openings.free_times(service, **asked)[day]]


def setting(**values):
    Preferences(**values).save()


def test_step_notice_and_how_far_ahead_are_the_owners(service, provider):
    setting(booking_step=120, booking_notice=5, booking_ahead=1)

    assert times(service, MONDAY) == ["13:00", "15:00"]
    assert times(service, TUESDAY) == ["09:00", "11:00", "13:00", "15:00"]
    assert times(service, TUESDAY + DAY) == []


def test_staff_are_offered_what_visitors_are_not(service, provider):
    setting(booking_step=60, booking_notice=72, booking_ahead=3)
    provider.is_online = service.is_online = False
    provider.save()

    assert times(service, MONDAY) == []
    assert times(service, MONDAY, for_staff=True)[0] == "09:00"
    assert times(service, MONDAY + 90 * DAY, for_staff=True)
    assert times(service, MONDAY - DAY, for_staff=True) == []


def test_every_day_that_was_asked_for_is_in_the_answer(service, provider):
    found = openings.free_times(service, provider=None, first=MONDAY, last=MONDAY + 99 * DAY)

    assert list(found) == [MONDAY + number * DAY for number in range(62)]
    assert openings.free_times(service, provider=None, first=TUESDAY, last=MONDAY) == {}


def test_each_time_says_who_is_free(service, provider):
    other = ProviderFactory(services=[service], has_own_hours=True)
    open_daily(other, start=16 * 60, end=18 * 60)
    ProviderFactory()  # provides nothing
    start = datetime(2027, 1, 5, 16, tzinfo=UTC)

    found = openings.free_times(service, provider=None, first=TUESDAY, last=TUESDAY)[TUESDAY]

    assert {each.start: each.providers for each in found}[start] == (provider, other)
    assert found[-1] == (start + 60 * MINUTE, (other,))
    assert times(service, provider=other)[0] == "16:00"


def test_own_hours_without_a_row_are_a_closed_week(service, provider):
    provider.has_own_hours = True
    provider.save()

    assert times(service) == []


def test_holidays_close_everybody_and_days_off_one(service, provider):
    off = ProviderFactory(services=[service])
    DayException.objects.create(provider=off, first_day=TUESDAY, last_day=TUESDAY)
    DayException.objects.create(first_day=TUESDAY + DAY, last_day=TUESDAY + 2 * DAY)

    assert times(service, provider=off) == []
    assert times(service, provider=provider)
    assert times(service, TUESDAY + DAY) == times(service, TUESDAY + 2 * DAY) == []
    assert times(service, TUESDAY + 3 * DAY)


def test_what_is_taken_is_not_offered_nor_the_time_kept_free_around_it(service, provider):
    setting(booking_step=30)
    service.buffer_before = service.buffer_after = 30
    service.save()
    noon = datetime(2027, 1, 5, 12, tzinfo=UTC)
    taken = AppointmentFactory(
        provider=provider, start=noon, blocked_until=noon + 75 * MINUTE, service=service
    )
    AppointmentFactory(provider=provider, start=noon - DAY, status=Appointment.Status.CANCELLED)

    around = ["09:00", "09:30", "10:00", "10:30", "14:00", "14:30", "15:00", "15:30", "16:00"]
    assert times(service) == around
    assert "12:00" in times(service, moving=taken)


def test_a_moved_appointment_keeps_its_own_length(service, provider):
    setting(booking_step=60)
    long = AppointmentFactory(
        provider=provider,
        service=service,
        start=datetime(2027, 1, 5, 9, tzinfo=UTC),
        end=datetime(2027, 1, 5, 16, tzinfo=UTC),
    )

    assert times(service, moving=long) == ["09:00", "10:00"]


def test_a_hold_that_ran_out_takes_no_time(service, provider):
    ten = datetime(2027, 1, 5, 10, tzinfo=UTC)
    held = AppointmentFactory(
        provider=provider, start=ten, status=Appointment.Status.HELD, held_until=NOW
    )

    assert "10:00" in times(service)
    Appointment.with_holds.filter(pk=held.pk).update(held_until=NOW + MINUTE)
    assert "10:00" not in times(service)


def test_days_are_those_of_the_business(service, provider):
    setting(time_zone="Pacific/Auckland", booking_step=60)  # 13 hours ahead: there it is 21:00
    found = openings.free_times(service, provider=None, first=TUESDAY, last=TUESDAY)[TUESDAY]

    assert found[0].start == datetime(2027, 1, 4, 20, tzinfo=UTC)
    assert found[-1].start == datetime(2027, 1, 5, 3, tzinfo=UTC)


def test_nights_can_be_booked_over_midnight_also_at_the_end_of_what_was_asked():
    setting(booking_step=60)
    open_daily(start=22 * 60, end=24 * 60)
    open_daily(start=0, end=60)
    night = ServiceFactory(duration=120)
    ProviderFactory(services=[night])

    assert times(night) == ["22:00", "23:00"]


@pytest.mark.parametrize(("day", "count"), [(date(2027, 3, 28), 23), (date(2027, 10, 31), 25)])
def test_a_day_on_which_clocks_change_offers_each_of_its_hours_once(day, count):
    setting(booking_step=60, booking_ahead=400)
    open_daily(start=0, end=1440)
    service = ServiceFactory()
    ProviderFactory(services=[service])

    found = openings.free_times(service, provider=None, first=day, last=day)[day]

    assert len({each.start for each in found}) == len(found) == count


def test_the_booking_page_has_services_that_somebody_there_provides(service, provider):
    shown = [service]
    assert list(openings.services_online()) == shown
    ServiceFactory()
    for facts in ({"is_online": False}, {"archived_at": NOW}):
        ProviderFactory(services=[ServiceFactory(**facts)])
        ProviderFactory(services=[ServiceFactory()], **facts)

    assert list(openings.services_online()) == shown
    assert list(openings.providers_of(service)) == [provider]


def test_two_months_of_many_providers_take_as_many_queries_as_one_day(
    service, provider, django_assert_num_queries
):
    with django_assert_num_queries(5):  # settings, providers, hours, exceptions, appointments
        times(service)
    for _number in range(3):
        other = ProviderFactory(services=[service], has_own_hours=True)
        open_daily(other)
        AppointmentFactory.create_batch(3, provider=other)
        DayException.objects.create(provider=other, first_day=TUESDAY, last_day=TUESDAY)

    with django_assert_num_queries(5):
        openings.free_times(service, provider=None, first=MONDAY, last=MONDAY + 61 * DAY)
