"""The weekly hours of the business and of each provider: read, saved, and whom a change hits.

Times are minutes since midnight. Hours never move what is booked: whoever changes them is told of
appointments to come that would lie outside, and says that this is meant.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.db import transaction

from appointments.availability import Interval, merged
from appointments.models import Appointment, Provider, WorkingHours
from appointments.openings import hours_of
from bookkinda.preferences import Preferences

MOST_LOOKED_AT = 2_000  # appointments to come, the next ones


class Stretch(NamedTuple):
    """A stretch of a day of every week; 0 is Monday."""

    weekday: int
    start: int
    end: int


# What a new business is offered: Monday to Friday, nine to five.
USUAL = tuple(Stretch(day, 9 * 60, 17 * 60) for day in range(5))


class LeavesOutsideError(Exception):
    """Appointments to come would lie outside the new hours, and nobody said that this is meant."""

    def __init__(self, appointments: list[Appointment]) -> None:
        super().__init__(len(appointments))
        self.appointments = appointments


def week_of(provider: Provider | None) -> list[Stretch]:
    """The hours written down for the provider, or for the business; a blank week has none."""
    rows = WorkingHours.objects.filter(provider=provider)
    return [Stretch(*row) for row in rows.values_list("weekday", "start", "end")]


def has_hours() -> bool:
    """Whether anybody who provides services works at any time."""
    business = WorkingHours.objects.filter(provider=None)
    own = WorkingHours.objects.filter(provider__has_own_hours=True, provider__archived_at=None)
    return business.exists() or own.exists()


def save_week(provider: Provider | None, week: Iterable[Stretch]) -> None:
    """Write the hours of the business, or own hours of a provider, in place of those before."""
    with transaction.atomic():
        WorkingHours.objects.filter(provider=provider).delete()
        WorkingHours.objects.bulk_create(
            WorkingHours(provider=provider, **stretch._asdict()) for stretch in week
        )
        if provider and not provider.has_own_hours:
            provider.has_own_hours = True
            provider.save(update_fields=["has_own_hours"])


def use_business_hours(provider: Provider) -> None:
    """Let the provider work when the business is open; their own hours wait for another time."""
    provider.has_own_hours = False
    provider.save(update_fields=["has_own_hours"])


def open_usual_hours() -> bool:
    """Give a business without any hours the usual ones; whether it had none."""
    with transaction.atomic():
        if WorkingHours.objects.filter(provider=None).exists():
            return False
        save_week(None, USUAL)
    return True


def change(act: Callable[[], None], *, meant: int | None = None) -> None:
    """Do something to hours or days off. `meant` is how many appointments may then lie outside.

    Raises LeavesOutsideError, and nothing is changed, when other than so many would.
    """
    with transaction.atomic():
        before = {each.pk for each in outside()}
        act()
        now_outside = [each for each in outside() if each.pk not in before]
        if now_outside and len(now_outside) != meant:
            raise LeavesOutsideError(now_outside)


def outside() -> list[Appointment]:
    """Appointments to come that lie outside the hours of their provider, as far as we look."""
    coming = Appointment.objects.coming().select_related("provider", "service", "customer")
    appointments = list(coming[:MOST_LOOKED_AT])
    business = Preferences.load()
    moments = {moment for each in appointments for moment in (each.start, each.end)}
    days = sorted({moment.astimezone(business.zone).date() for moment in moments})
    if not days:
        return []
    providers = list({each.provider_id: each.provider for each in appointments}.values())
    found = hours_of(providers, days, business)
    hours = {provider: merged(intervals) for provider, intervals in found.items()}
    return [each for each in appointments if not is_inside(each, hours[each.provider_id])]


def is_inside(appointment: Appointment, hours: Iterable[Interval]) -> bool:
    """Whether it begins and ends in the same stretch."""
    return any(opens <= appointment.start <= appointment.end <= closes for opens, closes in hours)
