"""A hold keeps a time free for ten minutes, while somebody fills in the form.

It is a row like an appointment, so the rule of the database counts it, too. Whoever wants to write
an appointment first removes the holds that have run out.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from appointments.availability import MINUTE, moment_of
from appointments.models import Appointment, Provider, Service
from appointments.models.appointment import AppointmentQuerySet
from appointments.no_double_booking import refusing
from appointments.openings import ONE_DAY, Asked, lengths_of, times
from appointments.refusals import NotOffered, SlotTaken
from bookkinda.preferences import Preferences

__all__ = ["HOLD_MINUTES", "NotOffered", "SlotTaken", "hold", "release", "remove_expired"]

HOLD_MINUTES = 10
Status = Appointment.Status


def hold(
    service: Service, provider: Provider | None, start: datetime, *, release: str = ""
) -> Appointment:
    """Keep this time free for ten minutes; `release` is the token of a hold that the same visitor
    gives up for it. Without a provider it is the free one with the fewest appointments that day.

    Raises NotOffered and SlotTaken, and then the other hold stays.
    """
    now = timezone.now()
    start = start.replace(second=0, microsecond=0)
    with refusing(SlotTaken):
        remove_expired(now)
        able = able_at(service, provider, start, but_for=release, now=now)
        if release:
            give_up(release)
        for each in fewest_first(able, start):
            if held := try_to_hold(service, each, start, now):
                return held
        raise SlotTaken


def release(token: str) -> None:
    """Nobody needs the time any more. What was booked under the token stays."""
    give_up(token)


def give_up(token: str) -> None:
    drop(Appointment.with_holds.filter(token=token, status=Status.HELD).select_for_update())


def remove_expired(now: datetime | None = None) -> int:
    """Remove the holds that have run out, and say how many. What somebody is just about to book is
    left to them."""
    now = now or timezone.now()
    expired = Appointment.with_holds.filter(
        status=Status.HELD, held_until__isnull=False, held_until__lte=now
    )
    return drop(expired.select_for_update(skip_locked=True))


def drop(holds: AppointmentQuerySet) -> int:
    """Delete what these are once they are locked, which is not always what was seen before: a hold
    may have become an appointment. Django deletes by number alone what it saw."""
    with transaction.atomic():
        pks = list(holds.values_list("pk", flat=True))
        Appointment.with_holds.filter(pk__in=pks).delete()
    return len(pks)


def able_at(
    service: Service, provider: Provider | None, start: datetime, *, but_for: str, now: datetime
) -> Sequence[Provider]:
    """Who is free for it then. Raises NotOffered where visitors could not book it even if everybody
    were free, SlotTaken where nobody is."""
    business = Preferences.load()
    day = start.astimezone(business.zone).date()
    asked = Asked(service, provider, day, day, now, but_for=but_for)
    for leave_out_busy in (True, False):
        found = times(asked, business=business, leave_out_busy=leave_out_busy)
        for time in found[day]:
            if time.start == start:
                if not leave_out_busy:
                    raise SlotTaken
                return time.providers
    raise NotOffered


def fewest_first(providers: Sequence[Provider], start: datetime) -> Iterator[Provider]:
    """The providers, whoever has the fewest appointments on that day first."""
    if len(providers) == 1:
        yield from providers
        return
    zone = Preferences.load().zone
    day = start.astimezone(zone).date()
    since, until = moment_of(day, 0, zone), moment_of(day + ONE_DAY, 0, zone)
    that_day = Q(appointments__start__gte=since, appointments__start__lt=until)
    taking = that_day & ~Q(appointments__status__in=(Status.CANCELLED, Status.NO_SHOW))
    found = Provider.objects.filter(pk__in=[each.pk for each in providers])
    counted = found.annotate(that_day=Count("appointments", filter=taking))
    yield from counted.order_by("that_day", "position", "name", "pk")


def try_to_hold(
    service: Service, provider: Provider, start: datetime, now: datetime
) -> Appointment | None:
    """The hold; None where somebody was quicker."""
    lengths = lengths_of(service)
    end = start + lengths.duration * MINUTE
    held = Appointment(
        service=service,
        provider=provider,
        start=start,
        end=end,
        blocked_from=start - lengths.before * MINUTE,
        blocked_until=end + lengths.after * MINUTE,
        status=Status.HELD,
        held_until=now + timedelta(minutes=HOLD_MINUTES),
        source=Appointment.Source.BOOKING,
    )
    try:
        with refusing(SlotTaken):
            held.save(force_insert=True)
    except SlotTaken:
        return None
    return held
