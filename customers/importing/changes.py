"""What a row would change of a customer, and what was there before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from customers.importing.database import among, is_postgresql

FIELDS = (
    "first_name", "last_name", "email", "phone", "phone_extension", "gender", "date_of_birth",
    "note", "language", "time_zone", "external_id",
)  # fmt: skip


WRITABLE = frozenset(FIELDS)


@dataclass
class Changes:
    """The fields that differ, before and after, as history keeps them."""

    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


def current_values(ids: Sequence[int], *, lock: bool = False) -> dict[int, dict[str, Any]]:
    """Customer -> fields, tags (names), user and version, of those that are live."""
    if not ids:
        return {}
    names = ("id", *FIELDS, "user_id", "version")
    condition, parameter = among("id", ids)
    # SQLite needs no lock of a row: our transactions are IMMEDIATE.
    ending = " ORDER BY id FOR UPDATE" if lock and is_postgresql() else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(names)} FROM customers_customer"  # noqa: S608 our own names
            f" WHERE archived_at IS NULL AND {condition}{ending}",
            [parameter],
        )
        current = {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}
    tags = names_of_tags(list(current))
    for customer, one in current.items():
        one["tags"] = tags.get(customer, [])
    return current


def names_of_tags(ids: Sequence[int]) -> dict[int, list[str]]:
    """Customer -> names of tags, asked for with one parameter however many customers there are."""
    names: dict[int, list[str]] = {}
    if not ids:
        return names
    condition, parameter = among("ct.customer_id", ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ct.customer_id, t.name FROM customers_customertag ct"  # noqa: S608
            f" JOIN customers_tag t ON t.id = ct.tag_id WHERE {condition} ORDER BY t.name",
            [parameter],
        )
        for customer, tag in cursor.fetchall():
            names.setdefault(customer, []).append(tag)
    return names


def find_changes(
    current: dict[str, Any],
    values: dict[str, Any],
    *,
    existing: str,
    more_tags: Sequence[str] = (),
) -> Changes:
    """What `values` changes: all that differs, or with "fill" only what was blank.

    A field that is missing in `values` changes nothing. A name is never made blank.
    """
    changes = Changes()
    keeps = existing == "fill"
    for name, value in values.items():
        if name not in WRITABLE or current[name] == value:
            continue
        if may_change(current, name, value, keeps=keeps):
            changes.before[name], changes.after[name] = as_kept(current[name]), as_kept(value)
    if more_tags or "tags" in values:
        tags = new_tags(current["tags"], values.get("tags"), keeps=keeps, more=more_tags)
        if {tag.lower() for tag in tags} != {tag.lower() for tag in current["tags"]}:
            changes.before["tags"], changes.after["tags"] = current["tags"], tags
    return changes


def may_change(current: dict[str, Any], name: str, value: Any, *, keeps: bool) -> bool:
    """Whether a field that differs is changed: no name is made blank, "fill" keeps what is there.

    An extension belongs to its number.
    """
    if name == "first_name" and not value:
        return False
    return not (keeps and current["phone" if name == "phone_extension" else name])


def new_tags(
    current: Sequence[str], values: Sequence[str] | None, *, keeps: bool, more: Sequence[str]
) -> list[str]:
    """The tags afterwards: those of the cell if there was one, and those for every row."""
    base = current if values is None or (keeps and current) else values
    names = {tag.lower(): tag for tag in (*more, *base, *current)}
    wanted = {tag.lower() for tag in (*base, *more)}
    return sorted(name for key, name in names.items() if key in wanted)


def as_kept(value: Any) -> Any:
    """The value as JSON can hold it."""
    return value.isoformat() if isinstance(value, date) else value
