"""Undo: what a change set did to each customer is taken back, unless the customer changed since."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, cast

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, Field, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import roles
from accounts.models import User
from customers.archiving import archive_chunk, restore_chunk
from customers.dependents import CannotMoveBack
from customers.folding import derived_values
from customers.history import (
    CHUNK,
    LeftOut,
    Pause,
    close,
    from_json,
    lock,
    no_pause,
    open_change_set,
    record,
    taken_external_ids,
)
from customers.importing import steps
from customers.importing.problems import NotNow
from customers.left_behind import is_as_left
from customers.merged import give_back
from customers.merged_logins import AddressIsTaken, open_closed
from customers.models import Change, ChangeSet, Customer, CustomerTag, ImportRun, Merge
from customers.models.customer import DERIVED, DERIVED_FROM
from customers.tagging import tags_by_key, tags_of

Kind = ChangeSet.Kind
IMPORTS_ARE_UNDONE = timedelta(days=30)
# Whoever may do a thing may undo it; what was added is archived by undo.
PERMISSIONS: dict[str, tuple[str, ...]] = {
    Kind.ADD: (roles.ARCHIVE,),
    Kind.EDIT: (roles.CHANGE,),
    Kind.TAG: (roles.CHANGE,),
    Kind.ARCHIVE: (roles.ARCHIVE,),
    Kind.RESTORE: (roles.ARCHIVE,),
    Kind.IMPORT: (roles.IMPORT,),
    Kind.MERGE: roles.MERGE,
}


class Undone(NamedTuple):
    """What was taken back, and whom undo refused and why."""

    change_set: ChangeSet
    refused: LeftOut


class CannotUndo(Exception):
    """The change set is of a kind that can't be taken back, or was taken back already. The text
    says so, or why this one stays."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text or _("This can't be undone, or it was undone already."))


def may_undo(user: User, change_set: ChangeSet) -> bool:
    """Whether the person has the right to take it back, if it can be."""
    return user.has_perms(PERMISSIONS.get(change_set.kind, ()))


def undo(
    change_set: ChangeSet,
    *,
    by: User | None,
    source: ChangeSet.Source,
    undoing: ChangeSet | None = None,
    pause: Pause = no_pause,
) -> Undone:
    """Take back a change set: added -> archived, archived -> restored, edited -> as it was before.

    Customers who changed since are refused and named; the others are taken back, in short
    transactions and one history. Raises CannotUndo. `undoing` continues an undo that was begun.
    """
    if change_set.kind == Kind.MERGE:
        return undo_merge(change_set, by=by, source=source)
    undoing = undoing or begin_undo(change_set, by=by, source=source)
    refused = LeftOut()
    last = None
    while changes := next_changes(change_set, undoing, last):
        last = changes[-1].pk
        with transaction.atomic():
            refused.add(undo_chunk(undoing, changes))
        pause()
    close(undoing, refused)
    return Undone(undoing, refused)


def is_undoable(change_set: ChangeSet) -> bool:
    """Whether it is of a kind that can be taken back, and nobody is still at it. Once only, says
    the database."""
    run = getattr(change_set, "import_run", None)
    at_rest = change_set.plan is None or change_set.has_stopped
    finished = at_rest and (run is None or run.finished_at is not None)
    if is_over(change_set):
        return False
    if change_set.kind == Kind.MERGE:
        return hasattr(change_set, "merge")  # gone when one of the two is erased
    return finished and change_set.kind in PERMISSIONS


def awaits_undo(change_set: ChangeSet) -> bool:
    """Whether it did something that nobody has taken back yet, and that can be; an undo that
    stopped before its end can go on."""
    undone = getattr(change_set, "undone_by", None)
    is_open = undone is None or undone.has_stopped
    return is_open and change_set.size > 0 and is_undoable(change_set)


def undo_until(change_set: ChangeSet) -> datetime | None:
    """Until when it can be taken back: an import for 30 days, anything else always."""
    run = getattr(change_set, "import_run", None)
    if run is None:
        return None
    ended: datetime = run.finished_at or change_set.at
    return ended + IMPORTS_ARE_UNDONE


