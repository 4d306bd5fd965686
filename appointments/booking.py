"""Book an appointment, and all that may become of it: lock, check, save, tell.

Who calls this from the booking page or the Customer Panel asks for a customer, whom notice, hours
and limits bind. Staff are bound by none of them; only the database's rule binds everybody: nobody
is booked twice. What is to be said is queued in the same transaction.
"""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from appointments import notice, said
from appointments.checking import (
    at,
    refuse_archived,
    refuse_gone,
    refuse_late,
    refuse_not_offered,
    refuse_over_limit,
    refuse_status,
    refuse_unable,
)
from appointments.holding import remove_expired
from appointments.models import Appointment, ConsentText, Provider, Service
from appointments.no_double_booking import refusing
from appointments.recording import (
    BOOKED,
    Action,
    Kind,
    Where,
    is_customers,
    locked,
    write,
    write_down,
)
from appointments.refusals import (
    HoldExpired,
    NotAllowed,
    NotOffered,
    Refusal,
    SlotTaken,
    StaleAppointment,
    TooLate,
)
from bookkinda.preferences import Preferences
from customers.models import Customer

__all__ = [
    "HoldExpired",
    "NotAllowed",
    "NotOffered",
    "Refusal",
    "SlotTaken",
    "StaleAppointment",
    "TooLate",
    "book",
    "book_now",
    "cancel",
    "edit_notes",
    "move",
    "set_status",
]

Status = Appointment.Status


def book(
    hold_token: str,
    *,
    customer: Customer,
    by: User | None = None,
    source: Where,
    note: str = "",
    time_zone: str = "",
    consent: ConsentText | None = None,
    limits: bool = True,
) -> Appointment:
    """Make the hold of this token the customer's appointment. Asked for again, it returns the same
    one. `limits` are those of customers (limits.py).

    Raises HoldExpired, and NotAllowed with the neutral sentence.
    """
    with refusing(SlotTaken):
        held = with_token(hold_token)
        if held.status != Status.HELD:
            return held
        if held.held_until is None or held.held_until <= timezone.now():
            raise HoldExpired
        business = Preferences.load()
        refuse_archived(customer)
        if limits:
            refuse_over_limit(customer, business)
        held.customer = customer
        held.status = Status.PENDING if held.service.needs_approval else Status.CONFIRMED
        held.held_until = None
        held.note, held.time_zone, held.consent = note, time_zone, consent
        held.source = Appointment.Source(source.value)
        held.created_at = timezone.now()
        finish(held, business)
        tell_booked(held, by, source)
    return held


def with_token(token: str) -> Appointment:
    """The hold, or what became of it, nobody else's to change. Raises HoldExpired."""
    held = Appointment.with_holds.select_for_update().filter(token=token).first()
    if held is None:
        raise HoldExpired
    return held


def finish(appointment: Appointment, business: Preferences) -> None:
    """Save it at the price of today."""
    service = appointment.service
    appointment.price = service.price
    appointment.currency = (service.currency or business.currency) if service.price else ""
    appointment.changed_at = timezone.now()
    appointment.save()


def tell_booked(
    appointment: Appointment, by: User | None, source: Where, *, notify: bool = True
) -> None:
    """The history and the messages of a new appointment."""
    before: dict[str, Any] = dict.fromkeys(BOOKED)
    write_down(appointment, before, Action.BOOKED, Kind.BOOK, by, source)
    if notify and appointment.start > timezone.now():
        said.say_booked(appointment, by)


def book_now(
    *,
    service: Service,
    provider: Provider,
    start: datetime,
    customer: Customer,
    by: User | None,
    source: Where,
    note: str = "",
    staff_note: str = "",
    notify: bool = True,
    duration: int | None = None,
) -> Appointment:
    """What staff enter: confirmed, at any time, also one that has passed (nobody is told of it).
    `duration` in minutes, if not the service's.

    Raises SlotTaken, and NotAllowed with a sentence.
    """
    start = start.replace(second=0, microsecond=0)
    with refusing(SlotTaken):
        business = Preferences.load()
        remove_expired()
        refuse_archived(customer)
        refuse_unable(service, provider)
        made = Appointment(
            service=service,
            provider=provider,
            customer=customer,
            status=Status.CONFIRMED,
            note=note,
            staff_note=staff_note,
            source=Appointment.Source(source.value),
            **at(start, service, None, duration),
        )
        finish(made, business)
        tell_booked(made, by, source, notify=notify)
    return made


