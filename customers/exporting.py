"""Customers -> CSV or XLSX, row by row: bounded memory, and the first bytes at once."""

import csv
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from bookkinda.preferences import Preferences
from customers.cells import make_harmless
from customers.importing.changes import names_of_tags
from customers.importing.database import is_postgresql, little_memory
from customers.models import ExportRun, Tag
from customers.querysets import CustomerQuerySet
from customers.resources import Column, all_columns
from customers.xlsx import MOST_ROWS, workbook

BATCH = 1_000
WIDTHS = {"email": 30, "note": 40, "phone": 18, "tags": 20}
MARK = "\ufeff"
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Value = str | Any | None


class TooManyRows(Exception):
    """A sheet cannot hold so many customers; CSV can."""


@dataclass(frozen=True)
class Format:
    """How the file is written. `with_mark` makes Excel read the CSV as Unicode."""

    kind: str = "csv"
    delimiter: str = ","
    with_mark: bool = True

    @property
    def content_type(self) -> str:
        return TYPES[self.kind]


class Source(NamedTuple):
    """What is asked of the database for the columns, and where the special ones stand."""

    names: list[str]
    phone: int | None
    tags: int | None
    moments: list[int]


def export_customers(
    customers: CustomerQuerySet,
    columns: Sequence[Column],
    form: Format,
    *,
    by: User | None,
    query: dict[str, Any],
) -> Iterator[bytes]:
    """The bytes of the file, piece by piece; who took how many customers is written down.

    Raises TooManyRows, before the first piece, for a sheet that cannot hold them.
    """
    if form.kind == "xlsx" and customers.order_by()[MOST_ROWS : MOST_ROWS + 1].exists():
        raise TooManyRows(_("A sheet holds at most 1,048,575 customers. Export them as CSV."))
    run = ExportRun.objects.create(
        by=by, by_name=str(by) if by else "", format=form.kind, query=query
    )
    return recorded(run, customers, columns, form)


def recorded(
    run: ExportRun, customers: CustomerQuerySet, columns: Sequence[Column], form: Format
) -> Iterator[bytes]:
    """The pieces. How many rows were written is noted even when nobody takes the rest."""
    taken = 0

    def counted() -> Generator[list[Value]]:
        nonlocal taken
        for row in rows_of(customers, columns):
            taken += 1
            yield row

    write = csv_pieces if form.kind == "csv" else xlsx_pieces
    try:
        with closing(counted()) as rows:
            yield from write(columns, rows, form)
    finally:
        run.count = taken
        run.save(update_fields=["count"])


def csv_pieces(
    columns: Sequence[Column], rows: Iterable[list[Value]], form: Format
) -> Iterator[bytes]:
    """CSV as of RFC 4180, in UTF-8. Cells that could run as a formula get a leading '."""
    sink = Lines()
    writer = csv.writer(sink, delimiter=form.delimiter)
    renders = [
        (at, column.widget.render) for at, column in enumerate(columns) if not is_text(column)
    ]
    phone = next((at for at, column in enumerate(columns) if column.name == "phone"), None)
    sink.lines.append(MARK if form.with_mark else "")
    writer.writerow([make_harmless(column.heading) for column in columns])
    yield sink.take()
    for row in rows:
        for at, render in renders:
            row[at] = render(row[at])
        number = row[phone] if phone is not None else None
        cells = [cell if not cell or cell[0].isalnum() else make_harmless(cell) for cell in row]
        if phone is not None:
            cells[phone] = number  # begins with + by design, and holds digits only
        writer.writerow(cells)
        if len(sink.lines) >= BATCH:
            yield sink.take()
    yield sink.take()


def is_text(column: Column) -> bool:
    return column.widget.kind == "text"


class Lines:
    """What csv.writer writes on: a list of lines that is emptied piece by piece."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.write = self.lines.append

    def take(self) -> bytes:
        data = "".join(self.lines).encode()
        self.lines.clear()
        return data


def xlsx_pieces(
    columns: Sequence[Column], rows: Iterable[list[Value]], form: Format
) -> Iterator[bytes]:
    """A workbook with true dates, and everything else as text."""
    headings = [column.heading for column in columns]
    widths = [WIDTHS.get(column.name, 16) for column in columns]
    return workbook(_("Customers"), headings, rows, widths)


def rows_of(customers: CustomerQuerySet, columns: Sequence[Column]) -> Iterator[list[Value]]:
    """Each customer as a list in the order of the columns: text, days, and moments in the
    business's zone."""
    source = source_of(columns)
    zone = Preferences.load().zone
    has_tags = source.tags is not None and Tag.objects.exists()
    id_at = source.names.index("id", len(columns))
    numbers = [at for at, column in enumerate(columns) if column.name == "id"]
    for batch in batches(customers, source.names):
        tags = names_of_tags([record[id_at] for record in batch]) if has_tags else {}
        for record in batch:
            row = list(record[: len(columns)])
            for at in numbers:
                row[at] = str(row[at])
            if source.phone is not None and record[-1]:
                row[source.phone] = columns[source.phone].widget.render(
                    (row[source.phone], record[-1])
                )
            if source.tags is not None:
                found = tags.get(record[id_at])
                row[source.tags] = columns[source.tags].widget.render(found) if found else ""
            for at in source.moments:
                row[at] = in_zone(row[at], zone)
            yield row


def source_of(columns: Sequence[Column]) -> Source:
    """Fields of the database in the order of the columns, then the ID and the extension."""
    names = [column.name for column in columns]
    places = {name: at for at, name in enumerate(names)}
    return Source(
        names=[*("id" if name == "tags" else name for name in names), "id", "phone_extension"],
        phone=places.get("phone"),
        tags=places.get("tags"),
        moments=[at for at, column in enumerate(columns) if column.widget.kind == "moment"],
    )


def batches(customers: CustomerQuerySet, names: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows as the driver gives them; on PostgreSQL through a cursor of the server's."""
    statement, params = customers.values_list(*names).query.sql_with_params()
    # A transaction would take SQLite's one write lock for as long as somebody downloads.
    held = transaction.atomic() if is_postgresql() else nullcontext()
    with little_memory(), held, connection.chunked_cursor() as cursor:
        cursor.execute(statement, params)
        while batch := cursor.fetchmany(BATCH):
            yield batch


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """The moment on the clock of the business, without a zone, as sheets keep it."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(zone).replace(tzinfo=None, microsecond=0)


def template(form: Format) -> Iterator[bytes]:
    """A file with the headings that import knows, and no customers."""
    columns = [column for column in all_columns() if not column.is_readonly]
    write = csv_pieces if form.kind == "csv" else xlsx_pieces
    return write(columns, (), form)
