"""Appointments in templates."""

from datetime import datetime

from django import template
from django.utils import timezone

from appointments import in_words, words
from appointments.models import Appointment
from bookkinda.preferences import Preferences

register = template.Library()


@register.filter
def when(appointment: Appointment) -> str:
    """Tomorrow, 10:30–12:00."""
    return in_words.when(appointment.start, appointment.end)


@register.filter
def starts(moment: datetime) -> str:
    """Tomorrow, 10:30."""
    local = timezone.localtime(moment)
    return f"{in_words.day(local.date())}, {in_words.clock(local)}"


@register.filter
def has_begun(appointment: Appointment) -> bool:
    """Whether its time has come: then it can be done or missed."""
    return appointment.start <= timezone.now()


@register.filter
def until(start: datetime, end: datetime) -> str:
    """Tomorrow, 10:30–12:00, of two moments."""
    return in_words.when(start, end)


@register.filter
def length_of(appointment: Appointment) -> str:
    """1 h 30 min."""
    return words.duration(int((appointment.end - appointment.start).total_seconds()) // 60)


@register.filter
def look(appointment: Appointment) -> in_words.Look:
    """Its status as a badge: label, tone, icon."""
    return in_words.look(appointment)


@register.filter
def elsewhere(appointment: Appointment, zone: str = "") -> str:
    """When it begins on the visitor's own clock; "" where that is the business's."""
    return in_words.elsewhere(appointment.start, appointment.time_zone or zone)


@register.simple_tag
def clock_of(business: Preferences) -> str:
    """Whose clock the times are on: "London (GMT)"."""
    return words.place(business.zone, timezone.now())
