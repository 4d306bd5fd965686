"""Prices and durations on pages."""

from datetime import datetime
from decimal import Decimal

from django import template
from django.utils import timezone

from appointments import in_words, words
from appointments.models import Appointment, Service
from bookkinda.preferences import Preferences

register = template.Library()
TWO_DAYS = 2


@register.filter
def minutes(number: int) -> str:
    """90 as "1 h 30 min"."""
    return words.duration(number)


@register.filter
def soon(moment: datetime) -> str:
    """Within a sentence: "tomorrow, 10:30", "Thu 19 Nov, 10:30"."""
    there = timezone.localtime(moment)
    day = in_words.day(there.date())
    is_near = (there.date() - timezone.localdate()).days < TWO_DAYS
    return f"{day.lower() if is_near else day}, {in_words.clock(there)}"


@register.filter
def one_line(text: str) -> str:
    """An address of several lines in one."""
    return ", ".join(filter(None, (line.strip(" ,") for line in text.splitlines())))


@register.filter
def price(thing: Service | Appointment, business: Preferences) -> str:
    """What a service or an appointment costs: "£48"; "" where no price is set."""
    amount = thing.price if thing.price is None else Decimal(thing.price)
    return words.money(amount, thing.currency or business.currency)


@register.filter
def clock(number: int) -> str:
    """Minutes since midnight as "09:30"; the end of the day as "00:00"."""
    return words.clock(number)
