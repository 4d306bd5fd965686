"""Writing to an appointment: locked, in the one history, with its version and the visits."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from appointments import visits
from appointments.models import Appointment, AppointmentChange
from appointments.refusals import StaleAppointment
from customers.history import lock, open_change_set
from customers.models import ChangeSet

Action = AppointmentChange.Action
Kind = ChangeSet.Kind
KINDS = (Kind.BOOK, Kind.MOVE, Kind.CANCEL, Kind.VISIT)  # and an undo of one of them
Where = ChangeSet.Source | Appointment.Source  # the same words

TIMES = ("start", "end", "blocked_from", "blocked_until")
WHEN_AND_WITH_WHOM = (*TIMES, "provider_id")
BOOKED = (*WHEN_AND_WITH_WHOM, "service_id", "customer_id", "status", "note", "staff_note")
# A calendar program has to hear of these: when, with whom, and whether at all.
CALENDAR = {"start", "end", "status", "provider_id"}


def locked(appointment: Appointment, expected_version: int | None = None) -> Appointment:
    """The appointment as it is now, nobody else's to change. The customer comes first, as in every
    rule that locks both. Raises StaleAppointment when it is gone or not of the expected version."""
    owner = Appointment.objects.filter(pk=appointment.pk).values_list("customer", flat=True)
    list(lock(pk for pk in owner if pk is not None))
    current: Appointment | None = (
        Appointment.objects.select_for_update().filter(pk=appointment.pk).first()
    )
    if current is None or expected_version not in (None, current.version):
        raise StaleAppointment
    return current


def write(
    appointment: Appointment,
    values: Mapping[str, Any],
    *,
    action: Action,
    kind: Kind,
    by: User | None,
    source: Where,
    undoes: ChangeSet | None = None,
) -> ChangeSet | None:
    """Write what differs, with the change set of it; None when nothing does. Call it inside the
    transaction that locked the appointment."""
    before = {name: getattr(appointment, name) for name in values}
    differing = [name for name in values if before[name] != values[name]]
    if not differing:
        return None
    for name in differing:
        setattr(appointment, name, values[name])
    appointment.version += 1
    appointment.sequence += bool(CALENDAR & set(differing))
    appointment.changed_at = timezone.now()
    columns = [name.removesuffix("_id") for name in differing]
    appointment.save(update_fields=[*columns, "version", "sequence", "changed_at"])
    before = {name: before[name] for name in differing}
    return write_down(appointment, before, action, kind, by, source, undoes)


def write_down(
    appointment: Appointment,
    before: Mapping[str, Any],
    action: Action,
    kind: Kind,
    by: User | None,
    source: Where,
    undoes: ChangeSet | None = None,
) -> ChangeSet:
    """The history of what was just written, and the customer's visits made true."""
    where = ChangeSet.Source(source.value)
    change_set = open_change_set(kind, by=by, source=where, undoes=undoes)
    change_set.size = 1
    change_set.save(update_fields=["size"])
    AppointmentChange.objects.create(
        change_set=change_set,
        appointment=appointment,
        action=action,
        before={name.removesuffix("_id"): to_json(value) for name, value in before.items()},
        after={name.removesuffix("_id"): to_json(getattr(appointment, name)) for name in before},
        version=appointment.version,
    )
    if appointment.customer_id:
        visits.refresh([appointment.customer_id])
    return change_set


def to_json(value: Any) -> str | int | None:
    """A value as history keeps it: moments as ISO 8601."""
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, int) else str(value)


def is_customers(source: Where) -> bool:
    """Whether the customer asks, to whom notice and hours apply; staff are exempt."""
    return source.value in (Appointment.Source.BOOKING, Appointment.Source.PANEL)


def appointments_of(change_sets: Iterable[int]) -> dict[int, Appointment]:
    """{change set: the appointment that it was about, with its customer}."""
    changes = AppointmentChange.objects.filter(change_set__in=list(change_sets))
    found = changes.select_related("appointment__customer", "appointment__service")
    return {change.change_set_id: change.appointment for change in found}
