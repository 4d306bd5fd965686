"""Two ways to a page of ids: out of a short list, or along the index of the order."""

import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Max, Q, QuerySet

from customers.counting import Count
from customers.filters import ON_COLUMN, side_left
from customers.models import Customer
from customers.ordering import Boundary, Order
from customers.probing import Many, fetch
from customers.querysets import CustomerQuerySet
from customers.search import Search
from customers.words import as_condition, patterns, shape_of, words_of_shape

WALKED_FIRST = 2_000  # rows, where the index has all that is asked
WALKED = 20_000
WALKED_WITH_ROWS = 4_000  # where each step looks at the row itself

NOT_SEEN = Many()


class Walked:
    """Many matches: the database walks the index of the order."""

    def __init__(self, search: Search, count: Count, matches: Many = NOT_SEEN) -> None:
        self.search = search
        self.count = count
        self.matches = matches

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
        if not search.is_narrow or is_by_its_filter(search):
            return through(search, search.among, n, beyond=beyond, backwards=backwards)
        for budget in self.budgets(beyond, n, backwards=backwards):
            ids, is_whole = walk_some(search, n, beyond, budget, backwards=backwards)
            if len(ids) == n or is_whole:
                return ids
        matching = search.matching()
        return through(search, matching, n, beyond=beyond, backwards=backwards, indexed=False)

    def budgets(self, beyond: Boundary | None, n: int, *, backwards: bool) -> Iterator[int]:
        """How many rows to walk, one try after the other: a few, which finds what is common, and
        many where that promises something."""
        if self.search.archived:
            return
        if not is_covered(self.search):
            yield WALKED_WITH_ROWS
        elif beyond:
            yield WALKED
        else:
            yield WALKED_FIRST
            if self.is_near(n, backwards=backwards):
                yield WALKED

    def is_near(self, n: int, *, backwards: bool) -> bool:
        """Whether the longer walk will probably meet n matches, judged by where some of them are. A
        wrong guess costs time and nothing else."""
        sample = self.matches.sample(self.search.order)
        descending = self.search.order.descending != backwards
        end, newest = end_of_walk(int(time.monotonic() // 60), descending=descending)
        if end is None or not sample:
            return True
        near = sum(key >= end if descending else key <= end for key, _pk in sample)
        seen = self.matches.ids
        likely = len(seen) * newest / max(seen)  # in all, if old and new customers are alike
        # To walk in vain costs less than not to walk where that finds them.
        return bool(near * likely / len(sample) >= n * 0.75)


def is_by_its_filter(search: Search) -> bool:
    """Whether all filters are on the column of the order: then its matches stand side by side, and
    may all be far from where a walk begins."""
    on_it = ON_COLUMN.get(search.order.name, set())
    return bool(search.chosen) and search.chosen.keys() <= on_it and not search.words


def is_covered(search: Search) -> bool:
    """Whether the index of the order has all that is asked."""
    return search.order.name == "surname" and not search.chosen


@lru_cache(maxsize=4)
def end_of_walk(_minute: int, *, descending: bool) -> tuple[str | None, int]:
    """The surname at which a walk of the whole budget ends (None where there are fewer customers),
    and the newest customer. Known for a minute."""
    rows = Order("surname", descending).walk(Customer.objects.live())
    found = rows.values_list("name_key", flat=True)[WALKED : WALKED + 1]
    return next(iter(found), None), Customer.objects.aggregate(newest=Max("pk"))["newest"] or 0


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
    ids: list[int] = []
    blank = side_left(order.name, search.chosen)
    for condition, boundary in order.parts(beyond, backwards=backwards, blank=blank):
        rows = order.walk(
            customers.filter(condition),
            beyond=boundary,
            backwards=backwards,
            indexed=indexed,
        ).values_list("pk", flat=True)
        found = list(rows[offset : offset + n - len(ids)])
        ids += found
        if len(ids) == n:
            break
        offset = 0 if found or not offset else max(0, offset - rows.count())
    return ids


def walk_some(
    search: Search, n: int, beyond: Boundary | None, budget: int, *, backwards: bool
) -> tuple[list[int], bool]:
    """At most n ids found within the budget, from the first segment that is concerned; and whether
    the list ends there, so that there are no others.

    The limit inside fences the walk: the database cannot turn it into a sort of everything.
    """
    if is_covered(search) and not beyond:
        shape = shape_of(search.words)
        statement = covered_walk(shape, n, search.order, budget, backwards=backwards)
        return [row[0] for row in fetch(statement, patterns(search.words))], False
    blank = side_left(search.order.name, search.chosen)
    parts = search.order.parts(beyond, backwards=backwards, blank=blank)
    if not parts:
        return [], True
    condition = parts[0][0]
    segment = Customer.objects.live().filter(condition)
    rows = search.order.walk(segment, beyond=beyond, backwards=backwards)
    fits = as_condition(search.words)
    if search.chosen:
        fits &= Q(search.filters.test_of_a_row())
    ids = [row[0] for row in fetch(*compose_walk(rows, fits, n, budget))]
    if len(ids) == n or len(parts) > 1 or not beyond:
        return ids, False  # from the beginning, so many matches are never within the budget
    return ids, not rows.values_list("pk")[budget - 1 : budget]


@lru_cache(maxsize=200)
def covered_walk(
    shape: tuple[int, ...], n: int, order: Order, budget: int, *, backwards: bool
) -> str:
    """The statement of the most usual walk; its parameters are `patterns`."""
    rows = order.walk(Customer.objects.live(), backwards=backwards)
    return compose_walk(rows, as_condition(words_of_shape(shape)), n, budget)[0]


def compose_walk(rows: QuerySet[Any], fits: Q, n: int, budget: int) -> tuple[str, Sequence[Any]]:
    """The statement that walks along the rows until n of them fit, and its parameters."""
    inner = rows.annotate(fits=ExpressionWrapper(fits, BooleanField())).values_list("pk", "fits")
    sql, params = inner[:budget].query.sql_with_params()
    return f"SELECT pk FROM ({sql}) AS walked WHERE fits LIMIT {n}", params  # noqa: S608
