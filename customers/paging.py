"""Pages of the customer list that cost the same at a thousand and at a million customers.

Up to 1,000 matches are counted and sorted here. More are "1,000+": the index of the order is walked
as far as a budget goes, which finds a page of anything common; only what is common and yet far away
is sorted by the database. Next and previous begin beyond a row and not after a number of rows, so
that nobody is shown twice or skipped when others are added meanwhile.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bookkinda.preferences import Preferences
from customers.counting import COUNTED, Count, count_all
from customers.models import Customer
from customers.ordering import Boundary, Order
from customers.probing import Many, few_matches
from customers.search import Params, Search, read_search
from customers.walking import Listed, Source, Walked

ROWS_PER_PAGE = (25, 50, 100)
FURTHEST = 10**9


@dataclass(frozen=True)
class Place:
    """Where in the list: a page by its number, the last one, or beside a row.

    `number` is None beside a row of a list whose pages were not counted.
    """

    number: int | None = 1
    is_last: bool = False
    cursor: str = ""

    @classmethod
    def parse(cls, page: str, cursor: str) -> "Place":
        """Reads "7", "last" and a cursor; what makes no sense is the first page."""
        if page == "last":
            return cls(is_last=True)
        if not page and cursor:
            return cls(number=None, cursor=cursor)
        try:
            number = int(page)
        except ValueError:
            number = 1
        return cls(number=min(max(number, 1), FURTHEST), cursor=cursor)


@dataclass(frozen=True)
class Turned:
    """The ids of one page, and whether there are others beside it."""

    ids: list[int]
    number: int | None
    has_previous: bool
    has_next: bool


@dataclass(frozen=True)
class Page:
    """A page of the list: the values of its rows, in order, and its place among the others."""

    search: Search
    rows: list[dict[str, Any]]
    per: int
    count: Count
    number: int | None
    has_previous: bool
    has_next: bool

    @property
    def start_index(self) -> int | None:
        return self.number and (self.number - 1) * self.per + 1

    @property
    def end_index(self) -> int | None:
        return self.start_index and self.start_index + len(self.rows) - 1

    @property
    def pages(self) -> int | None:
        """How many pages there are, where that is known."""
        return -(-self.count.number // self.per) if self.count.is_exact else None

    @property
    def before(self) -> str:
        """The cursor of the page before this one."""
        return cursor_of(self.search.order, self.rows[0], "before")

    @property
    def after(self) -> str:
        """The cursor of the page after this one."""
        return cursor_of(self.search.order, self.rows[-1], "after")


def page_of_customers(
    params: Params,
    *,
    archived: bool = False,
    business: Preferences | None = None,
    columns: Sequence[str] = (),
) -> Page:
    """The page that an address line asks for, with these columns of each customer and `pk`.

    Whatever it says, there is an answer: a page beyond the end is the last one, nonsense the first.
    """
    search = read_search(params, archived=archived, business=business)
    per = read_per_page(params.get("per"))
    place = Place.parse(str(params.get("page") or ""), str(params.get("cursor") or ""))
    source = source_of(search)
    turned = turn_to(source, place, per, find_boundary(search.order, place.cursor))
    wanted = {*columns, "pk", search.order.field}
    found = {row["pk"]: row for row in Customer.objects.filter(pk__in=turned.ids).values(*wanted)}
    return Page(
        search=search,
        rows=[found[pk] for pk in turned.ids if pk in found],
        per=per,
        count=source.count,
        number=turned.number,
        has_previous=turned.has_previous,
        has_next=turned.has_next,
    )


def read_per_page(text: object) -> int:
    return next((per for per in ROWS_PER_PAGE if str(per) == text), ROWS_PER_PAGE[0])


def source_of(search: Search) -> Source:
    """How to turn the pages of this search."""
    if search.problems:
        return Listed([])
    if not search.is_narrow and not search.archived:
        return Walked(search, count_all())
    few = few_matches(search, COUNTED)
    if isinstance(few, Many):
        return Walked(search, Count(COUNTED, is_more=True), few)
    return Listed(search.order.sort_rows(few))


def cursor_of(order: Order, row: dict[str, Any], side: str) -> str:
    """A row to begin beside: it names nobody, and notices when order or row are others by then."""
    return f"{side}-{row['pk']}-{mark(order, row[order.field])}"


def mark(order: Order, key: object) -> str:
    return hashlib.sha256(f"{order} {key}".encode()).hexdigest()[:12]


def find_boundary(order: Order, cursor: str) -> tuple[str, Boundary] | None:
    """The side and the row that a cursor names; None if it is none, or not a true one any more."""
    side, _, rest = cursor.partition("-")
    pk, _, marked = rest.partition("-")
    if side not in {"before", "after"} or not (pk.isascii() and pk.isdecimal()) or len(pk) > 18:
        return None
    keys = list(Customer.objects.filter(pk=int(pk)).values_list(order.field, flat=True))
    if not keys or mark(order, keys[0]) != marked:
        return None
    return side, Boundary(keys[0], int(pk))


def turn_to(source: Source, place: Place, per: int, cursor: tuple[str, Boundary] | None) -> Turned:
    """The page at that place."""
    if place.is_last:
        return last_page(source, per)
    if cursor:
        turned = turn_beside(source, place, per, *cursor)
        if turned:
            return turned
    return turn_to_number(source, place.number or 1, per)


def turn_beside(
    source: Source, place: Place, per: int, side: str, boundary: Boundary
) -> Turned | None:
    """The page before or after a row; None if only a number can tell."""
    ids = source.take(per + 1, beyond=boundary, backwards=side == "before")
    if ids is None:
        return None
    if side == "after":
        if not ids:
            return last_page(source, per)
        return Turned(ids[:per], place.number, has_previous=True, has_next=len(ids) > per)
    if len(ids) <= per:  # the beginning is reached: show it as it is now
        return turn_to_number(source, 1, per)
    number = place.number and max(place.number, 2)
    return Turned(ids[:per][::-1], number, has_previous=True, has_next=True)


def turn_to_number(source: Source, number: int, per: int) -> Turned:
    """A page by its number; beyond the end, the last one."""
    offset = (number - 1) * per
    count = source.count
    if count.is_exact and offset >= count.number:
        return last_page(source, per)
    if count.is_exact and offset * 2 > count.number:
        n = min(per, count.number - offset)
        ids = source.skip(count.number - offset - n, n, backwards=True)[::-1]
        return Turned(ids, number, has_previous=True, has_next=offset + n < count.number)
    ids = source.skip(offset, per + 1)
    if not ids and number > 1:
        return last_page(source, per)
    return Turned(ids[:per], number, has_previous=number > 1, has_next=len(ids) > per)


def last_page(source: Source, per: int) -> Turned:
    """The end of the list, read backwards."""
    if source.count.is_exact:
        number = max(1, -(-source.count.number // per))
        n = source.count.number - (number - 1) * per
        ids = source.skip(0, n, backwards=True)[::-1]
        return Turned(ids, number, has_previous=number > 1, has_next=False)
    ids = source.skip(0, per + 1, backwards=True)
    more = len(ids) > per
    return Turned(ids[:per][::-1], None if more else 1, has_previous=more, has_next=False)
