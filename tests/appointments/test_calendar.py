"""The calendar's pages: what stands where, for whom, and what it costs."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from appointments.models import Appointment, DayException, Provider, WorkingHours
from tests.factories import (
    AppointmentFactory,
    CustomerFactory,
    ProviderFactory,
    ServiceFactory,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("_on_a_wednesday"),
]
Status = Appointment.Status
MONDAY = datetime(2026, 11, 16, tzinfo=UTC)  # London shows the time of UTC


@pytest.fixture
def _on_a_wednesday():
    with time_machine.travel(MONDAY + timedelta(days=2, hours=14), tick=False):
        yield


@pytest.fixture
def desk(client: Client, front_desk: User) -> Client:
    client.force_login(front_desk)
    return client


@pytest.fixture
def elif_(db: None) -> Provider:
    return ProviderFactory(name="Elif", tone="pine")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of this week; 0 is Monday."""
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


def hours(*days: int, start: int = 9, end: int = 18, provider: Provider | None = None) -> None:
    for day in days:
        WorkingHours.objects.create(weekday=day, start=start * 60, end=end * 60, provider=provider)


def page(client: Client, **params: object):
    return client.get(reverse("appointments:calendar"), params)


def days_of(answer) -> list[int]:
    return [column.day.day for column in answer.context["page"].columns]


def test_this_week_comes_first_without_a_weekend_on_which_nobody_works(desk, elif_):
    hours(0, 1, 2, 3, 4, 5)

    answer = page(desk)

    assert days_of(answer) == [16, 17, 18, 19, 20, 21]
    assert "16–21 November 2026" in answer.content.decode()


def test_a_weekend_on_which_something_is_booked_or_that_was_asked_for_is_shown(desk, elif_):
    hours(0)
    AppointmentFactory(provider=elif_, start=at(5, 10))

    assert days_of(page(desk)) == [16, 17, 18, 19, 20, 21]
    assert days_of(page(desk, date="2026-11-22")) == [16, 17, 18, 19, 20, 21, 22]


def test_an_appointment_stands_at_its_time_with_who_what_and_with_whom(desk, elif_):
    ada = CustomerFactory(first_name="Ada", last_name="King")
    one = AppointmentFactory(
        customer=ada, provider=elif_, service=ServiceFactory(name="Balayage"),
        start=at(0, 9, 30), end=at(0, 11), status=Status.PENDING,
    )  # fmt: skip

    html = page(desk).content.decode()

    assert '<li class="at-9 min-30 for-1 and-30">' in html
    assert f'href="/backoffice/appointments/{one.pk}/"' in html
    for words in ("Ada King", "09:30 Balayage", ", Elif, Pending"):
        assert words in html


def test_a_day_has_a_column_for_each_provider(desk, elif_):
    tom = ProviderFactory(name="Tom")
    AppointmentFactory(provider=tom, start=at(1, 10))

    columns = page(desk, view="day", date="2026-11-17").context["page"].columns

    assert [(column.provider, len(column.drawn)) for column in columns] == [(elif_, 0), (tom, 1)]


def test_only_the_providers_asked_for_are_shown(desk, elif_):
    tom = ProviderFactory(name="Tom")
    for provider in (elif_, tom):
        AppointmentFactory(provider=provider, start=at(0, 10))

    answer = page(desk, who=tom.pk)

    assert [drawn.provider for drawn in answer.context["page"].columns[0].drawn] == [tom]
    assert f"who={tom.pk}" in answer.context["later"]


def test_who_left_is_shown_where_something_is_booked(desk, elif_):
    gone = ProviderFactory(name="Gone", archived_at=timezone.now())
    AppointmentFactory(provider=gone, start=at(0, 10))

    assert page(desk).context["everybody"] == [elif_, gone]
    assert page(desk, date="2026-12-01").context["everybody"] == [elif_]


def test_what_was_cancelled_and_holds_that_ran_out_are_not_shown(desk, elif_):
    now = timezone.now()
    AppointmentFactory(provider=elif_, start=at(0, 9), status=Status.CANCELLED)
    held = {"customer": None, "status": Status.HELD, "provider": elif_}
    AppointmentFactory(**held, start=at(0, 11), held_until=now)
    alive = AppointmentFactory(**held, start=at(0, 12), held_until=now + timedelta(minutes=5))

    answer = page(desk)

    assert [drawn.appointment for drawn in answer.context["page"].columns[0].drawn] == [alive]
    assert "Being booked" in answer.content.decode()
    assert f"/backoffice/appointments/{alive.pk}/" not in answer.content.decode()


