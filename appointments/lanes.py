"""Where things stand on a day's grid: minutes on the clock, and side by side what overlaps.

Plain functions without a database. Days are drawn by what the clock shows, so that nine o'clock
stands beside nine o'clock in every week. A day of 23 hours has an hour on which nothing can be put
(`left_out`); in one of 25 hours what happens in the hour that comes twice stands side by side.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = 24 * 60  # minutes
STEP = 5  # the grid's, in minutes
SHORTEST = 15  # minutes: what is shorter is drawn as long, or nobody could read it
MOST_LANES = 12  # beside each other; what comes after shares the last one
USUAL = (9, 18)  # the hours of a page on which nothing happens


class Span(NamedTuple):
    """Some of a day: minutes since midnight on the clock, the end not included."""

    start: int
    end: int


class Place(NamedTuple):
    """Where something stands: from when, how long (minutes), in which lane of how many, and over
    how many of them, because those beside it are free meanwhile."""

    start: int
    length: int
    lane: int = 0
    lanes: int = 1
    width: int = 1


def on_the_clock(start: datetime, end: datetime, day: date, zone: ZoneInfo) -> Span | None:
    """The part of a stretch of time that lies on this day, as its clock shows it, if any.

    Where the clock goes back meanwhile, so that it ends before it begins, its length counts.
    """
    begins, ends = start.astimezone(zone), end.astimezone(zone)
    if begins.date() > day or ends.date() < day:
        return None
    first = 0 if begins.date() < day else minutes_of(begins)
    last = DAY if ends.date() > day else minutes_of(ends)
    if last <= first and begins.date() == ends.date() == day:
        last = min(DAY, first + (end - start) // timedelta(minutes=1))
    return Span(first, last) if first < last else None


def minutes_of(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def side_by_side(spans: Sequence[Span]) -> list[Place]:
    """A place for each, in the order given: those that overlap share the width.

    Times are rounded to the grid, so that what ends when another begins does not overlap it.
    """
    drawn = [rounded(span) for span in spans]
    order = sorted(range(len(drawn)), key=lambda index: (drawn[index], index))
    places: dict[int, Place] = {}
    cluster: list[int] = []
    until = 0
    for index in order:
        if cluster and drawn[index].start >= until:
            places |= share(cluster, drawn)
            cluster = []
        cluster.append(index)
        until = max(until if len(cluster) > 1 else 0, drawn[index].end)
    places |= share(cluster, drawn)
    return [places[index] for index in range(len(drawn))]


def rounded(span: Span) -> Span:
    """On the grid, and long enough to be read."""
    start = min(round(span.start / STEP) * STEP, DAY - SHORTEST)
    return Span(start, max(round(span.end / STEP) * STEP, start + SHORTEST))


def share(cluster: Sequence[int], drawn: Sequence[Span]) -> dict[int, Place]:
    """The places of some that hang together; each takes the first lane that is free."""
    free_from: list[int] = []
    lanes: dict[int, int] = {}
    for index in cluster:
        start, end = drawn[index]
        lane = next((n for n, free in enumerate(free_from) if free <= start), len(free_from))
        if lane == len(free_from):
            free_from.append(0)
        free_from[lane] = end
        lanes[index] = min(lane, MOST_LANES - 1)
    count = min(len(free_from), MOST_LANES)
    return {
        index: Place(
            drawn[index].start,
            drawn[index].end - drawn[index].start,
            lane,
            count,
            first_to_the_right(index, lanes, drawn, count) - lane,
        )
        for index, lane in lanes.items()
    }


def first_to_the_right(index: int, lanes: dict[int, int], drawn: Sequence[Span], count: int) -> int:
    """The next lane that something needs at the same time; behind the last one if there is none."""
    start, end = drawn[index]
    return min(
        (
            lane
            for other, lane in lanes.items()
            if lane > lanes[index] and drawn[other].start < end and start < drawn[other].end
        ),
        default=count,
    )


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same time in as few spans as possible, in order."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def gaps(spans: Iterable[Span], first: int, last: int) -> list[Span]:
    """What of these minutes is in none of the spans."""
    found = []
    for start, end in joined(spans):
        if first < start:
            found.append(Span(first, min(start, last)))
        first = max(first, end)
    if first < last:
        found.append(Span(first, last))
    return [gap for gap in found if gap.start < gap.end]


def hours_shown(spans: Iterable[Span]) -> tuple[int, int]:
    """The first whole hour that has to be shown, and the one that need not be any more."""
    spans = list(spans)
    if not spans:
        return USUAL
    first = min(start for start, _ in spans) // 60
    last = -(-max(end for _, end in spans) // 60)
    return first, max(last, first + 1)


def week_of(day: date) -> list[date]:
    """Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=n) for n in range(7)]


def month_of(day: date) -> list[list[date]]:
    """The weeks that hold a day of this month."""
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    count = (week_of(last)[0] - week_of(first)[0]).days // 7 + 1
    return [week_of(first + timedelta(weeks=n)) for n in range(count)]


def bounds(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the first of these days begins, and when the last one is over."""
    after = last + timedelta(days=1)
    return (
        datetime.combine(first, time(), zone).astimezone(UTC),
        datetime.combine(after, time(), zone).astimezone(UTC),
    )


def clock_change(day: date, zone: ZoneInfo) -> timedelta:
    """By how much this day is longer than 24 hours; less than nothing where it is shorter."""
    start, end = bounds(day, day, zone)
    return end - start - timedelta(days=1)


def left_out(day: date, zone: ZoneInfo) -> list[Span]:
    """The minutes that the clock never shows on this day."""
    if clock_change(day, zone) >= timedelta(0):
        return []
    midnight = datetime.combine(day, time())
    missing = []
    for start in range(0, DAY, STEP):
        naive = midnight + timedelta(minutes=start)
        shown = naive.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
        if shown.replace(tzinfo=None) != naive:
            missing.append(Span(start, start + STEP))
    return joined(missing)
