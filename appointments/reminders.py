"""Reminders: as many hours before an appointment as the owner set, to its customer and provider.

A look each minute finds what is due, so a worker that slept catches up, and a change of the hours
counts at once. Each start of an appointment has one reminder for each of the hours, by the
message's key. Of several that are due only the last one is said. One that would fall into the quiet
hours is said when they are over or, where that is too late, before they begin.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from appointments import events
from appointments.messages import context_of
from appointments.models import Appointment, AppointmentChange
from appointments.said import can_be_reached
from bookkinda.preferences import Preferences
from customers.models import Customer
from notifications.events import Event
from notifications.models import Message
from notifications.outbox import queue, workflow_of
from notifications.quiet_hours import quiet_since, quiet_until

BATCH = 200
QUIET = timedelta(hours=24)  # quiet hours are shorter than that
IN_TIME = timedelta(minutes=30)  # what is said later before an appointment helps nobody
A_MOMENT = timedelta(minutes=5)  # for the message to go before the quiet hours begin


class Found(NamedTuple):
    """An appointment that begins soon, and the reminder that is due: since when it is."""

    pk: int
    start: datetime
    hours: int
    since: datetime


class Due:
    """When reminders are due: the hours before, away from the customer's quiet hours."""

    def __init__(self, business: Preferences) -> None:
        self.business = business
        self.hours = sorted({hours for hours in business.reminder_hours if hours > 0})
        self.living_in = cache(lambda zone: Customer(time_zone=zone))

    def hours_before(self, start: datetime, zone: str, now: datetime) -> tuple[int, datetime]:
        """The last one of those that are due, and since when; (0, now) where none is."""
        for hours in self.hours:
            due = self.moment(start, hours, zone)
            if due <= now:
                return hours, due
        return 0, now

    def moment(self, start: datetime, hours: int, zone: str) -> datetime:
        due = start - timedelta(hours=hours)
        person = self.living_in(zone)
        until = quiet_until(self.business, person, due)
        if until is None:
            return due
        if until + IN_TIME <= start:
            return until
        return quiet_since(self.business, person, due) - A_MOMENT


def remind(pause: Callable[[], object]) -> int:
    """Queue the reminders that are due now and were not yet; says how many."""
    due = Due(Preferences.load())
    wanted = [event for event in (events.REMINDER, events.PROVIDER_REMINDER) if is_on(event)]
    if not wanted or not due.hours:
        return 0
    count, found = 0, list(due_now(due, timezone.now()))
    for first in range(0, len(found), BATCH):
        for event in wanted:
            count += queue_batch(event, found[first : first + BATCH])
        pause()
    return count


def is_on(event: Event) -> bool:
    return bool(workflow_of(event).channels)


def due_now(due: Due, now: datetime) -> Iterator[Found]:
    """The appointments to be reminded of by now, whether or not they were."""
    latest = now + timedelta(hours=due.hours[-1]) + QUIET
    coming = Appointment.objects.filter(
        status=Appointment.Status.CONFIRMED,
        start__gt=now,
        start__lte=latest,
        customer__archived_at=None,
        customer__isnull=False,
    )
    rows = coming.order_by("start", "pk").values_list(
        "pk", "start", "created_at", "customer__time_zone"
    )
    for pk, start, created_at, zone in rows.iterator():
        hours, since = due.hours_before(start, zone, now)
        if hours and created_at <= since:
            yield Found(pk, start, hours, since)


def queue_batch(event: Event, batch: Sequence[Found]) -> int:
    """Queue those of the event that are new; says how many."""
    by_key = {key_of(event, each): each for each in batch}
    known = set(Message.objects.filter(key__in=by_key).values_list("key", flat=True))
    new = {each.pk: (key, each) for key, each in by_key.items() if key not in known}
    if not new:
        return 0
    fixed, count = fixed_since(new), 0
    related = Appointment.objects.select_related("customer", "provider__user")
    for appointment in related.filter(pk__in=new).order_by("start", "pk"):
        key, found = new[appointment.pk]
        if fixed.get(appointment.pk, found.since) <= found.since:
            count += queue_one(event, appointment, key, found.hours)
    return count


def queue_one(event: Event, appointment: Appointment, key: str, hours: int) -> bool:
    """To the customer or, where the event is for providers who can be reached, to the provider."""
    with transaction.atomic():
        if not event.readers:
            context = context_of(appointment, hours=hours)
            return queue(event, appointment.customer, context=context, key=key) is not None
        if not can_be_reached(event, appointment.provider):
            return False
        context = context_of(appointment, hours=hours, provider=appointment.provider_id)
        return queue(event, None, context=context, key=key) is not None


def fixed_since(appointments: Collection[int]) -> dict[int, datetime]:
    """Since when those of the appointments that were moved or approved are as they are. Who was
    told of that later than a reminder was due needs none."""
    changes = AppointmentChange.objects.filter(appointment__in=appointments).exclude(
        action=AppointmentChange.Action.BOOKED
    )
    rows = changes.order_by("pk").values_list("appointment", "after", "change_set__at")
    return {pk: at for pk, after, at in rows if "start" in after or "status" in after}


def key_of(event: Event, found: Found) -> str:
    return f"{event.code}:{found.pk}:{found.start:%Y%m%d%H%M}:{found.hours}"
