"""Staged rows -> customers, in short transactions that each leave whole, marked chunks behind."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.folding import derived_values
from customers.history import open_change_set
from customers.importing.changes import FIELDS, Changes, current_values, find_changes
from customers.importing.checking import Action, CheckedRow
from customers.importing.database import (
    Turns,
    give_ids,
    insert_rows,
    is_postgresql,
    sql_moment,
)
from customers.importing.problems import TakenOver
from customers.importing.recognising import Recogniser, gone_since
from customers.importing.staging import TABLE, VALUES, Progress
from customers.merged import kept_instead
from customers.models import ChangeSet, Customer, ImportRun, Tag
from customers.search_index import BulkIndex, bulk_index_update
from customers.tagging import make_tag

CHUNK = 2_000  # a tenth of a second; smaller ones write the pages of the indexes again and again
SMALLEST_CHUNK = 250
LONGEST_CHUNK = 0.25  # seconds
MERGES = 7_105_332  # the number of our lock among the advisory locks of the database
WRITTEN = (
    f"SELECT customer_id FROM {TABLE} WHERE run_id = %s AND line BETWEEN %s AND %s"  # noqa: S608
    " AND action IN ('new', 'update')"
)
TEXTS = (
    "last_name", "email", "phone", "phone_extension", "gender", "note", "language", "time_zone",
    "external_id",
)  # fmt: skip
COPIED = ("first_name", "date_of_birth", "name_key", "given_key", "search_text", "birthday")
UPDATED = (
    *FIELDS, "name_key", "given_key", "search_text", "birthday", "changed_at", "version",
)  # fmt: skip


@dataclass
class Merge:
    """The merge of one run: who does it, and from which row of the run on it may go on."""

    run: ImportRun
    source: ChangeSet.Source
    existing: str
    tags: Sequence[str]
    recogniser: Recogniser
    newest: int | None  # the newest customer when checking began; None if that is not known
    clears_births: bool = False
    last_line: int = 0
    is_stale: bool = False
    rows_at_once: int = field(default_factory=lambda: CHUNK)
    tag_ids: dict[str, int] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)
    found: dict[int, int] = field(default_factory=dict)  # customer found late -> line of the row

    def all_rows(self, progress: Progress) -> None:
        """Merge what is not done yet. Raises TakenOver when another process does it by now."""
        to_merge = self.run.rows.filter(action__in=[Action.NEW, Action.UPDATE])
        done, total = to_merge.filter(done=True).count(), to_merge.count()
        progress("saving", done, total)
        turns = Turns()
        while lines := self.next_lines():
            began = time.monotonic()
            with bulk_index_update() as index:
                hold(self.run)
                self.chunk(lines[0], lines[-1], index)
            self.fit_chunk(time.monotonic() - began)
            done += len(lines)
            progress("saving", done, total)
            turns.end()

    def next_lines(self) -> list[int]:
        rows = self.run.rows.filter(done=False, line__gt=self.last_line)
        lines = list(rows.order_by("line").values_list("line", flat=True)[: self.rows_at_once])
        if lines:
            self.last_line = lines[-1]
        return lines

    def fit_chunk(self, took: float) -> None:
        """Smaller chunks where the machine is slow or busy: somebody may wait for the lock."""
        if took > LONGEST_CHUNK:
            self.rows_at_once = max(SMALLEST_CHUNK, self.rows_at_once // 2)
        elif took < LONGEST_CHUNK / 3:
            self.rows_at_once = min(CHUNK, self.rows_at_once * 2)

    def chunk(self, low: int, high: int, index: BulkIndex) -> None:
        """One transaction's work: every row between the lines that is not done."""
        change_set = act_of(self.run, self.source)
        self.look_again(low, high)
        self.refuse_taken(low, high)
        self.refuse_gone(low, high)
        index.forget(WRITTEN, [self.run.pk, low, high])
        added = self.add_new(change_set.pk, low, high)
        updated = self.update_known(change_set.pk, low, high)
        index.learn(WRITTEN, [self.run.pk, low, high])
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {TABLE} SET done = %s WHERE run_id = %s AND line BETWEEN %s AND %s"  # noqa: S608
                " AND NOT done",
                [True, self.run.pk, low, high],
            )
            cursor.execute(
                "UPDATE customers_changeset SET size = size + %s WHERE id = %s",
                [added + updated, change_set.pk],
            )
        self.newest = newest_customer()

    def look_again(self, low: int, high: int) -> None:
        """Ask once more who is known, when others added customers since the rows were checked."""
        if is_postgresql():
            with connection.cursor() as cursor:  # one merge at a time sees what the others did
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MERGES])
        self.is_stale = self.is_stale or self.newest != newest_customer()
        if not self.is_stale:
            return
        names = ("first_name", "last_name", "email", "phone", "external_id")
        rows = self.run.rows.filter(action=Action.NEW, done=False, line__range=(low, high))
        again = [
            CheckedRow(row.pop("line"), [], {name: value for name, value in row.items() if value})
            for row in rows.values("line", *names)
        ]
        self.recogniser.decide(again)
        for row in again:
            if row.customer_id and row.action != Action.REFUSED:
                self.refuse_same_customer(row)
            if row.action == Action.REFUSED:
                self.refuse(row)
            elif row.customer_id:
                action = Action.SKIP if row.action == Action.SKIP else Action.UPDATE
                self.run.rows.filter(line=row.line).update(action=action, customer=row.customer_id)

    def refuse_same_customer(self, row: CheckedRow) -> None:
        """Refuse a row that turns out to be somebody whom an earlier row turned out to be."""
        first = self.found.setdefault(row.customer_id or 0, row.line)
        if first != row.line:
            row.refuse("", _("Row %(row)s is the same customer.") % {"row": first})

    def refuse_taken(self, low: int, high: int) -> None:
        """Leave out the rows whose external ID somebody else got since they were checked."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT r.line, c.id FROM {TABLE} r JOIN customers_customer c"  # noqa: S608
                " ON c.external_id = r.external_id AND c.archived_at IS NULL"
                " AND NOT (c.external_id = '')"  # in the words of the index, for SQLite to take it
                " AND c.id <> COALESCE(r.customer_id, 0)"
                " WHERE r.run_id = %s AND r.line BETWEEN %s AND %s AND NOT r.done"
                " AND r.external_id <> ''",
                [self.run.pk, low, high],
            )
            taken = cursor.fetchall()
        for line, other in taken:
            row = CheckedRow(line, [])
            self.recogniser.refuse_external_id(row, other)
            self.refuse(row)

    def refuse_gone(self, low: int, high: int) -> None:
        """Leave out the rows whose customer was deleted, or merged, since they were checked."""
        rows = self.run.rows.filter(action=Action.UPDATE, done=False, line__range=(low, high))
        live = Customer.objects.filter(pk=OuterRef("customer_id"), archived_at=None)
        gone = list(rows.exclude(Exists(live)).values_list("line", "customer_id"))
        instead = kept_instead() if gone else {}
        for line, customer in gone:
            row = CheckedRow(line, [])
            row.refuse("", gone_since(customer, instead))
            self.refuse(row)

    def refuse(self, row: CheckedRow) -> None:
        """Leave out a row that was good when it was checked."""
        self.refused.append(row.line)
        self.run.rows.filter(line=row.line).update(
            action=Action.REFUSED, done=True, customer=None, problems=row.problems
        )

    def add_new(self, change_set: int, low: int, high: int) -> int:
        """Give the new rows their IDs, insert the customers and their history.

        Rows are merged in the order of the file: those between the lines are this chunk's alone.
        """
        span = [self.run.pk, low, high]
        where = "run_id = %s AND line BETWEEN %s AND %s AND action = 'new'"
        now = sql_moment(timezone.now())
        with connection.cursor() as cursor:
            give_ids(cursor, where, span, low)
            names = ", ".join(("id", *COPIED, *TEXTS))
            texts = ", ".join(f"COALESCE({name}, '')" for name in TEXTS)
            cursor.execute(
                f"INSERT INTO customers_customer ({names}, photo, created_at, changed_at, version,"  # noqa: S608
                f" import_run_id) SELECT customer_id, {', '.join(COPIED)}, {texts}, '',"
                " %s, %s, 1, %s"
                f" FROM {TABLE} WHERE {where} ORDER BY line",
                [now, now, self.run.pk, *span],
            )
            added: int = cursor.rowcount
            cursor.execute(
                "INSERT INTO customers_change"  # noqa: S608
                " (change_set_id, customer_id, action, before, after, version)"
                f" SELECT %s, customer_id, 'added', '{{}}', '{{}}', 1 FROM {TABLE} WHERE {where}",
                [change_set, *span],
            )
            cursor.execute(
                f"SELECT customer_id, tags FROM {TABLE} WHERE {where} AND (tags IS NOT NULL OR %s)",  # noqa: S608
                [*span, bool(self.tags)],
            )
            self.tag({one: [*as_list(tags), *self.tags] for one, tags in cursor.fetchall()})
        return added

    def update_known(self, change_set: int, low: int, high: int) -> int:
        """Change the customers whose rows say something new, with what was there before."""
        rows = self.rows_to_update(low, high)
        current = current_values([row["customer_id"] for row in rows], lock=True)
        changed: dict[int, Changes] = {}
        for row in rows:
            one = current.get(row["customer_id"])
            if one is None:  # deleted since the row was checked
                continue
            values = {name: value for name, value in row.items() if value is not None}
            if self.clears_births:
                values["date_of_birth"] = row["date_of_birth"]
            if one["user_id"]:  # an address to sign in with is changed by who can confirm it
                values.pop("email", None)
            changes = find_changes(one, values, existing=self.existing, more_tags=self.tags)
            if changes.after:
                changed[one["id"]] = changes
        self.write(changed, current)
        insert_rows(
            "customers_change",
            ("change_set_id", "customer_id", "action", "before", "after", "version"),
            [
                (change_set, one, "edited", json.dumps(changes.before), json.dumps(changes.after),
                 current[one]["version"] + 1)
                for one, changes in changed.items()
            ],
        )  # fmt: skip
        return len(changed)

    def rows_to_update(self, low: int, high: int) -> list[dict[str, Any]]:
        names = ("customer_id", *VALUES)
        rows = self.run.rows.filter(
            action="update", done=False, line__range=(low, high), customer__isnull=False
        )
        return list(rows.order_by("line").values(*names))

    def write(self, changed: dict[int, Changes], current: dict[int, dict[str, Any]]) -> None:
        """The changed fields, what is derived from them, the next version, and the tags."""
        now = sql_moment(timezone.now())
        rows = []
        for one, changes in changed.items():
            fields = {**current[one], **changes.after}
            born = fields["date_of_birth"]
            born = date.fromisoformat(born) if isinstance(born, str) else born
            derived = derived_values(
                fields["first_name"], fields["last_name"], fields["email"], fields["phone"], born
            )
            fields["date_of_birth"] = born.isoformat() if born else None
            kept = [fields[name] for name in FIELDS]
            rows.append([*kept, *derived, now, fields["version"] + 1, one])
        with connection.cursor() as cursor:
            sets = ", ".join(f"{name} = %s" for name in UPDATED)
            cursor.executemany(f"UPDATE customers_customer SET {sets} WHERE id = %s", rows)  # noqa: S608
            retagged = {one: c.after["tags"] for one, c in changed.items() if "tags" in c.after}
            cursor.executemany(
                "DELETE FROM customers_customertag WHERE customer_id = %s",
                [(one,) for one in retagged],
            )
        self.tag(retagged)

    def tag(self, names: dict[int, list[str]]) -> None:
        """Put tags on customers, making those that do not exist. Once each, in any case."""
        pairs = {(one, self.tag_id(name)) for one, tags in names.items() for name in tags if name}
        insert_rows("customers_customertag", ("customer_id", "tag_id"), sorted(pairs))

    def tag_id(self, name: str) -> int:
        key = name.lower()
        if key not in self.tag_ids:
            known = {tag.name.lower(): tag.pk for tag in Tag.objects.all()}
            self.tag_ids.update(known)
            if key not in known:
                self.tag_ids[key] = make_tag(name).pk
        return self.tag_ids[key]


def act_of(run: ImportRun, source: ChangeSet.Source) -> ChangeSet:
    """What the import is in history, made with the first thing that it does."""
    if run.change_set is None:
        run.change_set = open_change_set(ChangeSet.Kind.IMPORT, by=run.by, source=source)
        run.save(update_fields=["change_set"])
    return run.change_set


def newest_customer() -> int:
    """The highest ID. Whoever adds a customer raises it."""
    newest: int | None = Customer.objects.aggregate(newest=Max("pk"))["newest"]
    return newest or 0


def hold(run: ImportRun) -> None:
    """Raises TakenOver when another process holds the run. Call it inside each transaction."""
    held = ImportRun.objects.filter(pk=run.pk, fence=run.fence)
    if not held.update(fence=run.fence, other_names=run.other_names):
        raise TakenOver


def as_list(tags: Any) -> list[str]:
    """Names of tags out of a JSON column, whichever database gave it."""
    if isinstance(tags, str):
        tags = json.loads(tags)
    return tags or []
