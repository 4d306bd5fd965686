"""Two ways to a page of ids: out of a short list, or along the index of the order."""

from typing import Protocol

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q

from customers.counting import Count
from customers.models import Customer
from customers.ordering import Boundary
from customers.querysets import CustomerQuerySet
from customers.search import Search
from customers.words import as_condition

WALKED = 20_000  # rows, where the index has all that is asked
WALKED_WITH_ROWS = 4_000  # where each step looks at the row itself


class Source(Protocol):
    """The matches in order, to be taken from either end."""

    count: Count

    def take(self, n: int, *, beyond: Boundary, backwards: bool) -> list[int] | None:
        """The next n ids beyond a row; None if the row is not among them any more."""

    def skip(self, offset: int, n: int, *, backwards: bool = False) -> list[int]:
        """n ids after so many from the beginning, or from the end."""


class Listed:
    """Few matches: all their ids, in order."""

    def __init__(self, ids: list[int]) -> None:
        self.ids = ids
        self.count = Count(len(ids))

    def take(self, n: int, *, beyond: Boundary, backwards: bool) -> list[int] | None:
        ids = self.ids[::-1] if backwards else self.ids
        if beyond.pk not in ids:
            return None
        start = ids.index(beyond.pk) + 1
        return ids[start : start + n]

    def skip(self, offset: int, n: int, *, backwards: bool = False) -> list[int]:
        ids = self.ids[::-1] if backwards else self.ids
        return ids[offset : offset + n]


class Walked:
    """Many matches: the database walks the index of the order."""

    def __init__(self, search: Search, count: Count) -> None:
        self.search = search
        self.count = count

    def take(self, n: int, *, beyond: Boundary, backwards: bool) -> list[int] | None:
        return self.find(n, beyond, backwards=backwards)

    def skip(self, offset: int, n: int, *, backwards: bool = False) -> list[int]:
        if offset:
            return through(
                self.search, self.search.matching(), n, backwards=backwards, offset=offset
            )
        return self.find(n, None, backwards=backwards)

    def find(self, n: int, beyond: Boundary | None, *, backwards: bool) -> list[int]:
        """A page from here, by the cheapest way that finds it whole."""
        search = self.search
        if not search.is_narrow:
            return through(search, search.among, n, beyond=beyond, backwards=backwards)
        if not search.archived:
            ids, is_whole = walk_some(search, n, beyond, backwards=backwards)
            if len(ids) == n or is_whole:
                return ids
        matching = search.matching()
        return through(search, matching, n, beyond=beyond, backwards=backwards, indexed=False)


def through(
    search: Search,
    customers: CustomerQuerySet,
    n: int,
    *,
    beyond: Boundary | None = None,
    backwards: bool = False,
    offset: int = 0,
    indexed: bool = True,
) -> list[int]:
    """n ids along the order, one segment after the other. Only ids: an index has them all."""
    order = search.order
    here = order.segment_of(beyond) if beyond else None
    ids: list[int] = []
    for number, segment in ordered_segments(search, here, backwards=backwards):
        rows = order.walk(
            customers.filter(segment),
            beyond=beyond if number == here else None,
            backwards=backwards,
            indexed=indexed,
        ).values_list("pk", flat=True)
        found = list(rows[offset : offset + n - len(ids)])
        ids += found
        if len(ids) == n:
            break
        offset = 0 if found or not offset else max(0, offset - rows.count())
    return ids


def ordered_segments(search: Search, here: int | None, *, backwards: bool) -> list[tuple[int, Q]]:
    """The segments from the one that a row is in (or all), in the direction of the walk."""
    segments = list(enumerate(search.order.segments))
    if backwards:
        segments.reverse()
    numbers = [number for number, _segment in segments]
    return segments[numbers.index(here) :] if here is not None else segments


def walk_some(
    search: Search, n: int, beyond: Boundary | None, *, backwards: bool
) -> tuple[list[int], bool]:
    """At most n ids found within the budget, from the first segment that is concerned; and whether
    the list ends there, so that there are no others.

    The limit inside fences the walk: the database cannot turn it into a sort of everything.
    """
    order = search.order
    here = order.segment_of(beyond) if beyond else None
    segments = ordered_segments(search, here, backwards=backwards)
    segment = Customer.objects.live().filter(segments[0][1])
    rows = order.walk(segment, beyond=beyond, backwards=backwards)
    is_covered = not search.filters.is_narrow and order.name == "surname"
    budget = WALKED if is_covered else WALKED_WITH_ROWS
    fits = as_condition(search.words)
    if search.filters.is_narrow:
        fits &= Q(search.filters.test_of_a_row())
    inner = rows.annotate(fits=ExpressionWrapper(fits, BooleanField())).values_list("pk", "fits")
    sql, params = inner[:budget].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pk FROM ({sql}) AS walked WHERE fits LIMIT {n}", params)  # noqa: S608
        ids = [row[0] for row in cursor.fetchall()]
    if len(ids) == n or len(segments) > 1:
        return ids, False
    return ids, not rows.values_list("pk")[budget - 1 : budget]
