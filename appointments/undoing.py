"""Undo of one act on an appointment, unless it changed since."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from appointments import said
from appointments.checking import refuse_gone
from appointments.holding import remove_expired
from appointments.models import Appointment, AppointmentChange
from appointments.no_double_booking import refusing
from appointments.recording import Action, Kind, locked, write
from appointments.refusals import CannotUndo, NotAllowed, SlotTaken, StaleAppointment
from customers.models import ChangeSet

__all__ = ["CannotUndo", "change_to_undo", "undo"]

MOMENTS = {"start", "end", "blocked_from", "blocked_until"}
NUMBERS = {"provider", "service", "customer"}
Status = Appointment.Status


def undo(change_set: ChangeSet, *, by: User | None, notify: bool = True) -> Appointment:
    """Take back what the change set did to its appointment: as it was before, or, where it was
    booked, cancelled. Once only; staff alone do it.

    Raises CannotUndo with a sentence, and then nothing is written.
    """
    try:
        with refusing(SlotTaken):
            remove_expired()
            return take_back(change_set, by, notify=notify)
    except SlotTaken:
        raise CannotUndo(_("Somebody else has booked that time meanwhile.")) from None


def change_to_undo(change_set: ChangeSet) -> AppointmentChange:
    """What the act did to an appointment. Raises CannotUndo."""
    change = AppointmentChange.objects.filter(change_set=change_set).first()
    if change is None or change_set.undoes_id:
        raise CannotUndo(_("This can't be undone."))
    if ChangeSet.objects.filter(undoes=change_set).exists():
        raise CannotUndo(_("This was undone already."))
    return change


def take_back(change_set: ChangeSet, by: User | None, *, notify: bool) -> Appointment:
    change = change_to_undo(change_set)
    try:
        current = locked(change.appointment)
    except StaleAppointment:
        raise CannotUndo(_("This appointment does not exist any more.")) from None
    if current.version != change.version:
        raise CannotUndo(_("This appointment changed since."))
    values = values_before(change)
    try:
        refuse_gone(current, values)
    except NotAllowed as refusal:
        raise CannotUndo(refusal.sentence) from None
    was = Appointment(status=current.status, start=current.start, provider=current.provider)
    try:
        with transaction.atomic():
            write(
                current,
                values,
                action=Action.CANCELLED if change.action == Action.BOOKED else Action.EDITED,
                kind=Kind.UNDO,
                by=by,
                source=ChangeSet.Source.BACK_OFFICE,
                undoes=change_set,
            )
    except IntegrityError as error:
        if "undoes" not in str(error):
            raise
        raise CannotUndo(_("This was undone already.")) from None
    if notify:
        tell(current, was, by)
    return current


def values_before(change: AppointmentChange) -> dict[str, Any]:
    """The fields as they are to be again."""
    if change.action == Action.BOOKED:
        return {"status": Status.CANCELLED}
    return {
        f"{name}_id" if name in NUMBERS else name: from_json(name, value)
        for name, value in change.before.items()
    }


def from_json(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name in MOMENTS and value else value


def tell(appointment: Appointment, was: Appointment, by: User | None) -> None:
    """Say what the undo means for whoever is expected; nothing about what has passed."""
    if appointment.start <= timezone.now() and was.start <= timezone.now():
        return
    is_other = appointment.provider_id != was.provider_id
    if appointment.is_open and (appointment.start != was.start or is_other):
        provider = was.provider if is_other else None
        said.say_moved(appointment, was.start, by, before_provider=provider)
    elif appointment.status == Status.CANCELLED != was.status:
        said.say_cancelled(appointment, by)
    elif appointment.is_open and (
        was.status == Status.CANCELLED or appointment.status == Status.PENDING != was.status
    ):
        said.say_back(appointment, by)
