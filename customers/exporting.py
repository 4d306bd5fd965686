"""Customers -> CSV, XLSX or vCards, row by row: bounded memory, and the first bytes at once."""

import csv
from array import array
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from bookkinda.preferences import Preferences
from customers.cells import all_harmless, make_harmless, storable
from customers.importing.changes import names_of_tags
from customers.importing.database import is_postgresql, little_memory
from customers.models import Customer, ExportRun, Tag
from customers.querysets import CustomerQuerySet
from customers.resources import Column
from customers.vcard import vcards, with_name
from customers.xlsx import MOST_ROWS, workbook

BATCH = 1_000
WIDTHS = {"email": 30, "note": 40, "phone": 18, "tags": 20}
MARK = "\ufeff"
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "vcf": "text/vcard; charset=utf-8",
}
NO_FORMULA = {"id", "phone", "gender"}  # a phone begins with + by design, and holds digits only
Value = str | Any | None
Batch = list[Sequence[Value]]  # the cells of each column


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


class Beside(NamedTuple):
    """What some cells need that does not stand in their own column."""

    extensions: Sequence[str]
    tags: dict[int, list[str]]
    zone: tzinfo


def export_customers(
    customers: CustomerQuerySet,
    columns: Sequence[Column],
    form: Format,
    *,
    by: User | None,
    query: dict[str, Any],
    file_name: str = "",
) -> Iterator[bytes]:
    """The bytes of the file, piece by piece; who took how many customers is written down.

    Raises TooManyRows, before the first piece, for a sheet that cannot hold them.
    """
    check_size(customers, form)
    run = ExportRun.objects.create(
        by=by, by_name=str(by) if by else "", format=form.kind, query=query, file_name=file_name
    )
    return recorded(run, customers, columns, form)


def for_history(query: str) -> dict[str, list[str]]:
    """What a query string of the list asks for, as every database keeps it."""
    return {
        storable(name): [storable(value) for value in values]
        for name, values in QueryDict(query).lists()
    }


def check_size(customers: CustomerQuerySet, form: Format) -> None:
    """Raises TooManyRows for a sheet that cannot hold so many."""
    if form.kind == "xlsx" and customers.order_by()[MOST_ROWS : MOST_ROWS + 1].exists():
        raise TooManyRows(_("A sheet holds at most 1,048,575 customers. Export them as CSV."))


def recorded(
    run: ExportRun, customers: CustomerQuerySet, columns: Sequence[Column], form: Format
) -> Iterator[bytes]:
    """The pieces. How many rows were written is noted even when nobody takes the rest."""
    taken = 0

    def counted() -> Generator[Batch]:
        nonlocal taken
        for batch in batches_of(customers, needed(columns, form), form):
            taken += len(batch[0])
            yield batch

    try:
        with closing(counted()) as batches:
            yield from pieces(columns, batches, form)
    finally:
        run.count = taken
        run.save(update_fields=["count"])


def needed(columns: Sequence[Column], form: Format) -> Sequence[Column]:
    """The columns to fetch: those that were chosen, and what every vCard has."""
    return with_name(columns) if form.kind == "vcf" else columns


def pieces(columns: Sequence[Column], batches: Iterable[Batch], form: Format) -> Iterator[bytes]:
    """The file, from batches of the columns that are `needed`."""
    if form.kind == "vcf":
        return vcards(needed(columns, form), batches)
    write = csv_pieces if form.kind == "csv" else xlsx_pieces
    return write(columns, batches, form)


def csv_pieces(
    columns: Sequence[Column], batches: Iterable[Batch], form: Format
) -> Iterator[bytes]:
    """CSV as of RFC 4180, in UTF-8. Cells that could run as a formula get a leading '."""
    sink = Lines()
    writer = csv.writer(sink, delimiter=form.delimiter)
    sink.write(MARK if form.with_mark else "")
    writer.writerow([make_harmless(column.heading) for column in columns])
    yield sink.take()
    for batch in batches:
        texts = [as_texts(column, cells) for column, cells in zip(columns, batch, strict=True)]
        if columns[0].name == "phone":  # where a line begins, a + may begin a formula as well
            texts[0] = all_harmless(texts[0])
        writer.writerows(zip(*texts, strict=True))
        yield sink.take()


