"""The month and the times of a day from which one is picked: booking page, panel, manage page.

Knows neither services nor hours: whoever shows it says what is free, at most a month at a time.
Days are those of the clock in force (bookkinda/middleware.py: the business's).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

LOOK_AHEAD = timedelta(days=61)  # for the first day that has a time
NOON, EVENING = 12, 17


class Day(NamedTuple):
    """A cell of the month; None where the week reaches into another one."""

    date: date | None
    is_free: bool


class Part(NamedTuple):
    """Morning, afternoon or evening, and the times in it."""

    name: str
    times: Sequence[Any]  # with `start`


@dataclass(frozen=True)
class Times:
    """What templates/booking/times.html shows."""

    month: date  # its first day
    weeks: list[list[Day]]
    earlier: date | None  # the months to which the arrows lead
    later: date | None
    day: date | None  # the one that is open
    parts: list[Part]

    @property
    def week_days(self) -> list[date]:
        """Days of any week, for their names."""
        monday = self.month - timedelta(days=self.month.weekday())
        return [monday + timedelta(days=number) for number in range(7)]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is free in all the month."""
        return not any(each.is_free for week in self.weeks for each in week)


Free = Callable[[date, date], Mapping[date, Sequence[Any]]]


def pick(free: Free, query: Mapping[str, str], *, last: date) -> Times:
    """The month and day that the query asks for (`month=2026-11`, `day=2026-11-19`), or those of
    the first free time. `free` is asked with the first and the last day, `last` is the last one
    that can be booked at all."""
    today = timezone.localdate()
    last = max(last, today)
    day = read_day(query.get("day", ""))
    month = read_month(query.get("month", "")) or (first_of(day) if day else None)
    if month is None:
        found = free(today, min(last, today + LOOK_AHEAD))
        month = first_of(next((each for each in sorted(found) if found[each]), today))
    month = min(max(month, first_of(today)), first_of(last))
    end = end_of(month)
    found = free(max(month, today), min(end, last))
    if day is None or first_of(day) != month or not found.get(day):
        day = next((each for each in sorted(found) if found[each]), None)
    return Times(
        month=month,
        weeks=weeks_of(month, found),
        earlier=first_of(month - timedelta(days=1)) if month > first_of(today) else None,
        later=end + timedelta(days=1) if end < last else None,
        day=day,
        parts=parts_of(found[day]) if day else [],
    )


def weeks_of(month: date, found: Mapping[date, Sequence[Any]]) -> list[list[Day]]:
    """The month in weeks from Monday on."""
    cells: list[Day] = [Day(None, is_free=False)] * month.weekday()
    day = month
    while day.month == month.month:
        cells.append(Day(day, is_free=bool(found.get(day))))
        day += timedelta(days=1)
    cells += [Day(None, is_free=False)] * (-len(cells) % 7)
    return [cells[at : at + 7] for at in range(0, len(cells), 7)]


def parts_of(times: Sequence[Any]) -> list[Part]:
    """The times of a day under morning, afternoon and evening."""
    return [Part(name, list(group)) for name, group in groupby(times, part_of)]


def part_of(time: Any) -> str:
    hour = timezone.localtime(time.start).hour
    if hour < NOON:
        return _("Morning")
    return _("Afternoon") if hour < EVENING else _("Evening")


def first_of(day: date) -> date:
    return day.replace(day=1)


def end_of(month: date) -> date:
    return first_of(month + timedelta(days=31)) - timedelta(days=1)


def read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-19") else None
    except ValueError:
        return None


def read_month(text: str) -> date | None:
    return read_day(f"{text}-01")


def read_start(text: str) -> datetime | None:
    """The moment that a link or form names; None for anything that is none."""
    try:
        moment = parse_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment is None or not timezone.is_aware(moment):
        return None
    # The first and the last year of the calendar have moments that other clocks can't tell.
    return moment if MINYEAR < moment.year < MAXYEAR else None
