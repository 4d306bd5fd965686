"""Free times, on ordinary days and on those when the clocks change; without a database."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appointments.availability import (
    MINUTE,
    Interval,
    Special,
    Weekly,
    free_starts,
    merged,
    moment_of,
    open_intervals,
)

few = settings(max_examples=25, deadline=None)
LONDON = ZoneInfo("Europe/London")
MONDAY = date(2027, 1, 4)
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)  # Sundays of 23 and 25 hours in London
HOUR = timedelta(hours=1)
# Where and when clocks change: by an hour, by half an hour, at midnight, by a whole day.
ODD_DAYS = [
    ("Europe/London", SPRING),
    ("Europe/London", AUTUMN),
    ("Europe/London", MONDAY),
    ("America/New_York", date(2027, 3, 14)),
    ("America/New_York", date(2027, 11, 7)),
    ("Australia/Lord_Howe", date(2027, 4, 4)),
    ("Australia/Lord_Howe", date(2027, 10, 3)),
    ("Africa/Cairo", date(2027, 4, 30)),
    ("Africa/Cairo", date(2027, 10, 28)),
    ("America/Santiago", date(2027, 9, 5)),
    ("America/Havana", date(2027, 11, 7)),
    ("Asia/Kathmandu", MONDAY),
    ("Pacific/Apia", date(2011, 12, 29)),
    ("Pacific/Apia", date(2011, 12, 30)),  # left out altogether
    ("Pacific/Apia", date(2011, 12, 31)),
]


def every_day(start, end):
    return [Weekly(day, start, end) for day in range(7)]


def on(day, zone, *stretches):
    """The open intervals of a day with these hours."""
    return open_intervals(day, zone, [Weekly(day.weekday(), *each) for each in stretches])


def length(intervals):
    return sum((each.end - each.start for each in intervals), timedelta())


def at(hour, minute=0, day=MONDAY):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def starts(opening, busy=(), **asked):
    asked = {
        "duration": 60, "before": 0, "after": 0, "step": 15,
        "earliest": at(0), "latest": at(0) + timedelta(days=2),
    } | asked  # fmt: skip
    return [f"{each:%H:%M}" for each in free_starts(opening, busy, **asked)]


def test_the_day_in_spring_has_23_hours_and_the_one_in_autumn_25():
    assert length(on(SPRING, LONDON, (0, 1440))) == 23 * HOUR
    assert length(on(AUTUMN, LONDON, (0, 1440))) == 25 * HOUR


def test_hours_that_begin_in_the_hour_left_out_begin_when_it_is_over():
    assert on(SPRING, LONDON, (90, 300)) == [Interval(at(1, day=SPRING), at(4, day=SPRING))]
    assert on(SPRING, LONDON, (60, 120)) == []


def test_of_an_hour_that_comes_twice_the_first_one_counts():
    eve = AUTUMN - timedelta(days=1)

    assert on(AUTUMN, LONDON, (0, 90)) == [Interval(at(23, day=eve), at(0, 30, AUTUMN))]
    assert on(AUTUMN, LONDON, (90, 180)) == [Interval(at(0, 30, AUTUMN), at(3, day=AUTUMN))]


def test_ten_o_clock_is_ten_o_clock_on_both_sides_of_the_change():
    days = [SPRING - timedelta(days=1), SPRING, AUTUMN - timedelta(days=1), AUTUMN]

    assert [moment_of(day, 600, LONDON).hour for day in days] == [10, 9, 9, 10]


def test_on_the_day_of_25_hours_every_hour_can_be_booked_once():
    found = free_starts(
        on(AUTUMN, LONDON, (0, 1440)), [], duration=60, before=0, after=0, step=60,
        earliest=at(0, day=SPRING), latest=at(23, day=AUTUMN) + HOUR,
    )  # fmt: skip

    assert len(found) == len(set(found)) == 25
    assert [f"{each.astimezone(LONDON):%H}" for each in found][:4] == ["00", "01", "01", "02"]


@pytest.mark.parametrize(("name", "day"), ODD_DAYS)
@few
@given(st.lists(st.integers(0, 1440), min_size=3, max_size=3, unique=True).map(sorted))
def test_hours_split_in_two_are_the_same_time_everywhere(name, day, minutes):
    start, middle, end = minutes
    zone = ZoneInfo(name)

    assert on(day, zone, (start, middle), (middle, end)) == on(day, zone, (start, end))
    before, after = on(day, zone, (start, middle)), on(day, zone, (middle, end))
    assert not before or not after or before[-1].end <= after[0].start


@pytest.mark.parametrize(("name", "day"), ODD_DAYS)
def test_the_days_of_a_calendar_lie_side_by_side_everywhere(name, day):
    zone = ZoneInfo(name)
    days = [day + timedelta(days=number) for number in (-1, 0, 1)]

    whole = merged(each for day in days for each in on(day, zone, (0, 1440)))

    assert whole == [Interval(moment_of(days[0], 0, zone), moment_of(days[-1], 1440, zone))]


@pytest.mark.parametrize(("name", "day"), ODD_DAYS)
@few
@given(st.integers(0, 1380), st.integers(1, 60))
def test_the_clock_shows_open_hours_while_open(name, day, start, minutes):
    zone = ZoneInfo(name)
    for interval in on(day, zone, (start, start + minutes)):
        first = interval.start.astimezone(zone)
        assert first.date() == day
        assert first.hour * 60 + first.minute >= start


def test_exceptions_take_the_place_of_the_week():
    def hours(*exceptions):
        found = open_intervals(MONDAY, LONDON, every_day(540, 1020), exceptions)
        return [(each.start.hour, each.end.hour) for each in found]

    def other(*times, is_own=False):
        return Special(MONDAY, MONDAY, *times, is_own=is_own)

    tuesday = MONDAY + timedelta(days=1)
    assert hours(Special(tuesday, tuesday)) == [(9, 17)]
    assert hours(other()) == []
    assert hours(other(600, 720), other(780, 900)) == [(10, 12), (13, 15)]
    assert hours(other(600, 720), other(780, 900, is_own=True)) == [(13, 15)]
    assert hours(other(600, 720), other(is_own=True)) == []
    assert hours(other(), other(780, 900, is_own=True)) == []  # a closing closes everybody
    assert hours(other(600, 720, is_own=True), other(is_own=True)) == []


def test_a_service_lies_within_hours_and_around_breaks():
    opening = [Interval(at(9), at(11)), Interval(at(12), at(13, 30))]

    assert starts(opening, step=30) == ["09:00", "09:30", "10:00", "12:00", "12:30"]


def test_hours_that_touch_are_one_even_at_midnight():
    opening = [Interval(at(22), at(24 - 1) + HOUR), Interval(at(23) + HOUR, at(23) + 3 * HOUR)]

    found = starts(opening, step=30, duration=90)

    assert found == ["22:00", "22:30", "23:00", "23:30", "00:00", "00:30"]


def test_time_kept_free_may_lie_outside_of_hours_but_not_in_busy_time():
    opening, busy = [Interval(at(9), at(13))], [Interval(at(11), at(11, 30))]

    assert starts(opening, busy, before=15, after=15) == ["09:00", "09:15", "09:30", "09:45",
                                                          "11:45", "12:00"]  # fmt: skip


def test_the_first_moment_counts_as_offered_and_the_last_does_not():
    opening = [Interval(at(9), at(13))]

    assert starts(opening, step=20, earliest=at(9, 40), latest=at(11)) == [
        "09:40", "10:00", "10:20", "10:40",
    ]  # fmt: skip
    assert starts(opening, earliest=at(11, 59))[0] == "12:00"


MINUTES = st.integers(0, 600)
STRETCHES = st.lists(st.tuples(MINUTES, st.integers(1, 240)), max_size=6)


@settings(deadline=None)
@given(
    STRETCHES, STRETCHES, st.integers(1, 120), st.integers(0, 60), st.integers(0, 60),
    st.integers(5, 90), MINUTES, MINUTES,
)  # fmt: skip
def test_every_time_offered_is_free_and_every_free_time_is_offered(
    opening, busy, duration, before, after, step, earliest, latest
):
    """Against the slow way: minute by minute."""

    def intervals(stretches):
        return [Interval(at(0) + a * MINUTE, at(0) + (a + b) * MINUTE) for a, b in stretches]

    def minutes(stretches):
        return {minute for a, b in stretches for minute in range(a, a + b)}

    found = free_starts(
        intervals(opening), intervals(busy), duration=duration, before=before, after=after,
        step=step, earliest=at(0) + earliest * MINUTE, latest=at(0) + latest * MINUTE,
    )  # fmt: skip

    is_open, is_busy = minutes(opening), minutes(busy)
    grid = {minute for a, b in opening for minute in range(a, a + b, step)}
    free = [
        minute
        for minute in sorted(grid)
        if earliest <= minute < latest
        and set(range(minute, minute + duration)) <= is_open
        and not set(range(minute - before, minute + duration + after)) & is_busy
    ]
    assert [(each - at(0)) // MINUTE for each in found] == free
