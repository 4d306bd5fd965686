"""Checked rows -> what each will do: a new customer, or one that is known.

A row is somebody we know by the keys it was asked to match by. Bookkinda's own ID decides alone;
the other keys must agree. Who matches more than one customer is refused with their IDs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.folding import derived_values
from customers.importing.changes import WRITABLE, Changes, find_changes, names_of_tags
from customers.importing.checking import Action, CheckedRow
from customers.importing.database import among
from customers.merged import kept_instead

MORE_THAN_ONE = gettext_lazy("This row matches more than one customer: IDs %(ids)s.")
MERGED = gettext_lazy("This customer was merged into the one with ID %(id)s.")
KEYS = ("id", "external_id", "email", "phone")


class Known(NamedTuple):
    """A live customer who may be the one in a row."""

    id: int
    name_key: str
    user_id: int | None
    first_name: str
    last_name: str
    email: str
    phone: str
    phone_extension: str
    gender: str
    date_of_birth: date | None
    note: str
    language: str
    time_zone: str
    external_id: str

    def is_changed_by(self, values: dict[str, Any]) -> bool:
        """Whether a value of the row differs from what the customer has."""
        for name, value in values.items():
            if name in WRITABLE and getattr(self, name) != value:
                return True
        return False


LOOKED_UP = ", ".join(Known._fields)


@dataclass
class Recogniser:
    """Decides about rows in batches; a handful of queries for each batch, whatever its size."""

    match: Sequence[str]
    existing: str
    shared_email: bool = False
    earlier_run: int | None = None
    has_email_column: bool = True
    tags: Sequence[str] = ()
    headers: dict[str, str] = field(default_factory=dict)
    known: dict[int, Known] = field(default_factory=dict)  # of the batch, by ID
    other_names: int = 0  # rows of the batch that only their address makes somebody we know

    def decide(self, rows: Sequence[CheckedRow]) -> None:
        """Set action, customer and further problems of each row that is not refused yet."""
        good = [row for row in rows if row.action != Action.REFUSED]
        self.known, self.other_names = {}, 0
        looked_up = {key: look_up(key, values_of(key, good), self.known) for key in self.match}
        found = {key: hits for key, hits in looked_up.items() if hits}
        taken = looked_up.get("external_id") or look_up(
            "external_id", values_of("external_id", good), self.known
        )
        if found:
            for row in good:
                self.recognise(row, found)
        self.recognise_by_line(good)
        for row in good if taken else ():
            self.refuse_taken(row, taken)
        matched = [row for row in good if row.customer_id and row.action != Action.REFUSED]
        if self.existing == "skip":
            for row in matched:
                row.action = Action.SKIP
        else:
            self.compare(matched)

    def recognise(self, row: CheckedRow, found: dict[str, dict[Any, list[Known]]]) -> None:
        """Set the row's customer if the keys say who it is, or refuse it."""
        known = self.candidates(row, found)
        if len(known) > 1:
            ids = ", ".join(str(customer.id) for customer in known)
            row.refuse("", str(MORE_THAN_ONE) % {"ids": ids})
        elif known:
            row.customer_id = known[0].id
            self.other_names += self.is_other_name(row, known[0])

    def is_other_name(self, row: CheckedRow, known: Known) -> bool:
        """Whether only the address says who it is, and the name says otherwise."""
        values = row.values
        first, last = values.get("first_name", ""), values.get("last_name", "")
        if (first, last) == (known.first_name, known.last_name) or not first:
            return False
        same = (values.get(key) == getattr(known, key) for key in self.match if key != "email")
        return "email" in self.match and not any(same) and name_key(row) != known.name_key

    @cached_property
    def merged_away(self) -> dict[tuple[str, Any], int]:
        """(key, value) of who was merged into somebody -> the ID of who is there instead."""
        found = kept_instead()
        by_id = {("id", pk): into for pk, (_external, into) in found.items()}
        by_external = {("external_id", known): into for known, into in found.values() if known}
        return {**by_id, **by_external}

    def recognise_merged(self, row: CheckedRow) -> None:
        """Who was merged away would come back as a new customer. To skip those who are known, the
        row is skipped; else it is refused, for older values must not replace the kept ones."""
        for key in ("id", "external_id"):
            into = self.merged_away.get((key, row.values.get(key)))
            if into is None or key not in self.match:
                continue
            if self.existing == "skip":
                row.customer_id = into
            else:
                row.refuse(self.headers.get(key, ""), str(MERGED) % {"id": into})
            return

    def recognise_by_line(self, rows: Sequence[CheckedRow]) -> None:
        """Set who the rest are by an earlier run of the file; who is new needs a name."""
        for row in rows if self.merged_away else ():
            if not row.customer_id and row.action != Action.REFUSED:
                self.recognise_merged(row)
        rest = [row for row in rows if not row.customer_id and row.action != Action.REFUSED]
        earlier = self.customers_of_earlier_run(rest)
        for row in rest:
            row.customer_id = earlier.get(row.line)
            if not row.customer_id and not row.values.get("first_name"):
                row.refuse(self.headers.get("first_name", ""), _("The name is missing."))

    def refuse_taken(self, row: CheckedRow, taken: dict[Any, list[Known]]) -> None:
        """Refuse an external ID that another customer has: the database takes each once."""
        holders = taken.get(row.values.get("external_id"), [])
        others = [one.id for one in holders if one.id != row.customer_id]
        if others and row.action != Action.REFUSED:
            self.refuse_external_id(row, others[0])

    def refuse_external_id(self, row: CheckedRow, holder: int) -> None:
        """Refuse a row whose external ID the customer with the ID `holder` has."""
        row.refuse(
            self.headers.get("external_id", ""),
            _("The customer with ID %(id)s has this external ID.") % {"id": holder},
        )

    def candidates(self, row: CheckedRow, found: dict[str, dict[Any, list[Known]]]) -> list[Known]:
        """The customers that the row's keys agree on, or all of them when they do not agree."""
        sets: list[list[Known]] = []
        for key, by_value in found.items():
            hits = by_value.get(row.values.get(key), [])
            if key == "id" and hits:
                if self.is_somebody_else(row, hits[0]):
                    row.refuse(self.headers.get("id", ""), somebody_else(hits[0]))
                return hits
            if key == "email" and self.shared_email:
                hits = [known for known in hits if known.name_key == name_key(row)]
            if hits:
                sets.append(hits)
        if len(sets) < 2:
            return sorted(sets[0]) if sets else []
        agreed = set(sets[0]).intersection(*sets[1:])
        return sorted(agreed or set().union(*sets))

    def is_somebody_else(self, row: CheckedRow, known: Known) -> bool:
        """Whether name and address both differ, as in a file from another installation."""
        email = row.values.get("email", "")
        same_address = bool(email) and email == known.email
        if not email and not known.email:
            same_address = bool(known.phone) and row.values.get("phone") == known.phone
        named = row.values.get("first_name") or row.values.get("last_name")
        if not named or not self.has_email_column or same_address:
            return False
        return name_key(row) != known.name_key

    def customers_of_earlier_run(self, rows: Sequence[CheckedRow]) -> dict[int, int]:
        """Line -> live customer that the same line of the same file was or became before."""
        if not rows or not self.earlier_run:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT r.line, c.id FROM customers_importrow r"
                " JOIN customers_customer c ON c.id = r.customer_id AND c.archived_at IS NULL"
                " WHERE r.run_id = %s AND r.line BETWEEN %s AND %s",
                [self.earlier_run, rows[0].line, rows[-1].line],
            )
            return dict(cursor.fetchall())

    def compare(self, rows: Sequence[CheckedRow]) -> None:
        """Tell rows that change their customer from those that do not."""
        by_line = [row for row in rows if row.customer_id not in self.known]
        look_up("id", [row.customer_id for row in by_line], self.known)
        tagged = [row for row in rows if self.tags or "tags" in row.values]
        tags = names_of_tags([row.customer_id for row in tagged if row.customer_id])
        for row in rows:
            one = self.known.get(row.customer_id or 0)
            row.action = Action.UNCHANGED
            if one and (self.tags or "tags" in row.values or one.is_changed_by(row.values)):
                self.compare_closely(row, {**one._asdict(), "tags": tags.get(one.id, [])})

    def compare_closely(self, row: CheckedRow, current: dict[str, Any]) -> None:
        """Set whether the row changes the customer, by the rule that the merge uses."""
        changes = find_changes(current, row.values, existing=self.existing, more_tags=self.tags)
        if changes.after:
            row.action = Action.UPDATE
        if current["user_id"] and "email" in changes.after:
            row.refuse(self.headers.get("email", ""), login_address(changes))


