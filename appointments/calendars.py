"""Appointments for calendar programs, in iCalendar (RFC 5545), written by the icalendar library.

An appointment keeps its UID for ever and counts its changes in SEQUENCE, so a later file takes the
place of an earlier one, and that of a cancelled appointment takes the entry away (METHOD:CANCEL).
Files are published and ask for no answer: who wants to cancel follows the link in them. Times are
UTC, which every program shows on its owner's clock, so no time zone has to be described.
"""

from collections.abc import Iterable
from datetime import UTC, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from appointments import links
from appointments.models import Appointment
from bookkinda.preferences import Preferences
from customers.values import show_phone
from notifications.channels.base import Attachment

PRODUCT = "-//Bookkinda//Appointments//EN"
READ_AGAIN = timedelta(hours=1)  # how often a calendar program looks into a feed
GONE = (Appointment.Status.CANCELLED, Appointment.Status.NO_SHOW)
STATUS = {Appointment.Status.PENDING: "TENTATIVE"} | dict.fromkeys(GONE, "CANCELLED")


def as_event_file(
    appointment: Appointment,
    *,
    business: Preferences | None = None,
    for_provider: bool = False,
    link: str | None = None,
    is_gone: bool | None = None,
) -> bytes:
    """The appointment as a file for its customer or, without the link that moves and cancels it,
    for its provider. `is_gone` where it is cancelled for the reader alone."""
    business = business or Preferences.load()
    gone = appointment.status in GONE if is_gone is None else is_gone
    calendar = calendar_of(method_of(is_gone=gone))
    event = event_of(appointment, business, is_gone=gone)
    if for_provider:
        event.add("summary", summary_for_provider(appointment))
        event.add("description", description_for_provider(appointment))
    else:
        link = links.manage_url(appointment) if link is None else link
        event.add("summary", summary_for_customer(appointment, business))
        event.add("description", description_for_customer(appointment, business, link))
        event.add("url", link)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def as_feed(appointments: Iterable[Appointment], business: Preferences) -> bytes:
    """A customer's appointments for a program that reads them again and again. Those that were
    cancelled are left out, which takes them away. The entries hold no link that opens anything:
    calendars are shared."""
    calendar = calendar_of("PUBLISH")
    calendar.add("x-wr-calname", business.business_name)
    calendar.add("name", business.business_name)
    calendar.add("refresh-interval", READ_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for appointment in appointments:
        if appointment.status in GONE:
            continue
        event = event_of(appointment, business, is_gone=False)
        event.add("summary", summary_for_customer(appointment, business))
        event.add("description", description_for_customer(appointment, business, ""))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def as_attachment(file: bytes, *, is_gone: bool) -> Attachment:
    """The file for an e-mail. Its Content-Type has to name the method that stands in it."""
    method = method_of(is_gone=is_gone)
    return Attachment("appointment.ics", file, f"text/calendar; charset=utf-8; method={method}")


def method_of(*, is_gone: bool) -> str:
    return "CANCEL" if is_gone else "PUBLISH"


def calendar_of(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def event_of(appointment: Appointment, business: Preferences, *, is_gone: bool) -> Event:
    """The entry without its words."""
    event = Event()
    event.add("uid", str(appointment.uid))
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", appointment.changed_at.astimezone(UTC))
    event.add("last-modified", appointment.changed_at.astimezone(UTC))
    event.add("dtstart", appointment.start.astimezone(UTC))
    event.add("dtend", appointment.end.astimezone(UTC))
    status = Appointment.Status(appointment.status)
    event.add("status", "CANCELLED" if is_gone else STATUS.get(status, "CONFIRMED"))
    event.add("organizer", organizer(business))
    place = ", ".join(filter(None, map(str.strip, business.address.splitlines())))
    if place:
        event.add("location", place)
    return event


def organizer(business: Preferences) -> vCalAddress:
    """Who the entry comes from: the business, at the address that its mails come from."""
    address = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    address.params["CN"] = vText(business.business_name.replace('"', "'"))
    return address


def summary_for_customer(appointment: Appointment, business: Preferences) -> str:
    return f"{appointment.service.name}, {business.business_name}"


def description_for_customer(appointment: Appointment, business: Preferences, link: str) -> str:
    lines = [_("With %(provider)s") % {"provider": appointment.provider.name}]
    if business.phone:
        lines.append(_("Phone: %(phone)s") % {"phone": business.phone})
    if link:
        lines.append(_("See, move or cancel it: %(link)s") % {"link": link})
    return "\n".join(lines)


def summary_for_provider(appointment: Appointment) -> str:
    return ": ".join(filter(None, [appointment.service.name, str(appointment.customer or "")]))


def description_for_provider(appointment: Appointment) -> str:
    customer = appointment.customer
    phone = show_phone(customer.phone, customer.phone_extension) if customer else ""
    return "\n".join(filter(None, [phone, appointment.note]))