def shades(answer) -> list[tuple[int, int, str]]:
    column = answer.context["page"].columns[0]
    return [
        (shade.place.start, shade.place.start + shade.place.length, shade.word)
        for shade in column.shades
    ]


def test_breaks_and_closed_hours_are_hatched(desk, elif_):
    hours(0, start=9, end=13)
    hours(0, start=14, end=17)
    hours(1, start=8, end=18)

    assert shades(page(desk)) == [
        (480, 540, "Closed"),
        (780, 840, "Break"),
        (1020, 1080, "Closed"),
    ]


def test_a_holiday_is_called_by_its_name(desk, elif_):
    hours(0)
    hours(1)
    day = date(2026, 11, 16)
    DayException.objects.create(name="Inventory", first_day=day, last_day=day)

    assert shades(page(desk)) == [(540, 1080, "Inventory")]


def test_of_two_providers_a_week_hatches_when_nobody_works(desk, elif_):
    hours(0, start=9, end=12)
    tom = ProviderFactory(name="Tom", has_own_hours=True)
    hours(0, start=11, end=17, provider=tom)

    assert shades(page(desk)) == []
    assert shades(page(desk, who=elif_.pk)) == []
    by_provider = page(desk, view="day", date="2026-11-16")
    assert shades(by_provider) == [(720, 1020, "Closed")]


def test_a_month_shows_the_first_three_of_a_day_and_counts_the_rest(desk, elif_):
    for hour in range(9, 14):
        AppointmentFactory(provider=elif_, start=at(0, hour))

    weeks = page(desk, view="month").context["weeks"]
    cells = {cell.day: cell for week in weeks for cell, _ in week}

    monday = cells[date(2026, 11, 16)]
    assert [drawn.appointment.start.hour for drawn in monday.shown] == [9, 10, 11]
    assert (monday.count, monday.more) == (5, 2)
    assert cells[date(2026, 11, 17)].count == 0
    assert cells[date(2026, 10, 26)].is_outside


def test_a_days_appointments_are_those_of_the_business_clock(desk, elif_):
    AppointmentFactory(provider=elif_, start=datetime(2026, 7, 6, 23, 30, tzinfo=UTC))

    weeks = page(desk, view="month", date="2026-07-01").context["weeks"]

    assert [cell.day.day for week in weeks for cell, _ in week if cell.count] == [7]


def test_a_day_on_which_the_clock_changes_says_so(desk, elif_):
    hours(6, start=0, end=3)

    html = page(desk, date="2027-03-28").content.decode()

    assert "The clock goes forward on this day." in html
    assert "Clock goes forward" in html
    assert "The clock goes back on this day." in page(desk, date="2026-10-25").content.decode()


@pytest.mark.parametrize(
    "params",
    [
        {"date": "no day"},
        {"date": "0001-01-01"},
        {"date": "9999-12-31", "view": "month"},
        {"view": "year", "who": "x"},
        {"who": "9" * 40},
    ],
)
def test_an_address_that_makes_no_sense_shows_this_week_or_month(desk, elif_, params):
    answer = page(desk, **params)

    assert answer.status_code == 200
    assert answer.context["asked"].day == date(2026, 11, 18)


def test_htmx_gets_the_calendar_alone(desk, elif_):
    answer = desk.get(reverse("appointments:calendar"), headers={"HX-Request": "true"})

    assert "<html" not in answer.content.decode()
    assert 'id="calendar"' in answer.content.decode()


def test_who_may_not_book_sees_no_way_to(client, reader, elif_):
    client.force_login(reader)

    html = page(client).content.decode()

    assert "data-calendar" not in html
    assert "calendar.js" not in html
    assert reverse("appointments:add") not in html


def test_a_business_without_providers_is_told_what_is_missing(desk):
    assert "Nobody can be booked yet" in page(desk).content.decode()


def test_more_than_a_page_holds_is_said(desk, elif_, monkeypatch):
    monkeypatch.setattr("appointments.diary.MOST", 2)
    for hour in (9, 10, 11):
        AppointmentFactory(provider=elif_, start=at(0, hour))

    answer = page(desk)

    assert len(answer.context["page"].columns[0].drawn) == 2
    assert "more appointments than fit" in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("view", "queries"), [("day", 8), ("week", 8), ("month", 8)])
def test_a_page_costs_the_same_for_one_appointment_and_for_three(
    desk, view, queries, count, django_assert_num_queries: DjangoAssertNumQueries
):
    for _number in range(count):
        provider = ProviderFactory()
        AppointmentFactory(provider=provider, start=at(2, 10))
        hours(2, provider=provider)
    page(desk, view=view)

    with django_assert_num_queries(queries):
        page(desk, view=view)