def move(
    appointment: Appointment,
    *,
    start: datetime,
    provider: Provider | None = None,
    by: User | None,
    source: Where,
    notify: bool = True,
    expected_version: int | None = None,
    duration: int | None = None,
) -> Appointment:
    """Another time, provider or length (in minutes). For a customer only what is offered, and it
    waits for staff again where its service asks for that.

    Raises SlotTaken, StaleAppointment, NotAllowed; for customers NotOffered and TooLate, too.
    """
    start = start.replace(second=0, microsecond=0)
    with refusing(SlotTaken):
        remove_expired()
        current = locked(appointment, expected_version)
        if not current.is_open:
            raise NotAllowed(_("Only an appointment that is to take place can be moved."))
        refuse_gone(current, {"start": start})
        provider = provider or current.provider
        if is_customers(source):
            refuse_late(notice.may_reschedule(current))
            refuse_not_offered(current, provider, start)
        elif provider.pk != current.provider_id:
            refuse_unable(current.service, provider)
        before_start, before_provider = current.start, current.provider
        values: dict[str, Any] = at(start, current.service, current, duration)
        values["provider_id"] = provider.pk
        if is_customers(source) and current.service.needs_approval and start != current.start:
            values["status"] = Status.PENDING  # what staff approved was another time
        moved = write(current, values, action=Action.MOVED, kind=Kind.MOVE, by=by, source=source)
        if moved and notify:
            tell_moved(current, before_start, before_provider, by)
    return current


def tell_moved(
    appointment: Appointment, before_start: datetime, before: Provider, by: User | None
) -> None:
    """Nobody is told of another length alone, or when both times have passed."""
    is_other = before.pk != appointment.provider_id
    is_news = is_other or appointment.start != before_start
    if is_news and max(appointment.start, before_start) > timezone.now():
        provider = before if is_other else None
        said.say_moved(appointment, before_start, by, before_provider=provider)


def cancel(
    appointment: Appointment,
    *,
    by: User | None,
    source: Where,
    notify: bool = True,
    expected_version: int | None = None,
) -> Appointment:
    """It will not take place; others may have its time. Asked for again, nothing happens.

    Raises StaleAppointment, NotAllowed; for customers TooLate, too.
    """
    with refusing(SlotTaken):
        current = locked(appointment, expected_version)
        if current.status == Status.CANCELLED:
            return current
        if is_customers(source):
            refuse_late(notice.may_cancel(current))
        if not current.is_open:
            raise NotAllowed(_("Only an appointment that is to take place can be cancelled."))
        values = {"status": Status.CANCELLED}
        write(current, values, action=Action.CANCELLED, kind=Kind.CANCEL, by=by, source=source)
        if notify and current.start > timezone.now():
            said.say_cancelled(current, by)
    return current


def set_status(
    appointment: Appointment,
    status: Appointment.Status,
    *,
    by: User | None,
    source: Where,
    notify: bool = True,
    expected_version: int | None = None,
) -> Appointment:
    """For staff: confirm, cancel, note that somebody came or did not, or take any of that back.

    Raises SlotTaken where others have the time meanwhile, StaleAppointment, NotAllowed.
    """
    if status == Status.CANCELLED:
        return cancel(
            appointment, by=by, source=source, notify=notify, expected_version=expected_version
        )
    with refusing(SlotTaken):
        remove_expired()
        current = locked(appointment, expected_version)
        refuse_status(current, status)
        was = current.status
        values = {"status": status}
        changed = write(
            current, values, action=Action.EDITED, kind=Kind.VISIT, by=by, source=source
        )
        if changed and status == Status.CONFIRMED and notify and current.start > timezone.now():
            say = said.say_back if was == Status.CANCELLED else said.say_confirmed
            say(current, by)
    return current


def edit_notes(
    appointment: Appointment,
    *,
    by: User | None,
    source: Where,
    note: str | None = None,
    staff_note: str | None = None,
    expected_version: int | None = None,
) -> Appointment:
    """Other notes; what is None stays. Raises StaleAppointment."""
    with refusing(SlotTaken):
        current = locked(appointment, expected_version)
        given = {"note": note, "staff_note": staff_note}
        values = {name: value for name, value in given.items() if value is not None}
        write(current, values, action=Action.EDITED, kind=Kind.VISIT, by=by, source=source)
    return current
