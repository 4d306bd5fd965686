"""The index behind search: FTS5 trigrams on SQLite, pg_trgm on PostgreSQL.

PostgreSQL keeps its index true by itself. On SQLite triggers do, for every way of writing, a raw
UPDATE included. A bulk merge takes thousands of rows at once and would pay for each trigger, so it
may switch them off inside its transaction and tell the index in one statement: `bulk_index_update`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from bookkinda import jobs
from customers.folding import derived_values
from customers.models import Customer
from customers.models.customer import DERIVED

BATCH = 2_000
TIDY = "customers.tidy-search"
PAGES_AT_ONCE = 500  # others wait for about a tenth of a second
LEAST_CHANGES = 2  # fewer, says the documentation of FTS5, and there was nothing left to merge

SQLITE_TABLES = """
CREATE VIRTUAL TABLE IF NOT EXISTS customers_search USING fts5(
    search_text, content='customers_customer', content_rowid='id', columnsize=0,
    tokenize='trigram case_sensitive 1'
);
CREATE TABLE IF NOT EXISTS customers_search_paused (id integer PRIMARY KEY)
"""
# An external-content index is told the old text of what leaves it, so a changed row leaves first.
FORGET = "INSERT INTO customers_search(customers_search, rowid, search_text)"
LEARN = "INSERT INTO customers_search(rowid, search_text)"
RUNNING = "NOT EXISTS (SELECT 1 FROM customers_search_paused)"
LEARN_NEW = f"{LEARN} VALUES (new.id, new.search_text)"
FORGET_OLD = f"{FORGET} VALUES ('delete', old.id, old.search_text)"
CHANGED = "(old.search_text IS NOT new.search_text OR old.id IS NOT new.id)"
SQLITE_TRIGGERS = {
    "customers_search_insert": (
        f"AFTER INSERT ON customers_customer WHEN {RUNNING} BEGIN {LEARN_NEW}; END"
    ),
    "customers_search_delete": f"AFTER DELETE ON customers_customer BEGIN {FORGET_OLD}; END",
    "customers_search_update": (
        f"AFTER UPDATE OF id, search_text ON customers_customer WHEN {CHANGED} AND {RUNNING} "
        f"BEGIN {FORGET_OLD}; {LEARN_NEW}; END"
    ),
}
POSTGRESQL_INDEX = """
CREATE INDEX IF NOT EXISTS customer_by_search_text ON customers_customer
USING gin (search_text gin_trgm_ops) WITH (fastupdate = on)
"""


def create(connection: BaseDatabaseWrapper) -> None:
    """Make what is missing of the index; what is there stays. Migrations call it: SQLite drops the
    triggers of a table that a migration rebuilds."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute(POSTGRESQL_INDEX)
            return
        for statement in SQLITE_TABLES.split(";"):
            cursor.execute(statement)
        for name, body in SQLITE_TRIGGERS.items():
            cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {body}")


class BulkIndex:
    """Told by a bulk merge which customers it changes. Does nothing where the database needs no
    telling (PostgreSQL)."""

    def __init__(self) -> None:
        self.is_needed = connection.vendor == "sqlite"

    def forget(self, ids: str, params: Sequence[Any] = ()) -> None:
        """Before the UPDATE: `ids` is a SELECT of the ids whose search_text may change."""
        self.tell(FORGET, "'delete', id, search_text", ids, params)

    def learn(self, ids: str, params: Sequence[Any] = ()) -> None:
        """After the UPDATE or INSERT: the same ids, and those of new customers."""
        self.tell(LEARN, "id, search_text", ids, params)

    def tell(self, statement: str, columns: str, ids: str, params: Sequence[Any]) -> None:
        if not self.is_needed:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                f"{statement} SELECT {columns} FROM customers_customer WHERE id IN ({ids})",  # noqa: S608 our own words
                params,
            )


@contextmanager
def bulk_index_update() -> Iterator[BulkIndex]:
    """A transaction in which the index is told by `forget` and `learn` and not by triggers.

    The pause is a row of the same transaction: nobody else sees it, and a rollback ends it.
    Deleting customers stays with the triggers.
    """
    with transaction.atomic():
        index = BulkIndex()
        if index.is_needed:
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO customers_search_paused VALUES (1)")
        yield index
        if index.is_needed:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM customers_search_paused")


def tidy_soon() -> None:
    """Let the worker `tidy`. Call it when customers were erased for good."""
    if connection.vendor == "sqlite":
        jobs.enqueue(TIDY, priority=jobs.Job.Priority.BULK)


def tidy(pause: Callable[[], object]) -> None:
    """Rewrite the index in short steps until it holds no pieces of text of customers who are gone.

    FTS5 only marks a row as deleted; its pieces, with their places, stay until merged away, and
    whole names could be put together from them.
    """
    pages = -PAGES_AT_ONCE  # negative once: begin with everything that there is
    while True:
        with connection.cursor() as cursor:
            before = connection.connection.total_changes
            cursor.execute(
                "INSERT INTO customers_search(customers_search, rank) VALUES ('merge', %s)", [pages]
            )
            is_done = connection.connection.total_changes - before < LEAST_CHANGES
        pause()
        if is_done:
            return
        pages = PAGES_AT_ONCE


def recompute_derived(report: Callable[[int], object]) -> int:
    """Make the derived columns of every customer anew; returns how many were wrong.

    `report` gets the number of customers looked at, after each batch. Each batch is a transaction.
    """
    seen = wrong = last = 0
    while True:
        with transaction.atomic():
            rest = Customer.objects.filter(pk__gt=last).order_by("pk")
            batch = list(rest.select_for_update()[:BATCH])
            wrong += mend(batch)
        if not batch:
            return wrong
        seen, last = seen + len(batch), batch[-1].pk
        report(seen)


def mend(customers: Iterable[Customer]) -> int:
    """Write the derived columns of those customers where they are wrong; returns how many."""
    mended = []
    for customer in customers:
        derived = derived_values(
            customer.first_name,
            customer.last_name,
            customer.email,
            customer.phone,
            customer.date_of_birth,
        )
        if derived != tuple(getattr(customer, name) for name in DERIVED):
            for name, value in zip(DERIVED, derived, strict=True):
                setattr(customer, name, value)
            mended.append(customer)
    Customer.objects.bulk_update(mended, DERIVED, batch_size=200)
    return len(mended)


def rebuild() -> None:
    """Build the index anew from the table, whatever it held, and its triggers if they are gone."""
    create(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("REINDEX INDEX CONCURRENTLY customer_by_search_text")
        else:
            cursor.execute("INSERT INTO customers_search(customers_search) VALUES ('rebuild')")
