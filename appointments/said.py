"""What customers and providers are told of an appointment, queued in the transaction of its change.

Call these inside the transaction that books, moves or cancels; leave them out where staff chose to
tell nobody. `by` is who did it: None, or the customer's login, where the customer did. Nothing is
said of an appointment that is over, and providers are not told what they did themselves.
"""

from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from appointments import events
from appointments.messages import as_reader, context_of
from appointments.models import Appointment, Provider
from notifications.events import Event
from notifications.outbox import queue, workflow_of


def say_booked(appointment: Appointment, by: User | None = None) -> None:
    """It was booked: confirmed, or waiting for approval."""
    to_customer(events.BOOKED, appointment, by)
    to_provider(events.PROVIDER_BOOKED, appointment, by)


def say_confirmed(appointment: Appointment, by: User | None = None) -> None:
    """It waited for approval and is confirmed now."""
    to_customer(events.CONFIRMED, appointment, by)
    to_provider(events.PROVIDER_CONFIRMED, appointment, by)


def say_back(appointment: Appointment, by: User | None = None) -> None:
    """It was cancelled and takes place after all (for the provider, whose calendar let go of it, it
    is a new one), or waits for approval again."""
    waits = appointment.status == Appointment.Status.PENDING
    to_customer(events.BOOKED if waits else events.CONFIRMED, appointment, by)
    to_provider(events.PROVIDER_BOOKED, appointment, by)


def say_moved(
    appointment: Appointment,
    before_start: datetime,
    by: User | None = None,
    *,
    before_provider: Provider | None = None,
) -> None:
    """It has another start or, with `before_provider`, another provider: who had it is told that it
    is gone, who has it now that it is theirs."""
    was = before_provider or appointment.provider
    before: dict[str, Any] = {"before": before_start.isoformat()}
    to_customer(events.MOVED, appointment, by, **before)
    if was.pk == appointment.provider_id:
        to_provider(events.PROVIDER_MOVED, appointment, by, **before)
    else:
        to_provider(events.PROVIDER_CANCELLED, appointment, by, was, **before)
        to_provider(events.PROVIDER_BOOKED, appointment, by)


def say_cancelled(appointment: Appointment, by: User | None = None) -> None:
    """It was cancelled."""
    to_customer(events.CANCELLED, appointment, by)
    to_provider(events.PROVIDER_CANCELLED, appointment, by)


def to_customer(event: Event, appointment: Appointment, by: User | None, **more: Any) -> None:
    if appointment.customer is None or appointment.end <= timezone.now():
        return
    context = context_of(appointment, is_asked=is_the_customer(by), **more)
    queue(event, appointment.customer, context=context, by=by)


def to_provider(
    event: Event,
    appointment: Appointment,
    by: User | None,
    provider: Provider | None = None,
    **more: Any,
) -> None:
    """Not where no channel that is on could reach the provider: many have no address, and the log
    would fill with it."""
    provider = provider or appointment.provider
    is_own = by is not None and by.pk == provider.user_id
    if is_own or appointment.end <= timezone.now() or not can_be_reached(event, provider):
        return
    context = context_of(appointment, provider=provider.pk, **more)
    queue(event, None, context=context, by=by)


def can_be_reached(event: Event, provider: Provider) -> bool:
    reader = as_reader(provider)
    return provider.archived_at is None and any(map(reader.address, workflow_of(event).channels))


def is_the_customer(by: User | None) -> bool:
    """Who does something without a role is the customer, who waits for the answer."""
    return by is None or not by.role
