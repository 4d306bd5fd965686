"""Whom undo takes back and whom it refuses: all of them, however many, page by page."""

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from customers.models import Change, ChangeSet


def changed_since(change_set: ChangeSet) -> QuerySet[Change]:
    """The changes that an undo would refuse now, because their customers changed since."""
    return change_set.changes.exclude(customer__version=F("version")).order_by("pk")


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
