"""The log of what was said: which deliveries, the newest first, at a price that does not grow.

Filters choose among events, channels and states. One index (delivery_in_the_log) has the deliveries
of every combination in order, so a page is put together from short looks into it, at a thousand
rows and at a million. Pages begin beyond a delivery and not after a number of them, so that nothing
is shown twice when others are written meanwhile.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, product
from typing import Any

from django.db import connection
from django.db.models import Q
from django.http import QueryDict

from customers.values import read_number
from notifications.events import EVENTS, all_events
from notifications.log_search import Listed, Walked, find_meant
from notifications.models import ChannelCode, Delivery

ROWS_PER_PAGE = (25, 50, 100)
COUNTED = 1_000  # above, it says "1,000+"
STEP = 500  # deliveries of which those are picked that the words fit
LOOKED_AT = 5_000  # after so many in vain the reader is asked
LOOKS = 200  # into the index at once; SQLite puts no more than 500 together

Combination = tuple[str, str, str]  # state, channel, event
LOOK = (
    "SELECT id FROM (SELECT id FROM notifications_delivery "
    "WHERE state = %s AND channel = %s AND event = %s{beyond} ORDER BY id{way} LIMIT %s) AS look"
)
COUNT = (
    "SELECT count(*) FROM (SELECT 1 FROM notifications_delivery "
    "WHERE state = %s AND channel = %s AND event = %s LIMIT %s) AS look"
)


@dataclass(frozen=True)
class Query:
    """What the log is asked for. An empty choice stands for all there are."""

    typed: str = ""
    events: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    customer: int | None = None
    per: int = ROWS_PER_PAGE[0]
    older: int | None = None  # than this delivery
    newer: int | None = None
    with_staff: bool = False  # the messages about their own logins, too

    @property
    def is_filtered(self) -> bool:
        return bool(self.events or self.channels or self.states)

    @property
    def is_narrow(self) -> bool:
        """Whether anything keeps a delivery out."""
        return self.is_filtered or bool(self.typed) or self.customer is not None

    @property
    def conditions(self) -> Q:
        wanted = {"event": self.events, "channel": self.channels, "state": self.states}
        return Q(**{f"{name}__in": values for name, values in wanted.items() if values})

    def combinations(self) -> Iterator[Combination]:
        """What the filters let through, as places in the index."""
        return product(
            self.states or Delivery.State.values,
            self.channels or ChannelCode.values,
            self.events or (all_events() if self.with_staff else EVENTS),
        )


@dataclass(frozen=True)
class Page:
    """Deliveries in order. `looked_back_to` is the last one that was looked at, where that ended
    before the page was full: further back there may be more."""

    deliveries: list[Delivery]
    has_newer: bool
    has_older: bool
    looked_back_to: int | None = None


@dataclass
class Gathered:
    """The ids of a page and one more, in the direction of the walk."""

    ids: list[int] = field(default_factory=list)
    left_off_at: int | None = None


def read_query(params: QueryDict, *, with_staff: bool) -> Query:
    """The query that an address line asks for. What makes no sense is passed over."""
    per = next((per for per in ROWS_PER_PAGE if str(per) == params.get("per")), ROWS_PER_PAGE[0])
    older = read_number(params.get("older", ""))
    return Query(
        typed=params.get("q", "").replace("\x00", "").strip()[:200],
        events=chosen(params, "event", all_events() if with_staff else EVENTS),
        channels=chosen(params, "channel", ChannelCode.values),
        states=chosen(params, "state", Delivery.State.values),
        customer=read_number(params.get("customer", "")),
        per=per,
        older=older,
        newer=read_number(params.get("newer", "")) if older is None else None,
        with_staff=with_staff,
    )


def chosen(params: QueryDict, name: str, choices: Iterable[str]) -> tuple[str, ...]:
    """Those of the choices that the address line names; all of them is the same as none."""
    every = list(choices)
    named = tuple(one for one in every if one in params.getlist(name))
    return () if len(named) == len(every) else named


def page_of_log(query: Query) -> Page:
    """The page that is asked for. Beyond the newest there is the first page, as it is now."""
    gathered = gather(query)
    ids, is_full = gathered.ids[: query.per], len(gathered.ids) > query.per
    if query.newer is not None and len(ids) < query.per:
        return page_of_log(replace(query, newer=None))
    rows = Delivery.objects.select_related("message__customer", "message__user").in_bulk(ids)
    return Page(
        deliveries=[rows[pk] for pk in sorted(rows, reverse=True)],
        has_newer=is_full if query.newer is not None else query.older is not None,
        has_older=is_full or query.newer is not None,
        looked_back_to=gathered.left_off_at,
    )


def count_of_log(query: Query) -> int | None:
    """How many there are, at most one more than are counted; None where only a walk would tell."""
    meant = find_meant(query.typed, query.customer, with_staff=query.with_staff)
    if isinstance(meant, Listed):
        return min(len(meant.ids(query.conditions)), COUNTED + 1)
    if meant.words:
        return None
    if not query.is_filtered:
        return len(Delivery.objects.order_by("-pk").values_list("pk")[: COUNTED + 1])
    counts = looks(COUNT, [[*each, COUNTED + 1] for each in query.combinations()])
    return min(sum(counts), COUNTED + 1)


def gather(query: Query) -> Gathered:
    """The ids of a page and one more; left off after so many that were looked at in vain."""
    meant = find_meant(query.typed, query.customer, with_staff=query.with_staff)
    if isinstance(meant, Listed):
        return Gathered(in_order(query, meant.ids(query.conditions))[: query.per + 1])
    return gather_along(query, meant)


def in_order(query: Query, ids: Iterable[int]) -> list[int]:
    """Those beyond the place of the page, in the direction of the walk."""
    if query.newer is not None:
        return sorted(pk for pk in ids if pk > query.newer)
    return sorted((pk for pk in ids if query.older is None or pk < query.older), reverse=True)


def gather_along(query: Query, meant: Walked) -> Gathered:
    gathered, looked_at = Gathered(), 0
    step = STEP if meant.words else query.per + 1
    while len(gathered.ids) <= query.per:
        batch = walk(query, step)
        gathered.ids += meant.sieve(batch)
        looked_at += len(batch)
        if len(batch) < step:
            break
        if looked_at >= LOOKED_AT and len(gathered.ids) <= query.per:
            gathered.left_off_at = batch[-1]
            break
        if query.newer is not None:
            query = replace(query, newer=batch[-1])
        else:
            query = replace(query, older=batch[-1])
    return gathered


def walk(query: Query, n: int) -> list[int]:
    """The next n deliveries that the filters let through, from the place of the page."""
    going_up = query.newer is not None
    beyond = query.newer if going_up else query.older
    sign, way = (">", "") if going_up else ("<", " DESC")
    if not query.is_filtered:
        rows = Delivery.objects.order_by("pk" if going_up else "-pk")
        if beyond is not None:
            rows = rows.filter(**{"pk__gt" if going_up else "pk__lt": beyond})
        return list(rows.values_list("pk", flat=True)[:n])
    look = LOOK.format(beyond=f" AND id {sign} %s" if beyond is not None else "", way=way)
    place = [beyond] if beyond is not None else []
    return in_order(query, looks(look, [[*each, *place, n] for each in query.combinations()]))[:n]


def looks(statement: str, parameters: Sequence[Sequence[Any]]) -> list[int]:
    """The numbers that the statement gives for each of the parameters, all together."""
    rest, found = iter(parameters), []
    with connection.cursor() as cursor:
        while some := list(islice(rest, LOOKS)):
            union = " UNION ALL ".join([statement] * len(some))
            cursor.execute(union, [one for each in some for one in each])
            found += [row[0] for row in cursor.fetchall()]
    return found
