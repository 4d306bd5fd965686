"""The orders of the customer list: stable, each one served by an index, blank ones always last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, ClassVar, NamedTuple, TypeVar

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Case, F, Func, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.db.models.sql.compiler import SQLCompiler

from customers.querysets import CustomerQuerySet

FIELDS = {
    "surname": "name_key",
    "name": "given_key",
    "email": "email",
    "phone": "phone",
    "added": "created_at",
    "access": "access",
    "deleted": "archived_at",
    "last": "last_visit_at",
    "next": "next_visit_at",
}
Rows = TypeVar("Rows", bound=QuerySet[Any])
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
# What every value of these is above, and what stands in place of one; > and not IS NOT NULL or <>,
# because SQLite reads an index for it.
MAY_BE_BLANK = {
    "email": ("", ""), "phone": ("", ""), "last": (LONG_AGO, None), "next": (LONG_AGO, None),
}  # fmt: skip
SHARED = {"access"}  # a few values for everybody, so that an index jumps to a value and its row
NOT_THERE = {
    True: {"added", "access", "last", "next"},
    False: {"deleted"},
}  # in the archive, and outside of it


class Boundary(NamedTuple):
    """A place between two rows: the sort key and the primary key of the row beside it."""

    key: Any
    pk: int

    @property
    def is_blank(self) -> bool:
        return self.key in BLANK


BLANK = ("", None)


class Beyond(Func):
    """(key, pk) > (value, value) as one comparison of rows: an index jumps to it, however many
    customers share the key."""

    output_field = BooleanField()

    def __init__(self, key: F | Coalesce, boundary: Boundary, sign: str) -> None:
        super().__init__(key, F("pk"), Value(boundary.key), Value(boundary.pk))
        self.sign = sign

    def as_sql(  # type: ignore[override]  # has no template
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[Any]]:
        compiled = [compiler.compile(part) for part in self.get_source_expressions()]
        key, pk, value, other = (sql for sql, _params in compiled)
        params = [param for _sql, part in compiled for param in part]
        return f"({key}, {pk}) {self.sign} ({value}, {other})", params

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> Any:
        """Leads where a filter bounds the column on the same side: the row lies within it."""
        sql, params = self.as_sql(compiler, connection)
        return f"likelihood({sql}, 0.0001)", params


class FromIndex(Func):
    """A condition that the index of its column answers. SQLite is told so: by statistics of a time
    when all customers had one value it would look for a rare one through the whole table. Of two
    such conditions the one with the smaller `likelihood` leads."""

    output_field = BooleanField()
    template = "%(expressions)s"

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> Any:
        template = "likelihood(%(expressions)s, %(likelihood)s)"
        return self.as_sql(compiler, connection, template=template, **context)


@dataclass(frozen=True)
class Order:
    """By which column, and which way. The primary key breaks every tie, the same way."""

    name: str
    descending: bool = False

    fields: ClassVar[Mapping[str, str]] = FIELDS

    @classmethod
    def parse(cls, text: str, *, archived: bool = False) -> "Order":
        """Reads "surname" or "-surname"; anything else is the usual order of the list."""
        name = text.removeprefix("-")
        if name not in FIELDS or name in NOT_THERE[archived]:
            return cls("deleted", descending=True) if archived else cls("surname")
        return cls(name, descending=text.startswith("-"))

    def __str__(self) -> str:
        return f"-{self.name}" if self.descending else self.name

    @property
    def field(self) -> str:
        return self.fields[self.name]

    @property
    def segments(self) -> list[Q]:
        """The parts of the list that follow each other: those with a value, then the blank ones."""
        if self.name in MAY_BE_BLANK:
            least, blank = MAY_BE_BLANK[self.name]
            return [Q(**{f"{self.field}__gt": least}), Q(**{self.field: blank})]
        return [Q()]

    def parts(
        self,
        beyond: Boundary | None = None,
        *,
        backwards: bool = False,
        blank: bool | None = None,
    ) -> list[tuple[Q, Boundary | None]]:
        """What follows each other in the direction of the walk, from its beginning or from a row
        on: what its rows must meet, and with the part that the row is in, the row. `blank`: only
        those without a value, or (False) only those with one, are wanted at all."""
        goes_up = self.descending == backwards
        segments = self.segments[::-1] if backwards else self.segments
        if blank is not None and len(segments) > 1:
            if beyond and beyond.is_blank != blank:
                return []
            is_bound = beyond is not None and goes_up and not blank  # by the row that it is beyond
            return [(Q() if is_bound else self.segments[int(blank)], beyond)]
        if beyond is None:
            return [(segment, None) for segment in segments]
        if self.name in SHARED:
            others = Q(**{f"{self.field}__{'gt' if goes_up else 'lt'}": beyond.key})
            return [(Q(), beyond), (others, None)]
        if len(segments) == 1:
            return [(Q(), beyond)]
        is_last = beyond.is_blank != backwards
        # Whoever goes up from a value meets nobody without one, and SQLite would begin at the first
        # value if it was asked for again.
        here = Q() if not beyond.is_blank and goes_up else segments[int(is_last)]
        rest: list[tuple[Q, Boundary | None]] = [(segment, None) for segment in segments[1:]]
        return [(here, beyond), *([] if is_last else rest)]

    def sort(self, customers: CustomerQuerySet) -> CustomerQuerySet:
        """The customers in this order, all in one queryset."""
        blank: list[OrderBy] = []
        if self.name in MAY_BE_BLANK:
            when = When(self.segments[1], then=1)
            blank = [Case(when, default=0, output_field=IntegerField()).asc()]
        return customers.order_by(
            *blank,
            OrderBy(F(self.field), descending=self.descending),
            OrderBy(F("pk"), descending=self.descending),
        )

    def sort_rows(self, rows: list[tuple[Any, int]]) -> list[int]:
        """The primary keys of (key, pk) rows, in the order that `sort` gives."""
        blank = [row for row in rows if row[0] in BLANK] if self.name in MAY_BE_BLANK else []
        filled = [row for row in rows if row[0] not in BLANK] if blank else rows
        filled.sort(reverse=self.descending)
        blank.sort(key=itemgetter(1), reverse=self.descending)
        return [pk for _key, pk in (*filled, *blank)]

    def walk(
        self,
        segment: Rows,
        *,
        beyond: Boundary | None = None,
        backwards: bool = False,
        indexed: bool = True,
    ) -> Rows:
        """One segment in order, from its beginning or from beyond a boundary.

        Not `indexed`: the database is kept from walking the index of the order, because it should
        find the rows by another one first.
        """
        key: F | Coalesce = F(self.field) if indexed else Coalesce(self.field, self.field)
        descending = self.descending != backwards
        if beyond and self.name in SHARED:
            further = {f"pk__{'lt' if descending else 'gt'}": beyond.pk}
            segment = segment.filter(
                FromIndex(Q(**{self.field: beyond.key}), likelihood=0.0001), **further
            )
        elif beyond and beyond.key is None:  # nothing is above or below NULL
            segment = segment.filter(**{f"pk__{'lt' if descending else 'gt'}": beyond.pk})
        elif beyond:
            segment = segment.filter(Beyond(key, beyond, "<" if descending else ">"))
        return segment.order_by(
            OrderBy(key, descending=descending), OrderBy(F("pk"), descending=descending)
        )
