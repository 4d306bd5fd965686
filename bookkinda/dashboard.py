"""What staff see first: today, this week, who is new, and what waits for somebody.

Each answer is a look into an index that ends at some number, however large the business is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import attrgetter

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from appointments.models import Appointment, Provider, Service, Suggestion
from bookkinda.preferences import Preferences
from customers.models import Customer
from notifications import health

MOST_TODAY = 120  # appointments that are listed; the calendar has the rest
MOST_PENDING = 5
COUNTED = 1_000  # above, it says "1,000+"
WEEKS = 8  # of new customers
LOOKED_AT = 2_000  # customers of one week, imported ones among them
FAILED_DAYS = 7
LOST = (Appointment.Status.CANCELLED, Appointment.Status.NO_SHOW)

# Of so many that were added, those whom no import brought: an import of a whole list is no rush.
NEW_IN_WEEK = (
    "SELECT %s, count(*), count(CASE WHEN import_run_id IS NULL THEN 1 END) FROM ("
    "SELECT import_run_id FROM customers_customer WHERE archived_at IS NULL "
    "AND created_at >= %s AND created_at < %s ORDER BY created_at DESC LIMIT %s) AS week"
)


@dataclass(frozen=True)
class Bench:
    """A provider's appointments of today, by time."""

    provider: Provider
    appointments: list[Appointment]

    @property
    def size(self) -> int:
        return len(self.appointments)


@dataclass(frozen=True)
class Today:
    """The appointments of today by provider; `left_out` when they are too many to list. When there
    are none, `next` is the first one of another day."""

    benches: list[Bench]
    count: int
    left_out: int
    next: Appointment | None = None


@dataclass(frozen=True)
class Day:
    """How many are expected on a day or came, and how many were cancelled or did not come."""

    day: date
    expected: int
    lost: int


@dataclass(frozen=True)
class Week:
    """The days of this week from Monday on, and how many were expected in the week before."""

    days: list[Day]
    before: int

    @property
    def expected(self) -> int:
        return sum(day.expected for day in self.days)

    @property
    def lost(self) -> int:
        return sum(day.lost for day in self.days)


@dataclass(frozen=True)
class Newcomers:
    """Customers added in a week and not imported; `is_least` when not all could be looked at."""

    monday: date
    count: int
    is_least: bool = False


@dataclass(frozen=True)
class Waiting:
    """What waits for somebody. Numbers end at one more than are counted."""

    pending: int = 0
    first_pending: list[Appointment] = field(default_factory=list)
    suggestions: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        return self.pending + self.suggestions + self.failed


@dataclass(frozen=True)
class Missing:
    """What a new business still lacks before anybody can book."""

    services: bool
    providers: bool

    def __bool__(self) -> bool:
        return self.services or self.providers

    @property
    def has_services(self) -> bool:
        return not self.services

    @property
    def has_providers(self) -> bool:
        return not self.providers


def midnight(day: date, business: Preferences) -> datetime:
    """When the day begins at the business."""
    return datetime.combine(day, time(), tzinfo=business.zone)


def between(first: date, last: date, business: Preferences) -> Q:
    """The condition of beginning on these days, both included."""
    end = midnight(last + timedelta(days=1), business)
    return Q(start__gte=midnight(first, business), start__lt=end)


def today(business: Preferences, *, own: int | None = None) -> Today:
    """The appointments of today but those cancelled; `own` is the user whose column comes first."""
    this_day = business.today()
    booked = Appointment.objects.filter(between(this_day, this_day, business)).exclude(
        status=Appointment.Status.CANCELLED
    )
    found = list(
        booked.select_related("customer", "service", "provider").order_by("start", "pk")[
            : MOST_TODAY + 1
        ]
    )
    left_out = booked.count() - MOST_TODAY if len(found) > MOST_TODAY else 0
    listed = found[:MOST_TODAY]
    return Today(
        benches=by_provider(listed, own),
        count=len(listed) + left_out,
        left_out=left_out,
        next=None if listed else upcoming().first(),
    )


