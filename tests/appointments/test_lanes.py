"""Days, weeks and months as the calendar draws them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appointments.lanes import (
    MOST_LANES,
    Place,
    Span,
    bounds,
    clock_change,
    gaps,
    hours_shown,
    left_out,
    month_of,
    on_the_clock,
    rounded,
    side_by_side,
    week_of,
)

LONDON = ZoneInfo("Europe/London")
FORWARD, BACK = date(2027, 3, 28), date(2027, 10, 31)  # at 01:00 UTC, both


def at(
    day: date, hour: int, minute: int = 0, *, zone: ZoneInfo = LONDON, fold: int = 0
) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone, fold=fold).astimezone(
        UTC
    )


def test_an_appointment_stands_where_the_clock_of_the_business_shows_it():
    day = date(2027, 7, 5)  # an hour ahead of UTC

    assert on_the_clock(at(day, 9, 30), at(day, 11), day, LONDON) == Span(570, 660)
    assert on_the_clock(at(day, 9, 30), at(day, 11), date(2027, 7, 6), LONDON) is None


def test_what_goes_on_over_midnight_is_shown_on_both_days():
    day = date(2027, 7, 5)
    start, end = at(day, 23), at(day, 23) + timedelta(hours=2)

    assert on_the_clock(start, end, day, LONDON) == Span(1380, 1440)
    assert on_the_clock(start, end, date(2027, 7, 6), LONDON) == Span(0, 60)


def test_what_ends_at_midnight_is_not_on_the_next_day():
    day = date(2027, 7, 5)
    start, end = at(day, 23), at(date(2027, 7, 6), 0)

    assert on_the_clock(start, end, day, LONDON) == Span(1380, 1440)
    assert on_the_clock(start, end, date(2027, 7, 6), LONDON) is None


def test_nine_stands_beside_nine_on_days_of_23_and_25_hours():
    for day in (FORWARD, BACK):
        assert on_the_clock(at(day, 9), at(day, 10), day, LONDON) == Span(540, 600)


def test_what_the_clock_shows_as_ending_before_it_begins_keeps_its_length():
    start = at(BACK, 1, 45)  # 15 minutes before the clock shows one again

    assert on_the_clock(start, start + timedelta(minutes=30), BACK, LONDON) == Span(105, 135)


def test_the_hour_that_comes_twice_stands_side_by_side():
    spans = [
        on_the_clock(at(BACK, 1, fold=fold), at(BACK, 1, 30, fold=fold), BACK, LONDON)
        for fold in (0, 1)
    ]

    assert side_by_side([span for span in spans if span]) == [
        Place(60, 30, 0, 2),
        Place(60, 30, 1, 2),
    ]


def test_an_hour_that_never_comes_is_known():
    assert clock_change(FORWARD, LONDON) == timedelta(hours=-1)
    assert left_out(FORWARD, LONDON) == [Span(60, 120)]
    assert clock_change(BACK, LONDON) == timedelta(hours=1)
    assert left_out(BACK, LONDON) == []


def test_a_day_begins_at_midnight_of_the_business_or_when_it_first_can():
    assert bounds(FORWARD, FORWARD, LONDON)[1] == datetime(2027, 3, 28, 23, tzinfo=UTC)
    # Clocks in Beirut go from 23:59 to 01:00.
    beirut, day = ZoneInfo("Asia/Beirut"), date(2025, 3, 30)
    assert left_out(day, beirut) == [Span(0, 60)]
    assert bounds(day, day, beirut)[0] == datetime(2025, 3, 29, 22, tzinfo=UTC)


def test_those_that_touch_stand_below_each_other():
    assert side_by_side([Span(540, 600), Span(600, 660)]) == [Place(540, 60), Place(600, 60)]


def test_those_that_overlap_share_the_width_and_a_lane_is_used_again():
    spans = [Span(540, 720), Span(540, 600), Span(600, 660), Span(720, 780)]

    assert side_by_side(spans) == [
        Place(540, 180, 1, 2),
        Place(540, 60, 0, 2),
        Place(600, 60, 0, 2),
        Place(720, 60, 0, 1),
    ]


def test_what_has_nobody_beside_it_takes_the_free_lanes():
    spans = [Span(540, 720), Span(540, 600), Span(540, 570), Span(660, 720)]

    widths = {place.start: place.width for place in side_by_side(spans)[1:]}

    assert side_by_side(spans)[3] == Place(660, 60, 0, 3, 2)
    assert widths[540] == 1


def test_odd_minutes_come_to_stand_on_the_grid_without_overlapping():
    assert side_by_side([Span(541, 588), Span(588, 621)]) == [Place(540, 50), Place(590, 30)]


def test_what_is_short_is_long_enough_to_be_read():
    assert rounded(Span(540, 545)) == Span(540, 555)
    assert rounded(Span(1435, 1440)) == Span(1425, 1440)


any_span = st.builds(
    lambda start, length: Span(start, min(1440, start + length)),
    st.integers(0, 1439),
    st.integers(1, 600),
)


# A busy machine takes its time over the first examples.
patient = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@patient
@given(st.lists(any_span, max_size=16))
def test_two_in_the_same_lane_never_overlap(spans):
    places = side_by_side(spans)

    assert len(places) == len(spans)
    for number, one in enumerate(places):
        assert 0 <= one.lane < one.lanes <= MOST_LANES
        assert one.start >= 0
        assert 1 <= one.width <= one.lanes - one.lane
        for other in places[number + 1 :]:
            apart = one.start + one.length <= other.start or other.start + other.length <= one.start
            assert apart or one.lanes == other.lanes
            left, right = sorted((one, other), key=lambda place: place.lane)
            crowded = left.lane == MOST_LANES - 1  # the last lane holds all that is left
            assert apart or left.lane + left.width <= right.lane or crowded


@patient
@given(st.lists(any_span, max_size=10))
def test_what_is_open_and_the_gaps_make_up_the_day(spans):
    covered = sorted(
        minute for start, end in [*gaps(spans, 0, 1440)] for minute in range(start, end)
    )
    inside = {minute for start, end in spans for minute in range(start, end)}

    assert covered == [minute for minute in range(1440) if minute not in inside]


def test_the_hours_shown_hold_everything():
    assert hours_shown([]) == (9, 18)
    assert hours_shown([Span(570, 661), Span(600, 620)]) == (9, 12)
    assert hours_shown([Span(0, 1440)]) == (0, 24)


@pytest.mark.parametrize("day", [date(2026, 11, 16), date(2026, 11, 22)])
def test_a_week_is_monday_to_sunday(day):
    assert week_of(day)[0] == date(2026, 11, 16)
    assert week_of(day)[-1] == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("day", "weeks"),
    [(date(2026, 11, 30), 6), (date(2027, 2, 14), 4), (date(2026, 12, 1), 5)],
)
def test_a_month_is_its_whole_weeks(day, weeks):
    month = month_of(day)

    assert len(month) == weeks
    assert month[0][0] <= day.replace(day=1) <= month[0][6]
    assert any(day in week for week in month)
