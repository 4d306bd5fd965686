"""When can it be booked? Reads hours, holidays and what is booked, and asks availability.py.

The number of queries does not depend on how many days, providers or appointments there are.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from appointments.availability import (
    MINUTE,
    Interval,
    Special,
    Weekly,
    free_starts,
    moment_of,
    open_intervals,
)
from appointments.models import Appointment, DayException, Provider, Service, WorkingHours
from bookkinda.preferences import Preferences

MOST_DAYS = 62
ONE_DAY = timedelta(days=1)
LONGEST = timedelta(days=2)  # a service of a day with half a day kept free on either side
NEVER = datetime.max.replace(tzinfo=UTC)


class FreeTime(NamedTuple):
    """A moment at which the service can begin, and with whom, in the order of the providers."""

    start: datetime
    providers: tuple[Provider, ...]


class Lengths(NamedTuple):
    """Minutes of an appointment, and those kept free before and after it."""

    duration: int
    before: int
    after: int


@dataclass(frozen=True)
class Asked:
    """A question for times: from one day to another one, both of them included.

    Without a provider it is about all of them. `moving` is an appointment that would give up its
    time, `but_for` the token of a hold that would.
    """

    service: Service
    provider: Provider | None
    first: date
    last: date
    now: datetime
    for_staff: bool = False
    moving: Appointment | None = None
    but_for: str = ""

    @property
    def days(self) -> list[date]:
        count = min((self.last - self.first).days + 1, MOST_DAYS)
        return [self.first + number * ONE_DAY for number in range(count)]


def free_times(
    service: Service,
    *,
    provider: Provider | None,
    first: date,
    last: date,
    now: datetime | None = None,
    for_staff: bool = False,
    moving: Appointment | None = None,
    but_for: str = "",
) -> dict[date, list[FreeTime]]:
    """When the service can be booked, for each day of the business's calendar; 62 days at most.

    Visitors are offered what is on the booking page, with the notice and as far ahead as the owner
    says. Staff (`for_staff`) are offered everything from now on within the hours. `moving` keeps
    its own length, and does not stand in its own way; nor does the hold of the token `but_for`.
    """
    now = now or timezone.now()
    asked = Asked(service, provider, first, last, now, for_staff, moving, but_for)
    return times(asked, business=Preferences.load(), leave_out_busy=True)


def times(
    asked: Asked, *, business: Preferences, leave_out_busy: bool
) -> dict[date, list[FreeTime]]:
    """The times within the hours; without those that are taken, if so asked."""
    found: dict[date, list[FreeTime]] = {day: [] for day in asked.days}
    providers = list(who_can(asked)) if found else []
    if not providers:
        return found
    # A service may end after midnight, so the day after the last one counts, too.
    days = [*asked.days, asked.days[-1] + ONE_DAY]
    hours = hours_of(providers, days, business)
    busy = busy_of(providers, days, asked, business) if leave_out_busy else {}
    grid = grid_of(asked, business)
    by_start: dict[datetime, list[Provider]] = defaultdict(list)
    for provider in providers:
        for start in free_starts(hours[provider.pk], busy.get(provider.pk, ()), **grid):
            by_start[start].append(provider)
    for start, able in sorted(by_start.items(), key=lambda item: item[0]):
        found[start.astimezone(business.zone).date()].append(FreeTime(start, tuple(able)))
    return found


def services_online() -> QuerySet[Service]:
    """What visitors can book: services of the booking page that somebody there provides."""
    somebody = Provider.objects.filter(services=OuterRef("pk"), is_online=True, archived_at=None)
    return Service.objects.filter(Exists(somebody), is_online=True, archived_at=None)


def providers_of(service: Service, *, online: bool = True) -> QuerySet[Provider]:
    """Who provides the service; `online`: on the booking page."""
    found = Provider.objects.filter(services=service, archived_at=None)
    return found.filter(is_online=True) if online else found


def who_can(asked: Asked) -> QuerySet[Provider]:
    """With whom the service can be booked by who asks."""
    service = asked.service
    if service.archived_at or not (asked.for_staff or service.is_online):
        return Provider.objects.none()
    found = providers_of(service, online=not asked.for_staff)
    return found.filter(pk=asked.provider.pk) if asked.provider else found


def grid_of(asked: Asked, business: Preferences) -> dict[str, Any]:
    """The lengths and limits that free_starts wants."""
    first, after_last = asked.days[0], asked.days[-1] + ONE_DAY
    earliest = asked.now if asked.for_staff else first_bookable(business, asked.now)
    latest = NEVER if asked.for_staff else last_bookable(business, asked.now)
    return {
        **lengths_of(asked.service, asked.moving)._asdict(),
        "step": business.booking_step,
        "earliest": max(earliest, moment_of(first, 0, business.zone)),
        "latest": min(latest, moment_of(after_last, 0, business.zone)),
    }


def lengths_of(service: Service, moving: Appointment | None = None) -> Lengths:
    """The service's minutes; an appointment keeps those that it was booked with."""
    if moving is None:
        return Lengths(service.duration, service.buffer_before, service.buffer_after)
    return Lengths(
        (moving.end - moving.start) // MINUTE,
        (moving.start - moving.blocked_from) // MINUTE,
        (moving.blocked_until - moving.end) // MINUTE,
    )


