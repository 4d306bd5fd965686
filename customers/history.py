"""The one history: every act on customers is written down here, in the transaction that does it."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F

from accounts.models import User
from customers.models import Change, ChangeSet, Customer
from customers.querysets import CustomerQuerySet

CHUNK = 500  # customers in one transaction: others wait for it some hundredths of a second
NAMED = 100  # of those left out, so many are kept by id

Pause = Callable[[], None]  # called between two transactions; may raise, and all goes on later
Value = str | list[str] | None


@dataclass
class LeftOut:
    """Whom an act left out: all of them counted, the first hundred by id with the reason."""

    count: int = 0
    reasons: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return self.count

    def add(self, reasons: Mapping[int, str]) -> None:
        """Counts some more customers, each with the reason why."""
        self.count += len(reasons)
        for pk, reason in reasons.items():
            if len(self.reasons) < NAMED:
                self.reasons[pk] = reason


def open_change_set(
    kind: ChangeSet.Kind,
    *,
    by: User | None,
    source: ChangeSet.Source,
    undoes: ChangeSet | None = None,
    token: UUID | None = None,
) -> ChangeSet:
    """A change set without changes; the name of who did it stays when the account is gone."""
    return ChangeSet.objects.create(
        kind=kind,
        source=source,
        by=by,
        by_name=str(by) if by else "",
        undoes=undoes,
        token=token,
    )


def record(change_set: ChangeSet, changes: Iterable[Change]) -> None:
    """Write down changes, and count them. Call it inside the transaction that makes them."""
    changes = list(changes)
    for change in changes:
        change.change_set = change_set
    Change.objects.bulk_create(changes)
    ChangeSet.objects.filter(pk=change_set.pk).update(size=F("size") + len(changes))
    change_set.size += len(changes)


def close(change_set: ChangeSet, left_out: LeftOut) -> None:
    """Note whom the act left out; what a worker was to do is done and forgotten."""
    change_set.plan = None
    change_set.left_out = {"count": left_out.count, "reasons": left_out.reasons} if left_out else {}
    change_set.save(update_fields=["plan", "left_out"])


def in_chunks(customers: CustomerQuerySet, size: int | None = None) -> Iterator[list[int]]:
    """The ids of the customers as they are now, in lists of `size`, of what one transaction takes
    if nobody says; each takes eight bytes."""
    size = size or CHUNK
    found = customers.order_by("pk").values_list("pk", flat=True)
    ids = array("q", found.iterator(chunk_size=10_000))
    for start in range(0, len(ids), size):
        yield ids[start : start + size].tolist()


def no_pause() -> None:
    """For those who work to the end at once."""


def lock(ids: Iterable[int]) -> CustomerQuerySet:
    """These customers, nobody else's to change until the end of the transaction."""
    locked: CustomerQuerySet = (
        Customer.objects.filter(pk__in=list(ids)).order_by("pk").select_for_update()
    )
    return locked


def taken_external_ids(wanted: Mapping[int, str]) -> set[int]:
    """Of {customer id: external ID to have}, those whose external ID somebody else has.

    Somebody else is a live customer, or an earlier one of `wanted`.
    """
    holders = dict(
        Customer.objects.live()
        .filter(external_id__in={external for external in wanted.values() if external})
        .values_list("external_id", "pk")
    )
    taken = set()
    for pk, external in wanted.items():
        if external and holders.setdefault(external, pk) != pk:
            taken.add(pk)
    return taken


def to_json(value: object) -> Value:
    """A field's value as history keeps it: dates as ISO 8601, pictures as their storage names."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if value else ("" if value is not None else None)


def from_json(name: str, value: Value) -> object:
    """The value that `to_json` kept for the field of this name."""
    if name == "date_of_birth":
        try:
            return date.fromisoformat(str(value)) if value else None
        except ValueError as error:
            raise ValidationError({name: str(error)}) from error
    return value or ""
