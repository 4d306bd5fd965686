"""The events that customers and providers are told of, and when a message has lost its reason.

A message keeps ids, the start it is about and who it is for. What it tells is read when it is sent,
so that it is true then: nothing goes out about an appointment that was cancelled, is over, or of
which a newer message has told since.
"""

from collections.abc import Callable, Collection, Mapping
from copy import copy
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments import calendars, facts, links
from appointments.models import Appointment, Provider
from bookkinda.preferences import Preferences
from notifications.channels.base import Attachment
from notifications.events import NotWanted, Reader
from notifications.models import Message
from notifications.shortcodes import customer_values

ERASED, CANCELLED, OVER, CHANGED, TOLD_SINCE = (
    "appointment-gone",
    "appointment-cancelled",
    "appointment-over",
    "appointment-changed",
    "replaced",
)
BY_THEN = timedelta(hours=2)  # before it begins, people have to know what changed
Status = Appointment.Status
Check = Callable[[Appointment, Message], str]


def context_of(appointment: Appointment, **more: Any) -> dict[str, Any]:
    """What a message keeps of the appointment."""
    return {"appointment": appointment.pk, "start": appointment.start.isoformat(), **more}


def appointment_of(message: Message) -> Appointment:
    """What the message is about. Raises NotWanted when it is no more."""
    related = Appointment.objects.select_related("customer", "service", "provider__user")
    found: Appointment | None = related.filter(pk=message.context.get("appointment")).first()
    if found is None:
        raise NotWanted(ERASED)
    return found


def still_to_come(appointment: Appointment, message: Message) -> str:
    """The code of why not, or nothing; so do all checks."""
    if appointment.status in (Status.CANCELLED, Status.NO_SHOW):
        return CANCELLED
    if appointment.status == Status.DONE or appointment.end <= timezone.now():
        return OVER
    return TOLD_SINCE if was_told_since(message) else ""


def confirmed(appointment: Appointment, message: Message) -> str:
    if appointment.status == Status.PENDING:
        return CHANGED
    return still_to_come(appointment, message)


def moved(appointment: Appointment, message: Message) -> str:
    """It may be back where it was."""
    start, before = message.context["start"], message.context["before"]
    if start != before == appointment.start.isoformat():
        return CHANGED
    return still_to_come(appointment, message)


def cancelled(appointment: Appointment, message: Message) -> str:
    """For a provider also when it became somebody else's."""
    is_theirs = message.context.get("provider", appointment.provider_id) == appointment.provider_id
    if appointment.status != Status.CANCELLED and is_theirs:
        return CHANGED
    return OVER if appointment.end <= timezone.now() else ""


def about_to_begin(appointment: Appointment, message: Message) -> str:
    """As it was when the reminder was written."""
    if appointment.status in (Status.CANCELLED, Status.NO_SHOW):
        return CANCELLED
    if appointment.status == Status.DONE or appointment.start <= timezone.now():
        return OVER
    is_the_same = appointment.start.isoformat() == message.context["start"]
    return "" if is_the_same and appointment.status == Status.CONFIRMED else CHANGED


def took_place(appointment: Appointment, message: Message) -> str:
    if appointment.status in (Status.CANCELLED, Status.NO_SHOW):
        return CANCELLED
    is_over = appointment.end <= timezone.now()
    return "" if is_over and appointment.status != Status.PENDING else CHANGED


def was_told_since(message: Message) -> bool:
    """Whether the same reader was told of a later change."""
    kind = message.event.partition("-")[0]
    later = Message.objects.filter(
        customer=message.customer_id,
        event__in=[f"{kind}-{what}" for what in ("moved", "cancelled")],
        pk__gt=message.pk or 0,
        context__appointment=message.context["appointment"],
    )
    provider = message.context.get("provider")
    return (later.filter(context__provider=provider) if provider else later).exists()


def check_theirs(appointment: Appointment, message: Message, check: Check) -> None:
    """For the provider of the message. Raises NotWanted."""
    if check is not cancelled and message.context["provider"] != appointment.provider_id:
        raise NotWanted(CHANGED)
    if code := check(appointment, message):
        raise NotWanted(code)