def as_texts(column: Column, cells: Sequence[Any]) -> Sequence[Any]:
    """The cells of a column as CSV holds them."""
    if column.name in NO_FORMULA or column.widget.kind == "date":
        return cells
    if column.widget.kind != "text":
        return [column.widget.render(cell) for cell in cells]
    return all_harmless(cells)


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
    columns: Sequence[Column], batches: Iterable[Batch], form: Format
) -> Iterator[bytes]:
    """A workbook with true dates, and everything else as text."""
    headings = [column.heading for column in columns]
    widths = [WIDTHS.get(column.name, 16) for column in columns]
    rows = (row for batch in batches for row in zip(*batch, strict=True))
    return workbook(_("Customers"), headings, rows, widths)


def batches_of(
    customers: CustomerQuerySet, columns: Sequence[Column], form: Format, *, in_steps: bool = False
) -> Iterator[Batch]:
    """Some hundred customers at a time, column by column: text, days (for CSV as text, which the
    database writes alike), and moments in the business's zone. `in_steps` is for a worker, who
    writes down between two of them how far it is.
    """
    zone = Preferences.load().zone
    has_tags = Tag.objects.exists() and any(column.name == "tags" for column in columns)
    names = [fetched_as(column, form) for column in columns]
    fetch = fetched_in_steps if in_steps else fetched
    for records in fetch(customers, [*names, "id", "phone_extension"]):
        *batch, ids, extensions = zip(*records, strict=True)
        tags = names_of_tags(ids) if has_tags else {}
        yield [
            shown(column, cells, Beside(extensions, tags, zone))
            for column, cells in zip(columns, batch, strict=True)
        ]


def fetched_as(column: Column, form: Format) -> str | Cast:
    """What to ask the database for, to fill this column."""
    if column.widget.kind == "date" and form.kind == "csv":
        return Cast(column.name, TextField())
    return "id" if column.name == "tags" else column.name


def shown(column: Column, cells: Sequence[Any], beside: Beside) -> Sequence[Value]:
    """The cells of a column as the file shows them."""
    if column.name == "id":
        return [str(cell) for cell in cells]
    if column.name == "phone" and any(beside.extensions):
        return [column.widget.render(pair) for pair in zip(cells, beside.extensions, strict=True)]
    if column.name == "tags":
        return [column.widget.render(beside.tags.get(customer)) for customer in cells]
    if column.widget.kind == "moment":
        return [cell and in_zone(cell, beside.zone) for cell in cells]
    return cells


def fetched(
    customers: CustomerQuerySet, names: Sequence[str | Cast]
) -> Iterator[list[tuple[Any, ...]]]:
    """The rows as the driver gives them; on PostgreSQL through a cursor of the server's."""
    try:
        statement, params = customers.values_list(*names).query.sql_with_params()
    except EmptyResultSet:  # a search that can find nobody
        return
    # A transaction would take SQLite's one write lock for as long as somebody downloads.
    held = transaction.atomic() if is_postgresql() else nullcontext()
    with little_memory(), held, connection.chunked_cursor() as cursor:
        cursor.execute(statement, params)
        while batch := cursor.fetchmany(BATCH):
            yield batch


def fetched_in_steps(
    customers: CustomerQuerySet, names: Sequence[str | Cast]
) -> Iterator[list[tuple[Any, ...]]]:
    """The rows with no transaction and no read open between two batches: who they are is asked
    once (eight bytes each), then each batch by its ids. Who is gone by then is left out."""
    found = customers.values_list("pk", flat=True)
    ids = array("q", found.iterator(chunk_size=10_000))
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH].tolist()
        rows = Customer.objects.filter(pk__in=part).values_list("pk", *names)
        by_id = {pk: row for pk, *row in rows}
        if batch := [by_id[pk] for pk in part if pk in by_id]:
            yield batch


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """The moment on the clock of the business, without a zone, as sheets keep it."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(zone).replace(tzinfo=None, microsecond=0)
