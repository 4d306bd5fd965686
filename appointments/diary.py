"""What the calendar of the back office shows of a day, a week or a month.

The number of queries does not depend on how many days, providers or appointments there are; nor
does a page hold more than so many of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments.lanes import (
    DAY,
    Place,
    Span,
    bounds,
    clock_change,
    gaps,
    hours_shown,
    joined,
    left_out,
    minutes_of,
    month_of,
    on_the_clock,
    rounded,
    side_by_side,
    week_of,
)
from appointments.models import Appointment, DayException, Provider
from appointments.models.appointment import AppointmentQuerySet
from appointments.openings import hours_of
from bookkinda.preferences import Preferences

MOST = 1_000  # appointments on a page of a day or a week
MOST_IN_A_CELL = 3  # of a month
LONGEST = timedelta(days=2)
WEEKEND = (5, 6)
Status = Appointment.Status


@dataclass(frozen=True)
class Drawn:
    """An appointment, or a time that is being booked, at its place on a day."""

    appointment: Appointment
    provider: Provider
    place: Place

    @property
    def is_held(self) -> bool:
        return self.appointment.status == Status.HELD


@dataclass(frozen=True)
class Shade:
    """A stretch in which nobody works, and the word for it."""

    place: Place
    word: str


@dataclass
class Column:
    """A day of the week, or a provider's day."""

    day: date
    provider: Provider | None = None
    drawn: list[Drawn] = field(default_factory=list)
    open: list[Span] = field(default_factory=list)
    closing: str = ""  # why the whole day is closed, where staff wrote it down
    change: int = 0  # by how many minutes the clock goes forward (less than 0) or back
    missing: list[Span] = field(default_factory=list)
    shades: list[Shade] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """The columns of a day or a week, and the hours that they have in common."""

    columns: list[Column]
    first_hour: int
    last_hour: int
    is_cut: bool = False  # there are more appointments than a page holds

    @property
    def hours(self) -> list[int]:
        return list(range(self.first_hour, self.last_hour))


@dataclass(frozen=True)
class Cell:
    """A day of a month: its first appointments, and how many more there are."""

    day: date
    is_outside: bool
    shown: list[Drawn]
    count: int
    is_closed: bool

    @property
    def more(self) -> int:
        return self.count - len(self.shown)


def providers_shown(first: date, last: date, zone: ZoneInfo) -> list[Provider]:
    """Who works here, and who did but has something on these days."""
    booked = booked_between(first, last, zone).filter(provider=OuterRef("pk"))
    return list(Provider.objects.filter(Q(archived_at=None) | Exists(booked)))


def booked_between(first: date, last: date, zone: ZoneInfo) -> AppointmentQuerySet:
    """What stands in the calendar on these days: all but what was cancelled, and holds that ran
    out."""
    since, until = bounds(first, last, zone)
    found: AppointmentQuerySet = (
        Appointment.with_holds.exclude(status=Status.CANCELLED)
        .exclude(held_until__lte=timezone.now())
        .filter(start__lt=until, end__gt=since, start__gt=since - LONGEST)
    )
    return found


def page_of_week(day: date, providers: Sequence[Provider], business: Preferences) -> Page:
    """The days of this week; without those of a weekend on which nobody works and nothing is."""
    days = week_of(day)
    columns = [Column(each) for each in days]
    page = filled(columns, providers, business)
    kept = [
        column
        for column in page.columns
        if column.day.weekday() not in WEEKEND or column.open or column.drawn or column.day == day
    ]
    return shaded(kept, is_cut=page.is_cut)


def page_of_day(day: date, providers: Sequence[Provider], business: Preferences) -> Page:
    """One column for each provider."""
    page = filled([Column(day, each) for each in providers], providers, business)
    return shaded(page.columns, is_cut=page.is_cut)


def filled(columns: list[Column], providers: Sequence[Provider], business: Preferences) -> Page:
    """The columns with what is booked, and when somebody works."""
    if not columns:
        return Page([], 0, 0)
    days = sorted({column.day for column in columns})
    rows = booked_between(days[0], days[-1], business.zone).filter(provider__in=providers)
    found = list(rows.select_related("customer", "service").order_by("start", "pk")[: MOST + 1])
    by_pk = {provider.pk: provider for provider in providers}
    hours = hours_of(providers, days, business)
    closings = closings_of(days, providers)
    for column in columns:
        theirs = [column.provider] if column.provider else providers
        fill(column, found[:MOST], by_pk, business.zone)
        spans = [
            on_the_clock(*interval, column.day, business.zone)
            for provider in theirs
            for interval in hours[provider.pk]
        ]
        column.open = joined(span for span in spans if span)
        column.change = int(clock_change(column.day, business.zone).total_seconds()) // 60
        column.missing = left_out(column.day, business.zone)
        pk = column.provider.pk if column.provider else None
        column.closing = closings.get((pk, column.day)) or closings.get((None, column.day), "")
    return Page(columns, 0, 0, is_cut=len(found) > MOST)