def is_over(change_set: ChangeSet) -> bool:
    """Whether the time in which it could be taken back has passed."""
    until = undo_until(change_set)
    return until is not None and until < timezone.now()


@transaction.atomic
def begin_undo(change_set: ChangeSet, *, by: User | None, source: ChangeSet.Source) -> ChangeSet:
    """The change set of an undo; there is at most one for each change set, and one that stopped
    before its end goes on. Raises CannotUndo."""
    earlier = ChangeSet.objects.filter(undoes=change_set).first()
    if earlier and earlier.has_stopped:
        return earlier
    run = getattr(change_set, "import_run", None)
    if run is not None:
        end_import(change_set, run)
    if not is_undoable(change_set):
        raise CannotUndo
    try:
        with transaction.atomic():
            return open_change_set(Kind.UNDO, by=by, source=source, undoes=change_set)
    except IntegrityError:
        raise CannotUndo from None


def end_import(change_set: ChangeSet, run: ImportRun) -> None:
    """Nothing more comes of an import that is taken back. Raises CannotUndo."""
    try:
        steps.end(run)
    except NotNow as reason:
        raise CannotUndo(str(reason)) from None
    if is_over(change_set):
        raise CannotUndo(
            _("An import can be undone for %(days)s days, and these are over.")
            % {"days": IMPORTS_ARE_UNDONE.days}
        )


def undo_merge(change_set: ChangeSet, *, by: User | None, source: ChangeSet.Source) -> Undone:
    """Give both customers back as they were, in one transaction: both or neither.

    Raises CannotUndo with the reason, and then nothing is written down either.
    """
    with transaction.atomic():
        undoing = begin_undo(change_set, by=by, source=source)
        changes = list(change_set.changes.order_by("pk"))
        customers = {each.pk: each for each in lock(change.customer_id for change in changes)}
        for change in changes:
            customer = customers[change.customer_id]
            if not is_as_left(customer, change):
                raise CannotUndo(_("%(name)s changed since the merge.") % {"name": customer})
        merge = change_set.merge
        kept, gone = customers[merge.into_id], customers[merge.customer_id]
        try:
            give_back(merge, kept, gone)
        except CannotMoveBack as problem:
            raise CannotUndo(str(problem)) from None
        edited = [change for change in changes if change.customer_id == kept.pk]
        refused = put_back(undoing, edited, customers) | restore_chunk(undoing, [gone.pk])
        for pk, reason in refused.items():
            raise CannotUndo(f"{customers[pk]}: {reason}")
        open_login(merge, kept, gone)
        close(undoing, LeftOut())
    return Undone(undoing, LeftOut())


def open_login(merge: Merge, kept: Customer, gone: Customer) -> None:
    """The login that the merge closed is there again. Raises CannotUndo."""
    try:
        open_closed(merge, kept, gone)
    except AddressIsTaken as problem:
        raise CannotUndo(str(problem)) from None


def next_changes(change_set: ChangeSet, undoing: ChangeSet, before: int | None) -> list[Change]:
    """The changes to take back next, the newest first, without those that are taken back."""
    done = undoing.changes.filter(customer=OuterRef("customer"))
    changes = change_set.changes.exclude(Exists(done)).order_by("-pk")
    if before is not None:
        changes = changes.filter(pk__lt=before)
    return list(changes[:CHUNK])


def undo_chunk(undoing: ChangeSet, changes: Sequence[Change]) -> dict[int, str]:
    """One transaction's worth of `undo`; returns who is refused and why."""
    customers = {
        customer.pk: customer for customer in lock(change.customer_id for change in changes)
    }
    changes = [change for change in changes if change.customer_id in customers]
    refused = {
        change.customer_id: _("Changed since.")
        for change in changes
        if customers[change.customer_id].version != change.version
    }
    todo: dict[str, list[Change]] = {action: [] for action in Change.Action.values}
    for change in changes:
        if change.customer_id not in refused:
            todo[change.action].append(change)
    added = todo[Change.Action.ADDED] + todo[Change.Action.RESTORED]
    refused |= archive_chunk(undoing, [change.customer_id for change in added])
    archived = todo[Change.Action.ARCHIVED]
    refused |= restore_chunk(undoing, [change.customer_id for change in archived])
    return refused | put_back(undoing, todo[Change.Action.EDITED], customers)


