"""The month and the times of a day from which one is picked."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from appointments import in_words
from appointments.picking import pick, read_start

LAST = date(2027, 1, 18)


class Time(NamedTuple):
    start: datetime


@pytest.fixture(autouse=True)
def thursday_in_london():
    with (
        time_machine.travel(datetime(2026, 11, 19, 8, tzinfo=UTC), tick=False),
        timezone.override(ZoneInfo("Europe/London")),
    ):
        yield


class Calendar:
    """Somebody who has time at ten and at five in the afternoon on some days."""

    def __init__(self, *days: date) -> None:
        self.days, self.asked = days, []

    def __call__(self, first: date, last: date) -> dict[date, list[Time]]:
        self.asked.append((first, last))
        return {
            day: [
                Time(datetime(day.year, day.month, day.day, hour, tzinfo=UTC)) for hour in (10, 17)
            ]
            for day in self.days
            if first <= day <= last
        }


def test_it_opens_at_the_first_day_that_has_a_time():
    free = Calendar(date(2026, 12, 3), date(2026, 12, 7))

    times = pick(free, {}, last=LAST)

    assert (times.month, times.day) == (date(2026, 12, 1), date(2026, 12, 3))
    assert [part.name for part in times.parts] == ["Morning", "Evening"]
    offered = [day.date for week in times.weeks for day in week if day.is_free]
    assert offered == [date(2026, 12, 3), date(2026, 12, 7)]
    assert {len(week) for week in times.weeks} == {7}


@pytest.mark.parametrize(
    ("query", "month"),
    [
        ({"month": "2026-12"}, date(2026, 12, 1)),
        ({"day": "2026-12-07"}, date(2026, 12, 1)),
        ({"month": "2020-01"}, date(2026, 11, 1)),
        ({"month": "2999-01"}, date(2027, 1, 1)),
        ({"day": "9999-12-31"}, date(2027, 1, 1)),
        ({"month": "2026-13"}, date(2026, 12, 1)),
        ({"month": "x", "day": "2026-11-31"}, date(2026, 12, 1)),
    ],
)
def test_whatever_the_address_says_it_shows_a_month_that_can_be_booked(query, month):
    assert pick(Calendar(date(2026, 12, 7)), query, last=LAST).month == month


def test_the_arrows_lead_as_far_as_one_can_book_and_no_further():
    free = Calendar()

    first = pick(free, {"month": "2026-11"}, last=LAST)
    end = pick(free, {"month": "2027-01"}, last=LAST)

    assert (first.earlier, first.later) == (None, date(2026, 12, 1))
    assert (end.earlier, end.later) == (date(2026, 12, 1), None)
    assert first.is_empty
    assert first.day is None


def test_never_more_than_two_months_are_asked_for():
    free = Calendar()

    pick(free, {}, last=date(2028, 11, 1))

    assert max(last - first for first, last in free.asked) <= timedelta(days=61)


@pytest.mark.parametrize(
    "text", ["", "x", "2026-11-19", "2026-11-19T10:30:00", "99999-01-01T00:00Z"]
)
def test_a_start_that_is_no_moment_is_none(text):
    assert read_start(text) is None


def test_moments_are_said_as_people_say_them():
    start = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)

    def said(days: int) -> str:
        return in_words.when(start + timedelta(days=days), start + timedelta(days=days, hours=1))

    assert said(-1) == "Today, 10:30–11:30"
    assert said(0) == "Tomorrow, 10:30–11:30"
    assert said(6) == "Thu 26 Nov, 10:30–11:30"
    assert said(400) == "25 Dec 2027, 10:30–11:30"


def test_the_visitors_own_clock_is_told_where_it_differs():
    start = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)

    assert in_words.elsewhere(start, "Asia/Tokyo") == "Fri 20 Nov, 19:30 (Tokyo)"
    for same in ("Europe/London", "Europe/Lisbon", "", "No/Where", "../etc/passwd"):
        assert in_words.elsewhere(start, same) == ""
