"""Prices, durations and moments in words, the same on pages and in messages."""

from datetime import datetime, time, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, number_format, time_format
from django.utils.translation import gettext as _

# What people write before the number; other currencies show their ISO code.
SIGNS = {
    "AUD": "A$", "BRL": "R$", "CAD": "CA$", "EUR": "€", "GBP": "£", "ILS": "₪", "INR": "₹",
    "JPY": "¥", "KRW": "₩", "NZD": "NZ$", "PHP": "₱", "TRY": "₺", "UAH": "₴", "USD": "$",
}  # fmt: skip


def money(amount: Decimal | None, currency: str) -> str:
    """The amount with its currency: "£48", "CHF 19.50"; "Free" for nothing, "" for None."""
    if amount is None:
        return ""
    if not amount:
        return _("Free")
    places = 0 if amount == amount.to_integral_value() else 2
    number = number_format(amount, decimal_pos=places, force_grouping=True)
    sign = SIGNS.get(currency)
    return f"{sign}{number}" if sign else f"{currency}\N{NO-BREAK SPACE}{number}".strip()


def duration(minutes: int) -> str:
    """The minutes as people say them: "45 min", "2 h", "1 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(_("%(hours)s h") % {"hours": hours})
    if rest or not hours:
        parts.append(_("%(minutes)s min") % {"minutes": rest})
    return " ".join(parts)


def clock(minutes: int) -> str:
    """Minutes since midnight as a clock shows them; the end of the day is "00:00"."""
    return time_format(time(minutes // 60 % 24, minutes % 60), "H:i")


def day(moment: datetime, zone: tzinfo) -> str:
    """The day there, with its weekday: "Thu 19 Nov 2026"."""
    return date_format(moment.astimezone(zone), "D j M Y")


def moment(at: datetime, zone: tzinfo) -> str:
    """Day and time there: "Thu 19 Nov, 10:30"."""
    return date_format(at.astimezone(zone), "D j M, H:i")


def span(start: datetime, end: datetime, zone: tzinfo) -> str:
    """From when to when there: "10:30–12:00", with the day where it ends on another one."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    there = "H:i" if first.date() == last.date() else "D j M, H:i"
    return f"{date_format(first, 'H:i')}–{date_format(last, there)}"


def place(zone: ZoneInfo, at: datetime) -> str:
    """Whose clock it is: "London (GMT)". Zones without a short name say how far they are off."""
    city = zone.key.rpartition("/")[2].replace("_", " ")
    name = at.astimezone(zone).tzname() or ""
    if name[:1] in "+-":
        name = f"UTC{name}"
    return city if name == city else f"{city} ({name})"
