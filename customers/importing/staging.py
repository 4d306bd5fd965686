"""Checked rows -> the rows of a run."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection, transaction

from customers.cells import storable
from customers.folding import derived_values
from customers.importing.checking import Action, CheckedRow
from customers.importing.database import Turns, insert_rows, little_memory
from customers.models import ImportRow

TABLE = "customers_importrow"
VALUES = (
    "first_name", "last_name", "email", "phone", "phone_extension", "gender", "date_of_birth",
    "note", "language", "time_zone", "external_id", "tags",
)  # fmt: skip
DERIVED = ("name_key", "given_key", "search_text", "birthday")
COLUMNS = ("run_id", "line", "action", "customer_id", "done", *VALUES, *DERIVED)
COLUMNS_OF_OTHERS = (
    "run_id", "line", "action", "customer_id", "done", "problems", "cells", "email", "phone",
    "external_id",
)  # fmt: skip
BATCH = 1_000
TO_MERGE = {Action.NEW, Action.UPDATE}
UNDERIVED = (None,) * len(DERIVED)


def stage(run_id: int, rows: Sequence[CheckedRow]) -> None:
    """Write the rows: those to merge with all they say, the others with what tells who they are."""
    to_merge = [row for row in rows if row.action in TO_MERGE]
    others = [row for row in rows if row.action not in TO_MERGE]
    if to_merge:
        insert_rows(TABLE, COLUMNS, (staged(run_id, row) for row in to_merge))
    if others:
        insert_rows(TABLE, COLUMNS_OF_OTHERS, (staged_briefly(run_id, row) for row in others))


def staged_briefly(run_id: int, row: CheckedRow) -> tuple[Any, ...]:
    """A row in the order of COLUMNS_OF_OTHERS; a refused one keeps its cells and no values."""
    if row.action == Action.REFUSED:
        cells = [storable(cell) for cell in row.cells]
        return (run_id, row.line, row.action, None, True, as_json(row.problems), as_json(cells),
                None, None, None)  # fmt: skip
    get = row.values.get
    return (run_id, row.line, row.action, row.customer_id, True, None, None,
            get("email"), get("phone"), get("external_id"))  # fmt: skip


def staged(run_id: int, row: CheckedRow) -> tuple[Any, ...]:
    """One row in the order of COLUMNS."""
    is_new = row.action == Action.NEW
    head = (run_id, row.line, row.action, row.customer_id, False)
    get = row.values.get
    first, last, email, phone, extension, gender, born, *texts, tags = map(get, VALUES)
    return (
        *head, first, last, email, phone, extension, gender, born and born.isoformat(), *texts,
        None if tags is None else as_json(tags),
        *(derived_values(first or "", last or "", email or "", phone or "", born) if is_new
          else UNDERIVED),
    )  # fmt: skip


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def keep_cells(run_id: int, lines: set[int], rows: Iterable[tuple[int, list[str]]]) -> None:
    """Keep the cells, as they are in the file, of rows that were staged without them."""
    wanted = (
        (as_json([storable(cell) for cell in cells]), run_id, line)
        for line, cells in rows
        if line in lines
    )
    turns = Turns()
    while batch := list(islice(wanted, BATCH)):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {TABLE} SET cells = %s WHERE run_id = %s AND line = %s",  # noqa: S608
                batch,
            )
        turns.end()


def refused_without_cells(run_id: int) -> list[int]:
    """The lines of rows that were refused after they were staged."""
    rows = ImportRow.objects.filter(run_id=run_id, action=Action.REFUSED, cells__isnull=True)
    return list(rows.values_list("line", flat=True))


def refused_rows(run_id: int) -> Iterator[ImportRow]:
    """The refused rows in the order of the file. Who asks for the first looks through all rows."""
    rows = ImportRow.objects.filter(run_id=run_id, action=Action.REFUSED)
    with little_memory():
        yield from rows.only("line", "problems", "cells").order_by("line").iterator(chunk_size=1000)


Progress = Callable[[str, int, int], None]
