"""Appointments as their customers are told of them: when, and how they stand.

Moments are told on the clock that is in force (bookkinda/middleware.py: the business's).
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from appointments.models import Appointment
from bookkinda.preferences import Preferences

NEAR = timedelta(days=180)  # a day that far away needs its year


class Look(NamedTuple):
    """A status as a badge."""

    label: str
    tone: str
    icon: str


LOOKS = {
    Appointment.Status.PENDING: ("amber", "hourglass"),
    Appointment.Status.CONFIRMED: ("green", "check"),
    Appointment.Status.CANCELLED: ("gray", "calendar-x"),
    Appointment.Status.DONE: ("gray", "check-check"),
    Appointment.Status.NO_SHOW: ("red", "user-x"),
}


def look(appointment: Appointment) -> Look:
    tone, icon = LOOKS[Appointment.Status(appointment.status)]
    return Look(str(appointment.get_status_display()), tone, icon)


def when(start: datetime, end: datetime) -> str:
    """Tomorrow, 10:30–12:00."""
    first, last = timezone.localtime(start), timezone.localtime(end)
    if first.date() == last.date():
        return f"{day(first.date())}, {clock(first)}–{clock(last)}"
    return f"{day(first.date())}, {clock(first)} – {day(last.date())}, {clock(last)}"


def day(wanted: date) -> str:
    """Today, tomorrow, Thu 19 Nov, or 4 Nov 2028."""
    away = wanted - timezone.localdate()
    if not away:
        return capfirst(_("today"))
    if away == timedelta(days=1):
        return capfirst(_("tomorrow"))
    return date_format(wanted, "D j M" if abs(away) < NEAR else "j M Y")


def clock(moment: datetime) -> str:
    """10:30, on the clock that the moment brings."""
    return date_format(moment, "H:i")


def elsewhere(start: datetime, name: str) -> str:
    """The moment on another clock, "Fri 20 Nov, 04:30 (Tokyo)"; "" where it shows the same."""
    try:
        there = start.astimezone(ZoneInfo(name))
    except (KeyError, ValueError, OSError):  # blank, or a name that this machine does not know
        return ""
    if there.utcoffset() == timezone.localtime(start).utcoffset():
        return ""
    city = name.rpartition("/")[2].replace("_", " ")
    return f"{date_format(there, 'D j M')}, {clock(there)} ({city})"


def again(appointment: Appointment, business: Preferences) -> str:
    """The address at which the same is booked once more, with whom it was while they are on the
    booking page; "" where nobody can book it."""
    service, provider = appointment.service, appointment.provider
    if not business.booking_enabled or not service.is_online or service.archived_at:
        return ""
    is_there = provider.is_online and not provider.archived_at
    return reverse("booking:times", args=[service.pk, provider.pk if is_there else "anyone"])