def put_back(
    undoing: ChangeSet, changes: Sequence[Change], customers: dict[int, Customer]
) -> dict[int, str]:
    """Give edited customers their earlier values; returns who is refused and why."""
    refused = reasons_against(changes, customers)
    changes = [change for change in changes if change.customer_id not in refused]
    put_back_tags(changes)
    names = {name for change in changes for name in change.before} - {"tags"}
    for change in changes:
        customer = customers[change.customer_id]
        for name in change.before.keys() - {"tags"}:
            setattr(customer, name, from_json(name, change.before[name]))
        customer.version += 1
        customer.changed_at = timezone.now()
        set_derived(customer)
    if names & DERIVED_FROM:
        names |= set(DERIVED)
    touched = [customers[change.customer_id] for change in changes]
    write(touched, [*names, "version", "changed_at"])
    record(
        undoing,
        [
            Change(
                customer_id=change.customer_id,
                action=Change.Action.EDITED,
                before=change.after,
                after=change.before,
                version=customers[change.customer_id].version,
            )
            for change in changes
        ],
    )
    return refused


def reasons_against(changes: Sequence[Change], customers: dict[int, Customer]) -> dict[int, str]:
    """Whose earlier values can't be put back: another one has them, or a login hangs on them."""
    wanted = {change.customer_id: change.before.get("external_id", "") for change in changes}
    reasons = dict.fromkeys(
        taken_external_ids(wanted), _("Another customer has the external ID by now.")
    )
    for change in changes:
        if "email" in change.before and customers[change.customer_id].user_id:
            reasons[change.customer_id] = _("This customer signs in with the newer e-mail address.")
    return reasons


def put_back_tags(changes: Sequence[Change]) -> None:
    """Take off the tags that came with each change and put on those that went; one deleted
    meanwhile is made anew, one renamed meanwhile stays."""
    tagged = [change for change in changes if "tags" in change.before]
    if not tagged:
        return
    now = tags_of(change.customer_id for change in tagged)
    wanted: dict[int, set[str]] = {}
    for change in tagged:
        before, after = set(change.before["tags"]), set(change.after.get("tags", []))
        names = (set(now[change.customer_id]) - (after - before)) | (before - after)
        if names != set(now[change.customer_id]):
            wanted[change.customer_id] = names
    tags = tags_by_key({name for names in wanted.values() for name in names})
    CustomerTag.objects.filter(customer__in=wanted).delete()
    CustomerTag.objects.bulk_create(
        CustomerTag(customer_id=pk, tag=tag)
        for pk, names in wanted.items()
        for tag in {tags[name.casefold()] for name in names}
    )


def write(customers: Sequence[Customer], names: Sequence[str]) -> None:
    """Write these fields: one prepared statement for each customer, ten times as fast as the one
    that bulk_update composes for all of them."""
    meta = Customer._meta  # noqa: SLF001 Django documents it
    fields = [cast("Field", meta.get_field(name)) for name in names]
    settings = ", ".join(f"{connection.ops.quote_name(str(field.column))} = %s" for field in fields)
    statement = f"UPDATE {connection.ops.quote_name(meta.db_table)} SET {settings} WHERE id = %s"  # noqa: S608 our own names
    rows = [
        [
            *(
                field.get_db_prep_save(getattr(each, str(field.attname)), connection)
                for field in fields
            ),
            each.pk,
        ]
        for each in customers
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def set_derived(customer: Customer) -> None:
    """What a bulk statement does not do by itself: keep search and sorting true."""
    derived = derived_values(
        customer.first_name,
        customer.last_name,
        customer.email,
        customer.phone,
        customer.date_of_birth,
    )
    for name, value in zip(DERIVED, derived, strict=True):
        setattr(customer, name, value)