def by_provider(appointments: Sequence[Appointment], own: int | None) -> list[Bench]:
    """One bench for each provider, in the order of the providers, one's own first."""

    def place(appointment: Appointment) -> tuple[bool, int, str, int]:
        provider = appointment.provider
        is_own = own is not None and provider.user_id == own
        return (not is_own, provider.position, provider.name, provider.pk)

    ordered = sorted(appointments, key=place)  # stable: by time within a provider
    return [
        Bench(provider, list(group))
        for provider, group in groupby(ordered, key=attrgetter("provider"))
    ]


def upcoming() -> QuerySet[Appointment]:
    """What is to come, the next one first, with what is said of it."""
    found: QuerySet[Appointment] = Appointment.objects.coming().select_related(
        "customer", "service", "provider"
    )
    return found


def this_week(business: Preferences) -> Week:
    """The week in which today lies, from Monday on. One statement over the index of two weeks."""
    this_day = business.today()
    monday = this_day - timedelta(days=this_day.weekday())
    days = [monday + timedelta(days=number) for number in range(7)]
    lost = Q(status__in=LOST)
    wanted = {"before": Count("pk", filter=Q(start__lt=midnight(monday, business)) & ~lost)}
    for number, day in enumerate(days):
        on_that_day = between(day, day, business)
        wanted[f"expected_{number}"] = Count("pk", filter=on_that_day & ~lost)
        wanted[f"lost_{number}"] = Count("pk", filter=on_that_day & lost)
    two_weeks = between(monday - timedelta(days=7), days[-1], business)
    found = Appointment.objects.filter(two_weeks).aggregate(**wanted)
    return Week(
        days=[
            Day(day, found[f"expected_{number}"], found[f"lost_{number}"])
            for number, day in enumerate(days)
        ],
        before=found["before"],
    )


def new_customers(business: Preferences) -> list[Newcomers]:
    """The customers added in each of the last weeks, this one last. One statement."""
    this_day = business.today()
    monday = this_day - timedelta(days=this_day.weekday())
    mondays = [monday - timedelta(weeks=ago) for ago in reversed(range(WEEKS))]
    as_stored = connection.ops.adapt_datetimefield_value
    parameters = [
        value
        for number, first in enumerate(mondays)
        for value in (
            number,
            as_stored(midnight(first, business)),
            as_stored(midnight(first + timedelta(weeks=1), business)),
            LOOKED_AT,
        )
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([NEW_IN_WEEK] * WEEKS), parameters)
        found = {int(number): (seen, new) for number, seen, new in cursor.fetchall()}
    return [
        Newcomers(first, found[number][1], is_least=found[number][0] >= LOOKED_AT)
        for number, first in enumerate(mondays)
    ]


def waiting(*, with_suggestions: bool) -> Waiting:
    """Bookings that wait for approval, suggestions of visitors, messages that failed lately."""
    pending = upcoming().filter(status=Appointment.Status.PENDING)
    first = list(pending[: MOST_PENDING + 1])
    count = len(first) if len(first) <= MOST_PENDING else capped(pending)
    suggested = Suggestion.objects.filter(decided_at=None, customer__archived_at=None)
    return Waiting(
        pending=count,
        first_pending=first[:MOST_PENDING],
        suggestions=capped(suggested) if with_suggestions else 0,
        failed=health.failed_since(timezone.now() - timedelta(days=FAILED_DAYS)),
    )


def capped(found: QuerySet) -> int:
    """How many there are, one more than are counted at most."""
    return found.order_by()[: COUNTED + 1].count()


def missing() -> Missing:
    """What keeps visitors from booking: nothing to book, or nobody to book with."""
    return Missing(
        services=not Service.objects.filter(archived_at=None).exists(),
        providers=not Provider.objects.filter(archived_at=None).exists(),
    )


def has_customers() -> bool:
    """Whether the business knows anybody yet."""
    return bool(Customer.objects.live().exists())
