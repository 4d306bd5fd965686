"""Turning the pages of a list by its order: to the next, the previous, the last or a number.

Next and previous begin beyond a row and not after a number of rows, so that nothing is shown twice
or skipped when others are added meanwhile. Lists of other apps turn their pages here, too.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet
from django.http import QueryDict

from customers.counting import Count
from customers.ordering import Boundary, Order

ROWS_PER_PAGE = (25, 50, 100)
FURTHEST = 10**9


class Asked(Protocol):
    """What an address line asks for."""

    @property
    def query(self) -> QueryDict: ...

    @property
    def order(self) -> Order: ...

    @property
    def usual_order(self) -> Order: ...


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
    """A page of a list: its rows in order, and its place among the others."""

    search: Asked
    rows: list[Any]
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
        return cursor_of(self.search.order, self.boundary(self.rows[0]), "before")

    @property
    def after(self) -> str:
        """The cursor of the page after this one."""
        return cursor_of(self.search.order, self.boundary(self.rows[-1]), "after")

    def boundary(self, row: Any) -> Boundary:
        """Where a row stands in the order. Here rows are dictionaries."""
        return Boundary(row[self.search.order.field], row["pk"])


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


def read_per_page(text: object) -> int:
    return next((per for per in ROWS_PER_PAGE if str(per) == text), ROWS_PER_PAGE[0])


def cursor_of(order: Order, row: Boundary, side: str) -> str:
    """A row to begin beside: it names nobody, and notices when order or row are others by then."""
    return f"{side}-{row.pk}-{mark(order, row.key)}"


def mark(order: Order, key: object) -> str:
    return hashlib.sha256(f"{order} {key}".encode()).hexdigest()[:12]


def find_boundary(rows: QuerySet[Any], order: Order, cursor: str) -> tuple[str, Boundary] | None:
    """The side and which of the rows a cursor names; None if it is none, or not a true one any
    more."""
    side, _, rest = cursor.partition("-")
    pk, _, marked = rest.partition("-")
    if side not in {"before", "after"} or not (pk.isascii() and pk.isdecimal()) or len(pk) > 18:
        return None
    keys = list(rows.filter(pk=int(pk)).values_list(order.field, flat=True))
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
