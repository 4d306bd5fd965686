"""Whom undo takes back and whom it refuses: all of them, however many, page by page."""

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from customers.models import Change, ChangeSet, Customer


def changed_since(change_set: ChangeSet) -> QuerySet[Change]:
    """The changes that an undo would refuse now, because their customers changed since."""
    return change_set.changes.exclude(customer__version=F("version")).order_by("pk")


def is_as_left(customer: Customer, change: Change) -> bool:
    """Whether the customer is as this change left them: nothing was written since, or all of it was
    taken back, act by act. A write that is not in the history counts as a change."""
    if customer.version == change.version:
        return True
    later = customer.changes.filter(version__gt=change.version).values_list(
        "change_set", "change_set__undoes", "version"
    )
    acts = {act: undoes for act, undoes, _version in later}
    taken_back = {undoes for undoes in acts.values() if undoes}
    are_whole = all(undoes in acts if undoes else act in taken_back for act, undoes in acts.items())
    return are_whole and len(later) == customer.version - change.version


def left_behind(undoing: ChangeSet) -> QuerySet[Change]:
    """The changes that a finished undo did not take back, in the order in which they were made."""
    if undoing.undoes is None:
        return Change.objects.none()
    taken_back = undoing.changes.filter(customer=OuterRef("customer"))
    changes = undoing.undoes.changes.exclude(Exists(taken_back))
    return changes.select_related("customer").order_by("pk")


def reason_of(change: Change, undoing: ChangeSet) -> str:
    """Why a change of `left_behind` was not taken back."""
    known: str = undoing.left_out.get("reasons", {}).get(str(change.customer_id), "")
    if known:
        return known
    if change.customer.version != change.version:
        return _("Changed since.")
    return _("What it was before belongs to another customer or a login by now.")
