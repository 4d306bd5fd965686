"""Prices and durations on pages."""

from decimal import Decimal

from django import template

from appointments import words
from appointments.models import Appointment, Service
from bookkinda.preferences import Preferences

register = template.Library()


@register.filter
def minutes(number: int) -> str:
    """90 as "1 h 30 min"."""
    return words.duration(number)


@register.filter
def price(thing: Service | Appointment, business: Preferences) -> str:
    """What a service or an appointment costs: "£48"; "" where no price is set."""
    amount = thing.price if thing.price is None else Decimal(thing.price)
    return words.money(amount, thing.currency or business.currency)
