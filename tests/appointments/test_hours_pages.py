"""The week of the business and of each provider, and the days that differ from it."""

from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.utils import timezone

from appointments.models import Appointment, DayException, WorkingHours
from appointments.week import USUAL, week_of
from tests.factories import AppointmentFactory, ProviderFactory, ServiceFactory

pytestmark = pytest.mark.django_db

HOURS = "/backoffice/hours/"
DAYS = f"{HOURS}days/"


def week(**changes: str) -> dict[str, str]:
    """What a browser sends for Monday to Friday, nine to five; d0_0_to="12:00" is "0-0-to"."""
    form = {}
    for day in range(7):
        form |= {f"{day}-0-from": "09:00", f"{day}-0-to": "17:00"}
        if day < 5:
            form[f"{day}-open"] = "on"
    return form | {name[1:].replace("_", "-"): value for name, value in changes.items()}


def next_monday(hour: int) -> datetime:
    """A Monday at least two weeks ahead, at this hour in London's winter or summer."""
    day = timezone.localdate() + timedelta(days=14)
    day += timedelta(days=-day.weekday() % 7)
    return timezone.make_aware(datetime.combine(day, time(hour)))


def booked(hour: int, **values: object) -> Appointment:
    start = next_monday(hour)
    return AppointmentFactory(start=start, end=start + timedelta(hours=1), **values)


def test_a_business_without_hours_is_offered_monday_to_friday(as_manager: Client):
    page = as_manager.get(HOURS)

    assert "Nothing is saved yet, so nobody can book." in page.text
    assert page.text.count('value="09:00"') == 7
    assert not WorkingHours.objects.exists()

    as_manager.post(HOURS, week())

    assert week_of(None) == list(USUAL)
    assert "Nothing is saved yet" not in as_manager.get(HOURS).text


def test_two_times_of_a_day_make_a_break_and_midnight_is_an_end(as_manager: Client):
    form = week(
        d0_0_to="12:30", d0_1_from="13:00", d0_1_to="00:00", d1_open="", d1_0_from="nonsense"
    )
    del form["1-open"]

    as_manager.post(HOURS, form)

    assert week_of(None)[:3] == [(0, 540, 750), (0, 780, 1440), (2, 540, 1020)]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"d0_0_to": "09:00"}, "Hours end after they begin"),
        ({"d0_0_from": "22:00", "d0_0_to": "02:00"}, "Past midnight"),
        ({"d0_0_to": ""}, "Enter both from and to."),
        ({"d0_0_from": "", "d0_0_to": ""}, "or switch the day off"),
        ({"d0_1_from": "16:00", "d0_1_to": "18:00"}, "Two of these times overlap."),
        ({"d0_0_from": "soon"}, "Enter a valid time"),
    ],
)
def test_hours_that_cannot_be_are_refused_and_nothing_is_lost(as_manager: Client, changes, says):
    as_manager.post(HOURS, week())

    response = as_manager.post(HOURS, week(d4_0_to="11:11", **changes))

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert says in response.text
    assert 'value="11:11"' in response.text
    assert week_of(None) == list(USUAL)


def test_another_time_is_added_and_monday_is_copied_without_saving(as_manager: Client):
    more = as_manager.post(HOURS, {**week(d2_0_to="12:00"), "more": "2"}).text
    copied = as_manager.post(HOURS, {**week(d0_0_to="12:34"), "copy": "1"}).text

    assert 'name="2-1-from"' in more
    assert 'name="1-1-from"' not in more
    assert 'value="12:00"' in more
    assert copied.count('value="12:34"') == 5
    assert not WorkingHours.objects.exists()


def test_a_provider_gets_hours_of_their_own_and_goes_back_to_the_business(as_manager: Client):
    provider = ProviderFactory()
    address = f"{HOURS}of/{provider.pk}/"
    as_manager.post(HOURS, week())

    as_manager.post(address, {**week(d0_0_to="12:00"), "own": "1"})
    provider.refresh_from_db()
    assert provider.has_own_hours
    assert week_of(provider)[0] == (0, 540, 720)

    as_manager.post(address, week(d0_0_from="nonsense"))
    provider.refresh_from_db()
    assert not provider.has_own_hours
    assert week_of(None) == list(USUAL)