def gone_since(customer_id: int | None, instead: Mapping[int, tuple[str, int]]) -> str:
    """Why somebody who was there in the check is not any more; `instead` is kept_instead()."""
    if customer_id is not None and customer_id in instead:
        return str(MERGED) % {"id": instead[customer_id][1]}
    return _("This customer was deleted after the check.")


def login_address(changes: Changes) -> str:
    return _("This customer logs in with %(email)s; change that on the customer's page.") % {
        "email": changes.before["email"]
    }


def somebody_else(known: Known) -> str:
    return _("ID %(id)s is somebody else: name and address both differ.") % {"id": known.id}


def more_than_one(problem: str) -> list[int]:
    """The IDs in the sentence that a row matches more than one customer, so that a page can offer
    to merge them; [] for any other sentence."""
    start, end = str(MORE_THAN_ONE).split("%(ids)s")
    if not (problem.startswith(start) and problem.endswith(end)):
        return []
    ids = problem[len(start) : len(problem) - len(end)].split(", ")
    return [int(pk) for pk in ids if pk.isdecimal()]


def name_key(row: CheckedRow) -> str:
    """The row's name as customers keep it for sorting and comparing."""
    first, last = row.values.get("first_name", ""), row.values.get("last_name", "")
    return derived_values(first, last, "", "", None).name_key


def values_of(key: str, rows: Iterable[CheckedRow]) -> list[Any]:
    return [row.values[key] for row in rows if row.values.get(key)]


def look_up(key: str, values: Sequence[Any], everybody: dict[int, Known]) -> dict[Any, list[Known]]:
    """Value -> the live customers that have it; `everybody` gets all of them by ID."""
    found: dict[Any, list[Known]] = {}
    if not values:
        return found
    condition, parameter = among(key, values)
    if key == "external_id":  # in the words of its index, which has no blank ones
        condition += " AND NOT (external_id = '')"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {LOOKED_UP} FROM customers_customer"  # noqa: S608 our own names
            f" WHERE archived_at IS NULL AND {condition}",
            [parameter],
        )
        for known in map(Known._make, cursor.fetchall()):
            everybody[known.id] = known
            found.setdefault(getattr(known, key), []).append(known)
    return found
