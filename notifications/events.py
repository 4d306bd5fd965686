"""The register of events: what customers are told about, and the shortcodes that each one offers.

This app declares the events of the login; an app above it declares its own from `AppConfig.ready`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

from notifications.channels.base import Attachment, Outgoing
from notifications.models import ChannelCode, Delivery, Message

Text = str | Promise


class Secret(Protocol):
    """What only the worker knows, from the moment it sends until that message is gone.

    What costs time (a hash) is done when it is made, not in `keep`, which holds locks.
    """

    @property
    def values(self) -> Mapping[str, str]:
        """Shortcode to value; they exist in this one message and are kept nowhere."""

    def keep(self) -> None:
        """Make it work, at least one channel took it: called in the transaction that says so.
        Raises NotWanted, which leaves everything as it was, when it was replaced or revoked."""


class NotWanted(Exception):
    """The message has lost its reason: revoked, replaced by a newer one, the customer deleted."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Shortcode:
    """A word in braces that a value takes the place of."""

    name: str  # without the braces
    description: Text
    sample: Text
    is_secret: bool = False  # given by the event's secret, shown masked
    # Whoever reads it can do something with it: shown masked where messages are looked up.
    opens: bool = False
    # Set for addresses of pages: the words of the button that an e-mail shows in place of a line
    # with nothing but this shortcode.
    button: Text = ""


@dataclass(frozen=True)
class DefaultText:
    """The words of the house for one channel; translated by gettext."""

    body: Text
    subject: Text = ""
    second: Text = ""  # WhatsApp: what the secret's own template may not hold


@dataclass(frozen=True)
class Reader:
    """Who a message is said to when that is no customer: somebody who works here."""

    name: str
    kind: str  # who that is, in a word for the log
    email: str = ""
    phone: str = ""
    language: str = ""

    def __str__(self) -> str:
        return self.name

    def address(self, channel: str) -> str:
        return self.email if channel == ChannelCode.EMAIL else self.phone


def nothing() -> tuple[Attachment, ...]:
    return ()


@dataclass(frozen=True)
class Example:
    """Something that a message can be shown with before it is sent. Nobody is told of it."""

    key: str  # names it in a form
    label: str
    values: Callable[[], Mapping[str, str]]
    attachments: Callable[[], tuple[Attachment, ...]] = nothing
    samples: Mapping[str, str] = field(default_factory=dict)  # in place of what opens something


@dataclass(frozen=True)
class Event:
    """Something that customers are told about or, with `readers`, those who work for them."""

    code: str
    name: Text
    description: Text
    group: Text
    icon: str
    shortcodes: tuple[Shortcode, ...]  # besides those of customer and business, which all have
    texts: Mapping[ChannelCode, DefaultText]
    on: tuple[ChannelCode, ...] = (ChannelCode.EMAIL,)  # switched on where nobody decided
    required: tuple[ChannelCode, ...] = ()  # cannot be switched off
    is_last: bool = False  # its group stands below the others
    is_credential: bool = False  # goes at any hour, and by e-mail whatever was opted out of
    # The values of `shortcodes`, in the language that is active. Raises NotWanted.
    values: Callable[[Message], Mapping[str, str]] = field(default=lambda message: {})
    # The same for who looks it up later, whether or not it would still be wanted.
    recall: Callable[[Message], Mapping[str, str]] | None = None
    # What one message of it is called, where that says more than the name.
    label: Callable[[Message], str] | None = None
    # The address in the back office of what the message is about, and the words of a link to it.
    about: Callable[[Message], tuple[str, str]] | None = None
    # Files that go with an e-mail. Raises NotWanted.
    attachments: Callable[[Message], tuple[Attachment, ...]] | None = None
    # Whether it may wait until then, the end of the quiet hours. Raises NotWanted.
    may_wait: Callable[[Message, datetime], bool] | None = None
    # Who reads these messages of the event, by their ids; those whose reader is gone are left out.
    readers: Callable[[Collection[Message]], Mapping[int, Reader]] | None = None
    # What the editor shows it with, in place of customers.
    examples: Callable[[], Sequence[Example]] | None = None
    # Makes what is secret, when it is sent. One job sends by all channels. Raises NotWanted.
    make_secret: Callable[[Message], Secret] | None = None
    # Where it goes when not to the customer's own address (a new one that is to be confirmed).
    address: Callable[[Message, ChannelCode], str] | None = None
    # Makes the whole message, of an event of staff. Raises NotWanted.
    compose: Callable[[Message, Delivery], Outgoing] | None = None


EVENTS: dict[str, Event] = {}
# What staff are told about their own logins: in fixed words, by e-mail, whatever anybody set.
STAFF_EVENTS: dict[str, Event] = {}


def declare(event: Event) -> Event:
    """Add an event to the register of customers' events or, with `compose`, of staff's."""
    if event.code in EVENTS or event.code in STAFF_EVENTS:
        raise ImproperlyConfigured(f"Two events have the code {event.code}.")
    register = STAFF_EVENTS if event.compose else EVENTS
    register[event.code] = event
    return event


def team_events() -> list[str]:
    """The codes of those that are said to who works here."""
    return [event.code for event in EVENTS.values() if event.readers]


def all_events() -> dict[str, Event]:
    """Those of customers, and those of staff after them."""
    return EVENTS | STAFF_EVENTS


def event_of(code: str) -> Event:
    """The event of this code. Raises KeyError for one that this version does not know."""
    return EVENTS[code] if code in EVENTS else STAFF_EVENTS[code]