def first_bookable(business: Preferences, now: datetime) -> datetime:
    """From when on visitors may book."""
    return now + timedelta(hours=business.booking_notice)


def last_bookable(business: Preferences, now: datetime) -> datetime:
    """The end of the last day that visitors may book, by the business's calendar."""
    last = now.astimezone(business.zone).date() + timedelta(days=business.booking_ahead)
    return moment_of(last + ONE_DAY, 0, business.zone)


def hours_of(
    providers: Sequence[Provider], days: Sequence[date], business: Preferences
) -> dict[int, list[Interval]]:
    """{provider: when they work on these days}."""
    theirs = Q(provider=None) | Q(provider__in=providers)
    weekly: dict[int | None, list[Weekly]] = defaultdict(list)
    for of, *stretch in WorkingHours.objects.filter(theirs).values_list(
        "provider", "weekday", "start", "end"
    ):
        weekly[of].append(Weekly(*stretch))
    special: dict[int | None, list[Special]] = defaultdict(list)
    for row in DayException.objects.filter(theirs, first_day__lte=days[-1], last_day__gte=days[0]):
        special[row.provider_id].append(
            Special(row.first_day, row.last_day, row.start, row.end, row.provider_id is not None)
        )
    return {
        provider.pk: [
            interval
            for day in days
            for interval in open_intervals(
                day,
                business.zone,
                weekly[provider.pk if provider.has_own_hours else None],
                [*special[None], *special[provider.pk]],
            )
        ]
        for provider in providers
    }


def busy_of(
    providers: Sequence[Provider], days: Sequence[date], asked: Asked, business: Preferences
) -> Mapping[int, list[Interval]]:
    """{provider: the time that is taken}, with the time kept free around it. A hold that has run
    out takes none: whoever books removes it first."""
    until = moment_of(days[-1] + ONE_DAY, 0, business.zone) + LONGEST
    since = moment_of(days[0], 0, business.zone) - LONGEST
    rows = (
        Appointment.with_holds.taking_time()
        .overlapping(since, until)
        .filter(provider__in=providers, blocked_from__gt=since - LONGEST)
        .exclude(held_until__lte=asked.now)
    )
    if asked.moving:
        rows = rows.exclude(pk=asked.moving.pk)
    if asked.but_for:
        rows = rows.exclude(token=asked.but_for, status=Appointment.Status.HELD)
    found: dict[int, list[Interval]] = defaultdict(list)
    for provider, start, end in rows.values_list("provider", "blocked_from", "blocked_until"):
        found[provider].append(Interval(start, end))
    return found


def when_open(
    provider: Provider, first: date, last: date, *, business: Preferences | None = None
) -> Iterator[Interval]:
    """When a provider works on these days, for calendars: 62 days at most."""
    business = business or Preferences.load()
    count = min((last - first).days + 1, MOST_DAYS)
    days = [first + number * ONE_DAY for number in range(count)]
    yield from hours_of([provider], days, business)[provider.pk] if days else []