def fill(
    column: Column, found: Iterable[Appointment], by_pk: dict[int, Provider], zone: ZoneInfo
) -> None:
    """Put on a column what is on its day, and with its provider."""
    spans: list[tuple[Appointment, Span]] = []
    for each in found:
        if column.provider and each.provider_id != column.provider.pk:
            continue
        span = on_the_clock(each.start, each.end, column.day, zone)
        if span:
            spans.append((each, span))
    places = side_by_side([span for _, span in spans])
    column.drawn = [
        Drawn(each, by_pk[each.provider_id], place)
        for (each, _), place in zip(spans, places, strict=True)
    ]


def closings_of(
    days: Sequence[date], providers: Sequence[Provider]
) -> dict[tuple[int | None, date], str]:
    """{(provider or None for everybody, day): why it is closed}, where a name was written down."""
    rows = DayException.objects.filter(
        Q(provider=None) | Q(provider__in=providers),
        start=None, first_day__lte=days[-1], last_day__gte=days[0],
    ).exclude(name="")  # fmt: skip
    return {
        (row.provider_id, day): row.name
        for row in rows
        for day in days
        if row.first_day <= day <= row.last_day
    }


def shaded(columns: list[Column], *, is_cut: bool) -> Page:
    """The page with the hours that everything needs, and the closed time of each column."""
    spans = [span for column in columns for span in column.open]
    spans += [
        Span(drawn.place.start, drawn.place.start + drawn.place.length)
        for column in columns
        for drawn in column.drawn
    ]
    first, last = hours_shown(spans)
    for column in columns:
        column.shades = list(shades_of(column, first * 60, last * 60))
    return Page(columns, first, last, is_cut=is_cut)


def shades_of(column: Column, first: int, last: int) -> Iterable[Shade]:
    """What is closed of these minutes; between two openings it is a break."""
    closed = gaps([*column.open, *column.missing], first, last)
    opened = [span.start for span in column.open]
    for gap in closed:
        is_break = any(start < gap.start for start in opened) and gap.end in opened
        word = _("Break") if is_break else column.closing or _("Closed")
        yield Shade(place_of(gap), word)
    for start, end in column.missing:
        if start < last and end > first:
            yield Shade(place_of(Span(max(start, first), min(end, last))), _("Clock goes forward"))


def place_of(span: Span) -> Place:
    start, end = rounded(span)
    return Place(start, end - start)


def cells_of_month(
    day: date, providers: Sequence[Provider], business: Preferences
) -> list[list[Cell]]:
    """The weeks of the month of this day."""
    weeks = month_of(day)
    days = [each for week in weeks for each in week]
    rows = booked_between(days[0], days[-1], business.zone).filter(
        provider__in=providers, start__gte=bounds(days[0], days[0], business.zone)[0]
    )
    counts = dict(by_day(rows, business.zone).values_list("on_day").annotate(n=Count("pk")))
    shown = first_of_each_day(rows, providers, business.zone)
    hours = hours_of(providers, days, business)
    open_days = {
        interval.start.astimezone(business.zone).date()
        for intervals in hours.values()
        for interval in intervals
    }
    return [
        [
            Cell(
                each,
                is_outside=each.month != day.month,
                shown=shown[each],
                count=counts.get(each, 0),
                is_closed=each not in open_days,
            )
            for each in week
        ]
        for week in weeks
    ]


def by_day(rows: AppointmentQuerySet, zone: ZoneInfo) -> Any:
    return rows.annotate(on_day=TruncDate("start", tzinfo=zone)).order_by()


def first_of_each_day(
    rows: AppointmentQuerySet, providers: Sequence[Provider], zone: ZoneInfo
) -> dict[date, list[Drawn]]:
    """The few appointments that a cell has room for."""
    numbered = by_day(rows, zone).annotate(
        number=Window(
            RowNumber(), partition_by=F("on_day"), order_by=(F("start").asc(), F("pk").asc())
        )
    )
    few = numbered.filter(number__lte=MOST_IN_A_CELL).select_related("customer", "service")
    by_pk = {provider.pk: provider for provider in providers}
    found: dict[date, list[Drawn]] = defaultdict(list)
    for each in few.order_by("start", "pk"):
        begins = each.start.astimezone(zone)
        place = Place(minutes_of(begins), DAY)
        found[begins.date()].append(Drawn(each, by_pk[each.provider_id], place))
    return found