def values_for_customer(message: Message, check: Check) -> Mapping[str, str]:
    """Raises NotWanted."""
    appointment = appointment_of(message)
    if code := check(appointment, message):
        raise NotWanted(code)
    return told_to_customer(appointment, Preferences.load(), message.context.get("before"))


def told_to_customer(
    appointment: Appointment, business: Preferences, before: str | None
) -> dict[str, str]:
    values = facts.for_customer(appointment, business)
    if before:
        values |= facts.before(before, facts.zone_of(appointment, business), business)
    return values


def values_for_provider(message: Message, check: Check) -> Mapping[str, str]:
    """Raises NotWanted."""
    appointment = appointment_of(message)
    check_theirs(appointment, message, check)
    before = message.context.get("before")
    if before and check is cancelled:
        appointment = as_it_was(appointment, before)
    return told_to_provider(appointment, Preferences.load(), before)


def told_to_provider(
    appointment: Appointment, business: Preferences, before: str | None
) -> dict[str, str]:
    """With the customer, whom the message is not for."""
    values = facts.for_provider(appointment, business) | customer_values(appointment.customer)
    if before:
        values |= facts.before(before, business.zone, business)
    return values


def recalled_by_customer(message: Message) -> Mapping[str, str]:
    """As it was when the message was written. Raises NotWanted when it is no more."""
    appointment = as_it_was(appointment_of(message), message.context.get("start"))
    return told_to_customer(appointment, Preferences.load(), message.context.get("before"))


def recalled_by_provider(message: Message) -> Mapping[str, str]:
    """The same for a provider."""
    appointment = as_it_was(appointment_of(message), message.context.get("start"))
    return told_to_provider(appointment, Preferences.load(), message.context.get("before"))


def as_it_was(appointment: Appointment, start: str | None) -> Appointment:
    """At an earlier time, as messages keep it, for who knew that one."""
    if start is None:
        return appointment
    was = copy(appointment)
    was.start = datetime.fromisoformat(start)
    was.end = was.start + (appointment.end - appointment.start)
    return was


def reminder_label(message: Message) -> str:
    """How long before."""
    hours = message.context.get("hours", 0)
    if not hours:
        return _("Reminder")
    return ngettext("Reminder, %(n)s hour before", "Reminder, %(n)s hours before", hours) % {
        "n": hours
    }


def about(message: Message) -> tuple[str, str]:
    """The appointment's page in the back office."""
    pk = message.context.get("appointment")
    return links.back_office_url(pk) if pk else "", _("See the appointment")


def file_for_customer(message: Message) -> tuple[Attachment, ...]:
    """Raises NotWanted."""
    appointment = appointment_of(message)
    file = calendars.as_event_file(appointment)
    return (calendars.as_attachment(file, is_gone=appointment.status in calendars.GONE),)


def file_for_provider(message: Message) -> tuple[Attachment, ...]:
    """That takes the entry away where it is somebody else's now. Raises NotWanted."""
    appointment = appointment_of(message)
    gone = (
        appointment.status in calendars.GONE
        or appointment.provider_id != message.context["provider"]
    )
    file = calendars.as_event_file(appointment, for_provider=True, is_gone=gone)
    return (calendars.as_attachment(file, is_gone=gone),)


def news_may_wait(message: Message, until: datetime) -> bool:
    """Who did it waits for an answer; others sleep, if they know it in time when they wake up."""
    if message.context.get("is_asked"):
        return False
    return until + BY_THEN <= appointment_of(message).start


def reminder_may_wait(message: Message, until: datetime) -> bool:
    """Never past the appointment."""
    return until < appointment_of(message).start


def providers(messages: Collection[Message]) -> Mapping[int, Reader]:
    """Who reads the messages to providers; nobody where the provider is archived."""
    asked = {message.pk: message.context.get("provider") for message in messages}
    found = Provider.objects.filter(pk__in=set(asked.values()), archived_at=None)
    known = {each.pk: as_reader(each) for each in found.select_related("user")}
    return {pk: known[provider] for pk, provider in asked.items() if provider in known}


def as_reader(provider: Provider) -> Reader:
    """At the address of the provider, or else that of the login."""
    user = provider.user
    login = user.email if user and user.is_active else ""
    return Reader(provider.name, str(_("Provider")), provider.email or login, provider.phone)
