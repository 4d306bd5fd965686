"""What is booked at the sample business around the day of making: past, today's and to come.

All of it is dated before the sample was made, which nothing else in the database can be: that is
how it is found again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from accounts.models import User
from appointments.models import Appointment, AppointmentChange, Suggestion
from appointments.recording import BOOKED, to_json
from appointments.visits import refresh
from bookkinda.sample.diary import Diary
from bookkinda.sample.studio import Studio
from customers.models import ChangeSet, Customer
from customers.querysets import CustomerQuerySet
from notifications.events import team_events
from notifications.models import Delivery, Message

Status, Source = Appointment.Status, Appointment.Source
CHUNK = 500
TOLD = timedelta(days=60)  # what became of older ones was not written down here yet
Act = tuple[ChangeSet, AppointmentChange]


def write_appointments(
    studio: Studio, customers: Sequence[Customer], owner: User, now: datetime, zone: ZoneInfo
) -> None:
    """Book as people would have, in the transaction that makes the sample."""
    booked = list(Diary(studio, customers, now, zone).appointments())
    acts = history_of(booked, owner, now)
    Appointment.objects.bulk_create(booked)
    ChangeSet.objects.bulk_create([change_set for change_set, _change in acts])
    AppointmentChange.objects.bulk_create([change for _change_set, change in acts])
    write_suggestions(booked, now)
    refresh({each.customer_id for each in booked if each.customer_id}, now)


KINDS = {
    Status.CANCELLED: (ChangeSet.Kind.CANCEL, AppointmentChange.Action.CANCELLED),
    Status.NO_SHOW: (ChangeSet.Kind.VISIT, AppointmentChange.Action.EDITED),
    Status.DONE: (ChangeSet.Kind.VISIT, AppointmentChange.Action.EDITED),
}


def history_of(booked: Sequence[Appointment], owner: User, now: datetime) -> list[Act]:
    """Who booked each, and what became of the later ones since, in the one history: the oldest
    first."""
    acts: list[Act] = []
    for each in booked:
        acts.append(booking_of(each, owner))
        if each.status in KINDS and each.end > now - TOLD:
            acts.append(outcome_of(each, owner, now))
    return sorted(acts, key=lambda act: act[0].at)


def act_of(kind: ChangeSet.Kind, by: User | None, source: str, at: datetime) -> ChangeSet:
    return ChangeSet(kind=kind, source=source, by=by, by_name=str(by) if by else "", at=at, size=1)


def booking_of(each: Appointment, owner: User) -> Act:
    by = owner if each.source == Source.BACK_OFFICE else None
    if each.source == Source.PANEL and each.customer:
        by = each.customer.user
    status = Status.PENDING if each.service.needs_approval else Status.CONFIRMED
    values = {name: getattr(each, name) for name in BOOKED} | {"status": status.value}
    change_set = act_of(ChangeSet.Kind.BOOK, by, each.source, each.created_at)
    return change_set, AppointmentChange(
        change_set=change_set,
        appointment=each,
        action=AppointmentChange.Action.BOOKED,
        before={name.removesuffix("_id"): None for name in BOOKED},
        after={name.removesuffix("_id"): to_json(value) for name, value in values.items()},
        version=1,
    )


def outcome_of(each: Appointment, owner: User, now: datetime) -> Act:
    """That it was cancelled some time before, or what staff noted down after it."""
    kind, action = KINDS[Status(each.status)]
    at = min(each.end + timedelta(minutes=5), now - timedelta(minutes=1))
    source: str = Source.BACK_OFFICE
    if each.status == Status.CANCELLED:
        at = min(each.created_at + (each.start - each.created_at) / 2, now - timedelta(minutes=1))
        source = each.source
    by = each.customer.user if source == Source.PANEL and each.customer else owner
    change_set = act_of(kind, None if source == Source.BOOKING else by, source, at)
    each.changed_at, each.version = at, 2
    return change_set, AppointmentChange(
        change_set=change_set,
        appointment=each,
        action=action,
        before={"status": Status.CONFIRMED.value},
        after={"status": str(each.status)},
        version=2,
    )


def write_suggestions(booked: Sequence[Appointment], now: datetime) -> None:
    """What returning visitors wrote that differs from what is known of them: three wait."""
    chosen = [
        each
        for each in booked
        if each.source == Source.BOOKING and each.start > now and each.customer
    ][:3]
    values: list[dict[str, Any]] = [
        {"phone": "+442079460777"}, {"last_name": "Hartley"}, {"phone": "+441614960888"},
    ]  # fmt: skip
    Suggestion.objects.bulk_create(
        Suggestion(
            customer=each.customer, appointment=each, values=said, created_at=each.created_at
        )
        for each, said in zip(chosen, values, strict=False)
    )


def remove_appointments(customers: CustomerQuerySet, since: datetime | None) -> set[int]:
    """Take away what was booked for these customers, and all that is older than the sample, with
    what its providers were told.

    Returns the change sets that told of it: who removes the sample looks which of them are empty.
    """
    gone = Q(customer__in=customers)
    if since:
        gone |= Q(created_at__lt=since)
    found = list(Appointment.with_holds.filter(gone).values_list("pk", flat=True))
    change_sets: set[int] = set()
    for first in range(0, len(found), CHUNK):
        ids = found[first : first + CHUNK]
        changes = AppointmentChange.objects.filter(appointment__in=ids)
        change_sets.update(changes.values_list("change_set", flat=True))
        told = Message.objects.filter(event__in=team_events(), context__appointment__in=ids)
        Delivery.objects.filter(message__in=list(told.values_list("pk", flat=True))).delete()
        told.delete()
        Appointment.with_holds.filter(pk__in=ids).delete()
    return change_sets
