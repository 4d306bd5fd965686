"""What messages tell of an appointment: its shortcodes and their values, in the active language.

Customers read days and times on the clock that they booked by, and the business's where it shows
another time; providers read the business's.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.humanize.templatetags.humanize import naturalday
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from appointments import links, notice, words
from appointments.models import Appointment
from bookkinda.preferences import Preferences
from notifications.events import Shortcode

OF_ALL = (
    Shortcode("appointment_service", gettext_lazy("The service"), "Cut and finish"),
    Shortcode("appointment_provider", gettext_lazy("Who provides it"), "Sofia Lindberg"),
    Shortcode("appointment_date", gettext_lazy("The day"), "Friday 27 November 2026"),
    Shortcode(
        "appointment_day",
        gettext_lazy("The day in short: today, tomorrow, or Fri 27 Nov"),
        "tomorrow",
    ),
    Shortcode("appointment_time", gettext_lazy("When it begins"), "10:30"),
    Shortcode("appointment_when", gettext_lazy("Day and time in short"), "Fri 27 Nov, 10:30"),
    Shortcode("appointment_duration", gettext_lazy("How long it takes"), "45 min"),
    Shortcode("appointment_price", gettext_lazy("Its price, where there is one"), "£48"),
    Shortcode("appointment_status", gettext_lazy("Pending or Confirmed"), "Confirmed"),
    Shortcode("appointment_note", gettext_lazy("What the customer wrote when booking"), ""),
)
OF_CUSTOMERS = (
    *OF_ALL,
    Shortcode(
        "appointment_business_time",
        gettext_lazy("Day and time at your business, for customers whose clock shows another time"),
        "",
    ),
    Shortcode(
        "appointment_pending",
        gettext_lazy("A sentence while it waits for your approval, else nothing"),
        "",
    ),
    Shortcode(
        "appointment_rules",
        gettext_lazy("Until when customers may cancel and move it, in a sentence"),
        "You can cancel or reschedule up to 24 hours before it begins.",
    ),
    Shortcode(
        "appointment_manage_url",
        gettext_lazy("Where this appointment is seen, moved and cancelled, without a login"),
        "https://example.com/book/manage/sample/",
        opens=True,
        button=gettext_lazy("See, move or cancel it"),
    ),
    Shortcode(
        "booking_url",
        gettext_lazy("The booking page, while it is on"),
        "https://example.com/book/",
        button=gettext_lazy("Book an appointment"),
    ),
)
OF_PROVIDERS = (
    *OF_ALL,
    Shortcode(
        "appointment_url",
        gettext_lazy("The appointment in the back office, for providers who sign in"),
        "https://example.com/backoffice/appointments/1/",
        button=gettext_lazy("Open the appointment"),
    ),
)
BEFORE = Shortcode("appointment_before", gettext_lazy("When it was before"), "Thu 26 Nov, 09:00")


def for_customer(appointment: Appointment, business: Preferences) -> dict[str, str]:
    """The values of OF_CUSTOMERS."""
    zone = zone_of(appointment, business)
    is_pending = appointment.status == Appointment.Status.PENDING
    there = is_elsewhere(appointment.start, zone, business)
    return of_all(appointment, zone, business) | {
        "appointment_business_time": told(appointment.start, business.zone) if there else "",
        "appointment_pending": _("We will tell you when it is confirmed.") if is_pending else "",
        "appointment_rules": notice.before_booking(appointment.service, business),
        "appointment_manage_url": links.manage_url(appointment),
        "booking_url": links.booking_url() if business.booking_enabled else "",
    }


def for_provider(appointment: Appointment, business: Preferences) -> dict[str, str]:
    """The values of OF_PROVIDERS."""
    user = appointment.provider.user
    signs_in = user is not None and user.is_active
    return of_all(appointment, business.zone, business) | {
        "appointment_url": links.back_office_url(appointment.pk) if signs_in else "",
    }


def of_all(appointment: Appointment, zone: ZoneInfo, business: Preferences) -> dict[str, str]:
    start = appointment.start.astimezone(zone)
    clock = date_format(start, "H:i")
    if is_elsewhere(appointment.start, zone, business):
        clock = f"{clock}, {words.place(zone, start)}"
    minutes = int((appointment.end - appointment.start).total_seconds()) // 60
    currency = appointment.currency or business.currency
    return {
        "appointment_service": appointment.service.name,
        "appointment_provider": appointment.provider.name,
        "appointment_date": long_day(start),
        "appointment_day": str(naturalday(start, "D j M")),
        "appointment_time": clock,
        "appointment_when": moment(appointment.start, zone, business),
        "appointment_duration": words.duration(minutes),
        "appointment_price": words.money(appointment.price, currency),
        "appointment_status": str(appointment.get_status_display()),
        "appointment_note": appointment.note,
    }


def before(start: str, zone: ZoneInfo, business: Preferences) -> dict[str, str]:
    """The value of BEFORE; `start` as a message keeps it."""
    return {"appointment_before": moment(datetime.fromisoformat(start), zone, business)}


def moment(at: datetime, zone: ZoneInfo, business: Preferences) -> str:
    """In short, with whose clock it is where that is not the business's."""
    return told(at, zone) if is_elsewhere(at, zone, business) else words.moment(at, zone)


def told(at: datetime, zone: ZoneInfo) -> str:
    return f"{words.moment(at, zone)}, {words.place(zone, at)}"


def is_elsewhere(at: datetime, zone: ZoneInfo, business: Preferences) -> bool:
    """Whether the clock there shows another time than the business's."""
    return at.astimezone(zone).utcoffset() != at.astimezone(business.zone).utcoffset()


def long_day(local: datetime) -> str:
    """Friday 27 November 2026, and as each language writes it."""
    if (get_language() or "en").startswith("en"):
        return date_format(local, "l j F Y")
    return f"{date_format(local, 'l')}, {date_format(local, 'DATE_FORMAT')}"


def zone_of(appointment: Appointment, business: Preferences) -> ZoneInfo:
    """The clock that the customer booked by, else the customer's own, else the business's."""
    customer = appointment.customer
    for name in (appointment.time_zone, customer.time_zone if customer else ""):
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):  # blank, or a name that this machine does not know
            continue
    return business.zone