def test_appointments_outside_of_new_hours_are_named_and_stay_when_it_is_meant(
    as_manager: Client,
):
    as_manager.post(HOURS, week())
    late, early = booked(16), booked(10)
    booked(20)  # outside before, so no news
    booked(16, status=Appointment.Status.CANCELLED)

    asked = as_manager.post(HOURS, week(d0_0_to="12:00"))

    assert asked.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "1 appointment to come would lie outside of these hours." in asked.text
    assert str(late.customer) in asked.text
    assert str(early.customer) not in asked.text
    assert week_of(None) == list(USUAL)

    as_manager.post(HOURS, {**week(d0_0_to="12:00"), "meant": "1"})

    assert week_of(None)[0] == (0, 540, 720)
    assert Appointment.objects.get(pk=late.pk).start == late.start


def test_a_number_that_has_grown_meanwhile_is_asked_again(as_manager: Client):
    as_manager.post(HOURS, week())
    booked(15)
    booked(16)

    again = as_manager.post(HOURS, {**week(d0_0_to="12:00"), "meant": "1"})

    assert "2 appointments to come would lie outside" in again.text
    assert week_of(None) == list(USUAL)


def test_a_holiday_closes_days_after_the_appointments_there_are_named(as_manager: Client):
    as_manager.post(HOURS, week())
    met = booked(10)
    day = timezone.localtime(met.start).date()
    form = {"first_day": day.isoformat(), "kind": "closed", "name": "Holiday"}

    asked = as_manager.post(f"{DAYS}add/", form)
    assert "1 appointment to come" in asked.text
    assert not DayException.objects.exists()

    as_manager.post(f"{DAYS}add/", {**form, "meant": "1"})
    row = DayException.objects.get()
    assert (row.first_day, row.last_day, row.start, row.provider) == (day, day, None, None)
    assert "Holiday" in as_manager.get(HOURS).text

    as_manager.post(f"{DAYS}{row.pk}/remove/")
    assert not DayException.objects.exists()


def test_a_provider_has_other_hours_on_some_days(as_manager: Client):
    provider = ProviderFactory()
    other = ProviderFactory()
    day = date.today() + timedelta(days=30)  # noqa: DTZ011 any day ahead
    form = {
        "first_day": day.isoformat(),
        "last_day": (day + timedelta(days=2)).isoformat(),
        "kind": "other",
        "opens": "10:00",
        "closes": "00:00",
    }

    as_manager.post(f"{DAYS}add/?provider={provider.pk}", form)

    row = DayException.objects.get()
    assert (row.provider, row.start, row.end) == (provider, 600, 1440)
    assert "10:00–00:00" in as_manager.get(f"{HOURS}of/{provider.pk}/").text
    assert "10:00–00:00" not in as_manager.get(f"{HOURS}of/{other.pk}/").text
    assert 'value="10:00"' in as_manager.get(f"{DAYS}{row.pk}/").text

    as_manager.post(f"{DAYS}{row.pk}/", {**form, "kind": "closed"})
    row.refresh_from_db()
    assert (row.provider, row.start, row.end) == (provider, None, None)


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"first_day": ""}, "first_day", "required"),
        ({"first_day": "tomorrow"}, "first_day", "Enter a valid date"),
        ({"first_day": "2020-01-01"}, "first_day", "over already"),
        ({"last_day": "2020-01-01"}, "last_day", "before the first"),
        ({"kind": "other"}, "opens", "Enter both"),
        ({"kind": "other", "opens": "12:00", "closes": "11:00"}, "opens", "Hours end after"),
        ({"kind": "half"}, "kind", "Select a valid choice"),
        ({"name": "x" * 101}, "name", "100 fit"),
    ],
)
def test_days_that_cannot_be_are_refused(as_manager: Client, changes, field, says):
    form = {"first_day": "2090-01-01", "last_day": "", "kind": "closed", "name": "", **changes}

    response = as_manager.post(f"{DAYS}add/", form)

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert any(says in error for error in response.context["form"].errors[field])
    assert not DayException.objects.exists()


def test_hours_of_nobody_are_not_found(as_manager: Client):
    archived = ProviderFactory(archived_at=datetime(2026, 1, 1, tzinfo=UTC))

    assert as_manager.get(f"{HOURS}of/{archived.pk}/").status_code == HTTPStatus.NOT_FOUND
    assert as_manager.get(f"{DAYS}add/?provider=999").status_code == HTTPStatus.NOT_FOUND


def test_the_services_page_says_when_nobody_works_at_any_time(as_manager: Client):
    ServiceFactory()
    assert "Nobody works at any time yet" in as_manager.get("/backoffice/services/").text

    as_manager.post(HOURS, week())

    assert "Nobody works at any time yet" not in as_manager.get("/backoffice/services/").text
