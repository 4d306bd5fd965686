"""Two customers side by side: where they differ, and which value to keep unless somebody chooses.

Nothing is to be lost by not choosing: the filled one is kept, and of two the one changed last.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import capfirst

from customers.folding import fold
from customers.history import Value, to_json
from customers.merged_logins import login_holder
from customers.merging import FIELDS, both_of, joined_note
from customers.models import Change, Customer
from customers.timeline import label_of, shown_of

KEEP, OTHER, BOTH = "keep", "other", "both"
LOOKED_AT = 500  # the newest changes of the two; older values are as old as the customer


@dataclass(frozen=True)
class Side:
    """A value of one of the two, in words, and since when it is so."""

    choice: str
    text: str
    since: datetime


@dataclass(frozen=True)
class Row:
    """A field of both. `choice` is the side that is kept unless somebody chooses; `is_fixed` says
    that nobody can."""

    name: str
    label: str
    sides: tuple[Side, ...]
    choice: str
    is_fixed: bool = False

    @property
    def is_conflict(self) -> bool:
        """Whether both have a value, and not the same one."""
        return len([side for side in self.sides if side.choice != BOTH and side.text]) > 1

    @property
    def choices(self) -> list[str]:
        return [self.choice] if self.is_fixed else [side.choice for side in self.sides]


@dataclass(frozen=True)
class Comparison:
    """What differs, and what both have in common (label and value)."""

    rows: list[Row]
    same: list[tuple[str, str]]


def compare(keep: Customer, other: Customer) -> Comparison:
    """The fields of the two; those that are blank on both are left out."""
    since = dates_of_values([keep, other])
    rows, same = [], []
    for name in FIELDS:
        values = [values_of(customer, name) for customer in (keep, other)]
        if values[0] == values[1]:
            if any(values[0].values()):
                same.append((capfirst(label_of(name)), shown_of(name, values[0])))
            continue
        sides = tuple(
            Side(choice, shown_of(name, value), since[customer.pk].get(name, customer.created_at))
            for choice, customer, value in zip((KEEP, OTHER), (keep, other), values, strict=True)
        )
        rows.append(row_of(name, sides, keep, other))
    return Comparison(rows, same)


def values_of(customer: Customer, name: str) -> dict[str, Value]:
    """A field as history keeps it; a phone with its extension."""
    return {each: to_json(getattr(customer, each)) for each in both_of(name)}


def row_of(name: str, sides: tuple[Side, ...], keep: Customer, other: Customer) -> Row:
    """The field with the side that is kept by default."""
    label = capfirst(label_of(name))
    if name == "email" and (holder := login_holder(keep, other)):
        return Row(name, label, sides, KEEP if holder == keep else OTHER, is_fixed=True)
    if name == "note" and (joined := joined_note(keep, other)):
        both = Side(BOTH, joined, max(side.since for side in sides))
        return Row(name, label, (*sides, both), BOTH)
    return Row(name, label, sides, better(name, [side for side in sides if side.text]).choice)


def better(name: str, filled: list[Side]) -> Side:
    """The newer value; of two spellings of one name the one with more in it: Zoë and not ZOE."""
    if name in {"first_name", "last_name"} and len({fold(side.text) for side in filled}) == 1:
        return max(filled, key=lambda side: (marks_in(side.text), side.since))
    return max(filled, key=lambda side: side.since)


def marks_in(name: str) -> int:
    """How much a spelling says: letters beyond ASCII, and both cases."""
    return sum(not letter.isascii() for letter in name) + (
        not name.isupper() and not name.islower()
    )


def dates_of_values(customers: Iterable[Customer]) -> dict[int, dict[str, datetime]]:
    """{customer id: {field: when it got the value that it has}}, for fields that were changed."""
    dates: dict[int, dict[str, datetime]] = {customer.pk: {} for customer in customers}
    changes = Change.objects.filter(customer__in=dates, action=Change.Action.EDITED)
    newest = changes.order_by("-pk").values_list("customer", "change_set__at", "after")
    for pk, at, after in newest[:LOOKED_AT]:
        for name in after:
            dates[pk].setdefault(name, at)
    return dates
