"""What the two databases say differently: many values in one parameter, many rows at once."""

import gc
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import connection

ALLOCATIONS = 50_000  # that make Python collect, where 700 are usual
ROWS_AT_ONCE = 20  # more gain nothing, and SQLite takes some hundred parameters at most
LITTLE = {"cache_size": -16_000, "mmap_size": 0, "temp_store": 1}  # KiB, bytes, 1 = in files


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def among(column: str, values: Sequence[Any]) -> tuple[str, Any]:
    """A condition that the column is one of the values, with its one parameter."""
    if is_postgresql():
        return f"{column} = ANY(%s)", list(values)
    return f"{column} IN (SELECT value FROM json_each(%s))", json.dumps(list(values))  # noqa: S608 our own name


def insert_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write the rows: COPY on PostgreSQL, many rows to a prepared statement on SQLite."""
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if is_postgresql():
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        listed = list(rows)
        odd = len(listed) % ROWS_AT_ONCE
        for size, part in ((odd, listed[:odd]), (ROWS_AT_ONCE, listed[odd:])):
            if part:
                places = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * size)
                cursor.executemany(
                    f"INSERT INTO {table} ({names}) VALUES {places}",  # noqa: S608 our own names
                    [
                        [*chain.from_iterable(part[at : at + size])]
                        for at in range(0, len(part), size)
                    ],
                )


@contextmanager
def little_memory() -> Iterator[None]:
    """Let SQLite hold less in memory than for pages: who goes through everything goes once."""
    if is_postgresql() or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        before = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in LITTLE}
        for name, value in LITTLE.items():
            cursor.execute(f"PRAGMA {name} = {value}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for name, value in before.items():
                cursor.execute(f"PRAGMA {name} = {value}")


@contextmanager
def rare_collections() -> Iterator[None]:
    """Let Python look less often for garbage that refers to itself.

    Rows come and go by the thousand, which starts a collection every few hundred rows; none of them
    refers to itself, and the collections took a fifth of the time.
    """
    before = gc.get_threshold()
    gc.set_threshold(ALLOCATIONS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class Turns:
    """Leaves SQLite's one write lock to others now and then.

    Who waits for the lock looks again after at most 100 ms (SQLite's busy handler); without a pause
    longer than that, a chain of short transactions could keep a form waiting until its end. On a
    busy machine everything takes longer, who waits gets up late as well, and the pause is longer.
    """

    HELD = 0.25
    PAUSE = 0.13

    def __init__(self) -> None:
        self.held_since = time.monotonic()

    def end(self) -> None:
        """Say that a transaction is over."""
        held = time.monotonic() - self.held_since
        if is_postgresql() or held < self.HELD:
            return
        time.sleep(max(self.PAUSE, held / 2))
        self.held_since = time.monotonic()


def give_ids(cursor: Any, where: str, span: list[int], low: int) -> None:
    """Write the coming IDs of new customers into their rows, for the next statements to find."""
    if is_postgresql():
        number, first = "nextval(pg_get_serial_sequence('customers_customer', 'id'))", []
    else:
        # AUTOINCREMENT, and we hold the write lock: nobody else takes an ID meanwhile.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = 'customers_customer'")
        known = cursor.fetchone()
        number, first = "%s + line", [(known[0] if known else 0) + 1 - low]
    cursor.execute(
        f"UPDATE customers_importrow SET customer_id = {number}, done = %s WHERE {where}",  # noqa: S608
        [*first, True, *span],
    )


def sql_moment(moment: datetime) -> Any:
    """The moment as the driver takes it."""
    return connection.ops.adapt_datetimefield_value(moment)
