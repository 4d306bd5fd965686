"""What the log says of a delivery, in words: to whom, where to, how it stands, and why."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from customers.models import Customer
from customers.values import show_phone
from notifications.channel_setup import ICONS
from notifications.channels.codes import sentence
from notifications.events import NotWanted, Reader, all_events
from notifications.models import ChannelCode, Delivery, Message
from notifications.reaching import address_of

State = Delivery.State
Readers = Callable[[Collection[Message]], Mapping[int, Reader]]

LOOKS = {  # icon and tone
    State.QUEUED: ("hourglass", "amber"),
    State.SENT: ("check", "blue"),
    State.DELIVERED: ("check-check", "green"),
    State.OPENED: ("mail-open", "green"),
    State.BOUNCED: ("mail-x", "red"),
    State.FAILED: ("circle-x", "red"),
    State.SKIPPED: ("ban", "gray"),
}


@dataclass(frozen=True)
class Way:
    """By which channel a message went, and how it stands there."""

    channel: str
    icon: str
    state: str
    state_icon: str
    tone: str
    why: str


@dataclass(frozen=True)
class Said:
    """A message as the timeline of its customer shows it."""

    message: Message
    icon: str
    tone: str
    text: str
    ways: list[Way]


def said(message: Message) -> Said:
    """Its deliveries are at hand: the timeline fetches them for the page."""
    ways = [way(each) for each in sorted(message.deliveries.all(), key=lambda each: each.position)]
    tones = [each.tone for each in ways]
    tone = next((tone for tone in ("green", "blue", "amber", "red") if tone in tones), "gray")
    return Said(message, icon_of_event(message.event), tone, name_of(message), ways)


def way(delivery: Delivery) -> Way:
    channel, (icon, tone) = ChannelCode(delivery.channel), LOOKS[State(delivery.state)]
    return Way(
        channel=str(channel.label),
        icon=ICONS[channel],
        state=str(delivery.get_state_display()),
        state_icon=icon,
        tone=tone,
        why=why(delivery),
    )


def name_of(message: Message) -> str:
    """What this message is called: "Reminder, 24 hours before"."""
    event = all_events().get(message.event)
    return event.label(message) if event and event.label else name_of_event(message.event)


def page_of(message: Message) -> tuple[str, str] | None:
    """The address of what it is about, and the words of a link to it."""
    event = all_events().get(message.event)
    return event.about(message) if event and event.about else None


def name_of_event(code: str) -> str:
    """The event as staff know it; one that only another version knows, by its code."""
    event = all_events().get(code)
    return str(event.name) if event else code


def icon_of_event(code: str) -> str:
    event = all_events().get(code)
    return event.icon if event else "bell"


def readers_of(messages: Collection[Message]) -> dict[int, Reader]:
    """Who reads those of the messages that are for who works here, by their ids. One question for
    each kind of reader, however many messages there are."""
    by_kind: dict[object, tuple[Readers, list[Message]]] = {}
    for message in messages:
        event = all_events().get(message.event)
        if event and event.readers:
            by_kind.setdefault(event.readers, (event.readers, []))[1].append(message)
    found: dict[int, Reader] = {}
    for readers, asked in by_kind.values():
        found |= readers(asked)
    return found


def person_of(message: Message, reader: Reader | None = None) -> Customer | User | Reader | None:
    """To whom it is said: a customer, who works for them, or staff about their own login."""
    return message.customer or reader or message.user


def kind_of(person: object) -> str:
    """Who that is, in a word; "" for customers."""
    if isinstance(person, Reader):
        return person.kind
    return _("Staff") if isinstance(person, User) else ""


def address_shown(delivery: Delivery, reader: Reader | None = None) -> str:
    """Where it went or, before it goes, where it would go today; phones as people write them."""
    to = delivery.to or address_today(delivery, reader)
    return show_phone(to) if to.startswith("+") else to


def address_today(delivery: Delivery, reader: Reader | None) -> str:
    """Nothing for what has lost its reason, or what only another version could read."""
    if reader:
        return reader.address(delivery.channel)
    event = all_events().get(delivery.event)
    try:
        return address_of(delivery.message, event, delivery.channel) if event else ""
    except (NotWanted, LookupError):
        return ""


def why(delivery: Delivery) -> str:
    """What is wrong and what comes next, in a line or two; nothing when all is well."""
    parts = [sentence(delivery.code)] if delivery.code else []
    if delivery.state == State.QUEUED and delivery.next_try_at:
        if delivery.next_try_at > timezone.now():
            parts.append(_("Tries again %(when)s.") % {"when": moment(delivery.next_try_at)})
    elif delivery.state in (State.FAILED, State.BOUNCED) and delivery.attempts > 1:
        tries = ngettext("Tried %(times)s time.", "Tried %(times)s times.", delivery.attempts)
        parts.append(tries % {"times": delivery.attempts})
    return " ".join(parts)


def moment(at: datetime) -> str:
    """Near days by name: Today 14:02, Yesterday 18:41, 16 Nov 20:14, and the year where it is
    another one. On the clock of the business."""
    local, today = timezone.localtime(at), timezone.localdate()
    clock = date_format(local, "H:i")
    day = local.date()
    if day == today:
        return _("today %(clock)s") % {"clock": clock}
    if day == today - timedelta(days=1):
        return _("yesterday %(clock)s") % {"clock": clock}
    if day == today + timedelta(days=1):
        return _("tomorrow %(clock)s") % {"clock": clock}
    return f"{date_format(local, 'j M' if day.year == today.year else 'j M Y')} {clock}"
