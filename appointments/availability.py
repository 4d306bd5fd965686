"""Which times are free: plain functions on intervals, without a database.

Hours are minutes on the clock of the business; intervals and starts are aware moments in UTC. So a
day on which clocks change simply has 23 or 25 hours: hours that begin in the hour that is left out
begin when it is over, and of an hour that comes twice the first one counts.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = 24 * 60


class Interval(NamedTuple):
    """From a moment up to another one, which is not part of it."""

    start: datetime
    end: datetime


class Weekly(NamedTuple):
    """A stretch of one day of every week; 0 is Monday, times are minutes since midnight."""

    weekday: int
    start: int
    end: int


class Special(NamedTuple):
    """Days that differ from the week: other hours, or closed where there are none.

    `is_own` is whether it is the provider's own, and not everybody's.
    """

    first_day: date
    last_day: date
    start: int | None = None
    end: int | None = None
    is_own: bool = False


def open_intervals(
    day: date, zone: ZoneInfo, weekly: Iterable[Weekly], exceptions: Iterable[Special] = ()
) -> list[Interval]:
    """When somebody works on this day of the business's calendar, in order and without overlaps.

    Of a day with exceptions only these count. What closes the business closes everybody; before its
    other hours come a provider's own.
    """
    special = [each for each in exceptions if each.first_day <= day <= each.last_day]
    if special:
        hours = special_hours(special)
    else:
        hours = [(each.start, each.end) for each in weekly if each.weekday == day.weekday()]
    return merged(
        Interval(moment_of(day, start, zone), moment_of(day, end, zone)) for start, end in hours
    )


def special_hours(special: Sequence[Special]) -> list[tuple[int, int]]:
    """The hours of a day that has exceptions; none where one of those that count closes it."""
    if any(each.start is None for each in special if not each.is_own):
        return []
    own = [each for each in special if each.is_own]
    counting = own or special
    hours = [(each.start, each.end) for each in counting]
    if (None, None) in hours:
        return []
    return [(start, end) for start, end in hours if start is not None and end is not None]


def moment_of(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """When the clock of the zone first shows so many minutes after midnight, or a later time where
    it leaves this one out."""
    naive = datetime.combine(day, time()) + minutes * MINUTE
    while True:
        moment = naive.replace(tzinfo=zone).astimezone(UTC)
        if moment.astimezone(zone).replace(tzinfo=None) == naive:
            return moment
        naive += MINUTE


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time in as few intervals as possible, in order; touching ones become one."""
    found: list[Interval] = []
    for start, end in sorted(intervals):
        if end <= start:
            continue
        if found and start <= found[-1].end:
            found[-1] = Interval(found[-1].start, max(end, found[-1].end))
        else:
            found.append(Interval(start, end))
    return found


def free_starts(
    open: Iterable[Interval],  # noqa: A002 the plain word
    busy: Iterable[Interval],
    *,
    duration: int,
    before: int,
    after: int,
    step: int,
    earliest: datetime,
    latest: datetime,
) -> list[datetime]:
    """When a service of `duration` minutes can begin, each `step` minutes from each opening on.

    It lies within open hours, which touch where one interval ends and another begins; the time kept
    free around it (`before` and `after` minutes) may lie outside of them, but not in busy time.
    `earliest` counts as offered, `latest` does not.
    """
    openings = sorted(open)
    hours, taken = merged(openings), merged(busy)
    ends = [each.end for each in hours]
    busy_until = [each.end for each in taken]
    found: set[datetime] = set()
    for opening in openings:
        for start in steps(opening, step * MINUTE, earliest, latest):
            end = start + duration * MINUTE
            is_open = end <= ends[bisect_left(ends, opening.end)]
            needed = Interval(start - before * MINUTE, end + after * MINUTE)
            if is_open and not is_taken(needed, taken, busy_until):
                found.add(start)
    return sorted(found)


def steps(
    opening: Interval, step: timedelta, earliest: datetime, latest: datetime
) -> Iterable[datetime]:
    """The moments of the grid that begins with the opening, as far as they are asked for."""
    start = opening.start
    if start < earliest:
        start += -((start - earliest) // step) * step
    while start < min(opening.end, latest):
        yield start
        start += step


def is_taken(needed: Interval, taken: Sequence[Interval], busy_until: Sequence[datetime]) -> bool:
    """Whether any of the time is busy; `busy_until` are the ends of `taken`, which are in order."""
    # The first busy interval that ends after `needed` begins is the only one that can matter first.
    index = bisect_left(busy_until, needed.start + timedelta.resolution)
    return index < len(taken) and taken[index].start < needed.end
