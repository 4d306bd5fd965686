"""Checked rows -> the rows of a run, and what only shows when all of them are there: repeats."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext as _

from customers.cells import storable
from customers.folding import derived_values
from customers.importing.checking import Action, CheckedRow
from customers.importing.database import Turns, insert_rows
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


class Repeat(NamedTuple):
    """A row that says again what an earlier one said, and whether it has another name."""

    line: int
    first: int
    has_other_name: bool


def refuse_repeats(
    run_id: int, headers: dict[str, str], match: Sequence[str], *, shared_email: bool
) -> list[Repeat]:
    """Refuse the rows that say again what an earlier one said.

    One kind after the other, because a row that is refused for one repeats nothing for the next.
    Two rows of one address are no repeat when they are two customers that exist already; of one
    external ID they are, because only one of them can have it.
    """
    keys: list[tuple[str, str]] = [("customer_id", ""), ("external_id", "external_id")]
    if "email" in match:
        keys.append(("email, name_key" if shared_email else "email", "email"))
    if "phone" in match:
        keys.append(("phone", "phone"))
    found: list[Repeat] = []
    for columns, name in keys:
        found += refuse_same(run_id, columns, headers.get(name, ""), sentence_for(name))
    found += refuse_same(run_id, KEYLESS, "", _("Row %(row)s says exactly the same."), KEYLESS_ONLY)
    return found


KEYLESS = (
    "first_name, COALESCE(last_name, ''), COALESCE(phone, ''), COALESCE(phone_extension, ''),"
    " COALESCE(gender, ''), COALESCE(date_of_birth, '0001-01-01'), COALESCE(note, '')"
)
KEYLESS_ONLY = "email IS NULL AND external_id IS NULL AND customer_id IS NULL"


def sentence_for(name: str) -> str:
    return {
        "email": _("Row %(row)s has the same e-mail address."),
        "phone": _("Row %(row)s has the same phone number."),
        "external_id": _("Row %(row)s has the same external ID."),
    }.get(name, _("Row %(row)s is the same customer."))


def refuse_same(
    run_id: int, columns: str, header: str, sentence: str, only: str = ""
) -> list[Repeat]:
    """Refuse all rows but the first of those that agree in the columns."""
    first = columns.partition(",")[0]
    condition = (
        only or f"{first} IS NOT NULL AND {first} {'> 0' if first == 'customer_id' else '<> %s'}"
    )
    rows = f"run_id = %s AND action <> 'refused' AND {condition}"
    parameters = [] if only or first == "customer_id" else [""]
    may_share = "FALSE" if first == "external_id" else "customer_id <> first_one"
    other_name = "name_key <> first_name" if columns == "email" else "FALSE"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT line, first_line, COALESCE({other_name}, FALSE)"  # noqa: S608 our own names
            " FROM (SELECT line, customer_id, name_key, FIRST_VALUE(name_key) OVER w AS first_name,"
            f" FIRST_VALUE(line) OVER w AS first_line, FIRST_VALUE(customer_id) OVER w AS first_one"
            f" FROM {TABLE} WHERE {rows} AND ({columns}) IN"
            f" (SELECT {columns} FROM {TABLE} WHERE {rows} GROUP BY {columns} HAVING COUNT(*) > 1)"
            f" WINDOW w AS (PARTITION BY {columns} ORDER BY line)) AS repeats"
            f" WHERE line > first_line AND NOT COALESCE({may_share}, FALSE)",
            [run_id, *parameters, run_id, *parameters],
        )
        repeats = [Repeat(*found) for found in cursor.fetchall()]
        cursor.executemany(
            f"UPDATE {TABLE} SET action = 'refused', done = %s, customer_id = NULL, problems = %s,"  # noqa: S608
            " repeats = %s WHERE run_id = %s AND line = %s",
            [
                (True, as_json([(header, sentence % {"row": one.first})]), one.first, run_id,
                 one.line)
                for one in repeats
            ],
        )  # fmt: skip
    return repeats


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
    """The refused rows in the order of the file."""
    rows = ImportRow.objects.filter(run_id=run_id, action=Action.REFUSED)
    return rows.only("line", "problems", "cells").order_by("line").iterator(chunk_size=1000)


Progress = Callable[[str, int, int], None]
