"""Delete is archive: gone from every list, and back with one click. Nothing is lost."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from customers import dependents
from customers.history import (
    LeftOut,
    Pause,
    close,
    in_chunks,
    lock,
    no_pause,
    open_change_set,
    record,
    taken_external_ids,
)
from customers.models import Change, ChangeSet, Customer
from customers.querysets import CustomerQuerySet


class Archived(NamedTuple):
    """What archiving did, and whom it left out because of a reason that a dependent app named."""

    change_set: ChangeSet
    kept: LeftOut


class Restored(NamedTuple):
    """What restoring did, and whom it left out because somebody else has the external ID now."""

    change_set: ChangeSet
    kept: LeftOut


def archive_customers(
    customers: CustomerQuerySet,
    *,
    by: User | None,
    source: ChangeSet.Source,
    change_set: ChangeSet | None = None,
    pause: Pause = no_pause,
) -> Archived:
    """Take the customers out of every list; nothing is erased. Nobody signs in while archived.

    Those for whom a dependent app names a reason (say, an appointment to come) are left out. Any
    number of customers, in short transactions and one history.
    """
    change_set = change_set or open_change_set(ChangeSet.Kind.ARCHIVE, by=by, source=source)
    left_out = in_short_transactions(archive_chunk, customers.live(), change_set, pause)
    return Archived(change_set, left_out)


def restore_customers(
    customers: CustomerQuerySet,
    *,
    by: User | None,
    source: ChangeSet.Source,
    change_set: ChangeSet | None = None,
    pause: Pause = no_pause,
) -> Restored:
    """Bring archived customers back as they were, with the login that they had."""
    change_set = change_set or open_change_set(ChangeSet.Kind.RESTORE, by=by, source=source)
    left_out = in_short_transactions(restore_chunk, customers.archived(), change_set, pause)
    return Restored(change_set, left_out)


def in_short_transactions(
    act: Callable[[ChangeSet, Sequence[int]], dict[int, str]],
    customers: CustomerQuerySet,
    change_set: ChangeSet,
    pause: Pause,
) -> LeftOut:
    """Act on all customers, some hundred in a transaction, so that nobody else has to wait."""
    left_out = LeftOut()
    for ids in in_chunks(customers):
        with transaction.atomic():
            left_out.add(act(change_set, ids))
        pause()
    close(change_set, left_out)
    return left_out


def archive_chunk(change_set: ChangeSet, ids: Sequence[int]) -> dict[int, str]:
    """Archive those of the ids that are live; returns the reasons of those who stay."""
    versions = dict(lock(ids).live().values_list("pk", "version"))
    kept = dependents.reasons_to_keep(Customer.objects.filter(pk__in=versions))
    versions = {pk: version for pk, version in versions.items() if pk not in kept}
    write(versions, archived_at=timezone.now())
    record(
        change_set,
        [
            Change(
                customer_id=pk,
                action=Change.Action.ARCHIVED,
                version=version + 1,
            )
            for pk, version in versions.items()
        ],
    )
    return kept


def restore_chunk(change_set: ChangeSet, ids: Sequence[int]) -> dict[int, str]:
    """Restore those of the ids that are archived; returns the reasons of those who stay there."""
    rows = lock(ids).archived().values_list("pk", "version", "external_id")
    versions = {pk: version for pk, version, _external in rows}
    kept = dict.fromkeys(
        taken_external_ids({pk: external for pk, _version, external in rows}),
        _("Another customer has the external ID by now."),
    )
    versions = {pk: version for pk, version in versions.items() if pk not in kept}
    write(versions, archived_at=None)
    record(
        change_set,
        [
            Change(
                customer_id=pk,
                action=Change.Action.RESTORED,
                version=version + 1,
            )
            for pk, version in versions.items()
        ],
    )
    return kept


def write(versions: dict[int, int], **values: object) -> None:
    """One statement for all of them; the version grows with every write."""
    Customer.objects.filter(pk__in=versions).update(
        version=F("version") + 1, changed_at=timezone.now(), **values
    )
