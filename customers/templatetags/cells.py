"""Cells of an imported file as people read them: they come as an export writes them."""

from datetime import date

from django import template
from django.utils.formats import date_format

from customers.values import show_phone

register = template.Library()


@register.filter
def phone(text: str | None) -> str:
    """+447700900123 ext. 7 -> +44 7700 900123 ext. 7"""
    number, _, extension = (text or "").partition(" ext. ")
    return show_phone(number, extension)


@register.filter
def day(text: str | None) -> str:
    """1990-12-31 -> 31 Dec 1990"""
    return date_format(date.fromisoformat(text), "j M Y") if text else ""


@register.filter
def as_read(text: str | None, field: str) -> str:
    """The cell of this field: phones and days as people write them, the rest as it is."""
    show = {"phone": phone, "date_of_birth": day}.get(field)
    return show(text) if show else text or ""
