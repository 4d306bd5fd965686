"""Follow-ups: hours after an appointment that took place, once, to its customer and provider."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from appointments import events
from appointments.messages import context_of
from appointments.models import Appointment
from appointments.reminders import is_on
from appointments.said import can_be_reached
from bookkinda.jobs import Job
from bookkinda.preferences import Preferences
from notifications.events import Event
from notifications.models import Message
from notifications.outbox import queue

BATCH = 200
CAUGHT_UP = timedelta(days=1)  # a worker that slept longer says no thanks any more
TOOK_PLACE = (Appointment.Status.CONFIRMED, Appointment.Status.DONE)


def follow_up(pause: Callable[[], object]) -> int:
    """Queue the follow-ups that are due now and were not yet; says how many."""
    wanted = [event for event in (events.FOLLOW_UP, events.PROVIDER_FOLLOW_UP) if is_on(event)]
    if not wanted:
        return 0
    found, count = due_now(timezone.now()), 0
    for start in range(0, len(found), BATCH):
        for event in wanted:
            count += queue_batch(event, found[start : start + BATCH])
        pause()
    return count


def due_now(now: datetime) -> list[int]:
    """The appointments that ended so many hours ago."""
    due = now - timedelta(hours=Preferences.load().follow_up_hours)
    ended = Appointment.objects.filter(
        status__in=TOOK_PLACE,
        end__gt=due - CAUGHT_UP,
        end__lte=due,
        start__gt=due - CAUGHT_UP - timedelta(days=1),  # by the index
        start__lte=due,
        customer__archived_at=None,
        customer__isnull=False,
    )
    return list(ended.order_by("start", "pk").values_list("pk", flat=True))


def queue_batch(event: Event, pks: list[int]) -> int:
    """Queue those of the event that are new; says how many."""
    related = Appointment.objects.select_related("customer", "provider__user")
    appointments = {key_of(event, each): each for each in related.filter(pk__in=pks)}
    known = set(Message.objects.filter(key__in=appointments).values_list("key", flat=True))
    new = [key for key in appointments if key not in known]
    return sum(queue_one(event, appointments[key], key) for key in new)


def queue_one(event: Event, appointment: Appointment, key: str) -> bool:
    provider = appointment.provider
    if event.readers and not can_be_reached(event, provider):
        return False
    more = {"provider": provider.pk} if event.readers else {}
    with transaction.atomic():
        said = queue(
            event,
            None if event.readers else appointment.customer,
            context=context_of(appointment, **more),
            key=key,
            priority=Job.Priority.BULK,
        )
    return said is not None


def key_of(event: Event, appointment: Appointment) -> str:
    return f"{event.code}:{appointment.pk}"
