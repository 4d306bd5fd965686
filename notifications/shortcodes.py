"""Words in braces that a value takes the place of: {customer_first_name}.

A text is read once, by one pattern, against the fixed dictionary of its event. What stands in for a
shortcode is a plain string that is never read again: a customer named "{customer_panel_password}"
stays one, and nothing of a value is ever called, formatted or looked into.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from bookkinda.preferences import Preferences
from customers.models import Customer
from customers.values import show_phone
from notifications.events import EVENTS, Event, Shortcode
from notifications.texts import PASSWORD

CODE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
DOUBLED = re.compile(r"\{\{\s*([\w .-]+?)\s*\}\}")
MEANT = re.compile(r"\{\s*(\w[\w .-]*?)\s*\}")  # what somebody took for a shortcode
UNCLOSED = re.compile(r"\{([A-Za-z]\w*_\w*)(?!\w)(?![\w .-]*\})")
LINK = re.compile(r"https?://[^\s<>\"{}]*[^\s<>\"{}.,;:!?)\]]")

COMMON = (
    Shortcode("customer_full_name", gettext_lazy("Name and surname"), "Amelia Clarke"),
    Shortcode("customer_first_name", gettext_lazy("Name"), "Amelia"),
    Shortcode("customer_last_name", gettext_lazy("Surname"), "Clarke"),
    Shortcode("customer_email", gettext_lazy("E-mail address, the username"), "amelia@example.com"),
    Shortcode("customer_phone", gettext_lazy("Phone"), "+44 7700 900142"),
    Shortcode("business_name", gettext_lazy("Name of your business"), "Marlow & Finch"),
    Shortcode("business_phone", gettext_lazy("Phone of your business"), "+44 7700 900100"),
    Shortcode("business_address", gettext_lazy("Address of your business"), "12 Harbour Street"),
    Shortcode(
        "customer_panel_url",
        gettext_lazy("Address of the Customer Panel"),
        "https://example.com/panel/",
        button=gettext_lazy("Open the Customer Panel"),
    ),
)


@dataclass(frozen=True)
class Piece:
    """A part of a line: words of the text, or the value of a shortcode."""

    text: str = field(repr=False)
    code: Shortcode | None = None
    url: str = field(default="", repr=False)  # where it leads, for addresses

    @property
    def is_secret(self) -> bool:
        """Whether it is a secret to read, not an address to follow."""
        return self.code is not None and self.code.is_secret and not self.url


Line = tuple[Piece, ...]


def shortcodes_of(event: Event) -> dict[str, Shortcode]:
    """The fixed dictionary of an event: its own shortcodes, then those that all have."""
    return {code.name: code for code in (*event.shortcodes, *COMMON)}


def common_values(customer: Customer | None, business: Preferences) -> dict[str, str]:
    """The values of COMMON."""
    return customer_values(customer) | {
        "business_name": business.business_name,
        "business_phone": business.phone,
        "business_address": ", ".join(filter(None, map(str.strip, business.address.splitlines()))),
        "customer_panel_url": settings.PUBLIC_BASE_URL + reverse("portal:home"),
    }


def customer_values(customer: Customer | None) -> dict[str, str]:
    """Nothing where there is no customer."""
    if customer is None:
        return {}
    return {
        "customer_full_name": customer.full_name,
        "customer_first_name": customer.first_name,
        "customer_last_name": customer.last_name,
        "customer_email": customer.email,
        "customer_phone": show_phone(customer.phone, customer.phone_extension),
    }


def sample_values(event: Event) -> dict[str, str]:
    """What stands for the event's own values in a preview and a test: never anybody's."""
    return {code.name: str(code.sample) for code in event.shortcodes}


def one_line(text: str) -> str:
    """Without line ends and other control characters: in a header they would be refused, for
    ever, and in a variable of WhatsApp too."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


@sensitive_variables()
def fill(text: str, values: Mapping[str, str], codes: Mapping[str, Shortcode]) -> list[Line]:
    """The lines of the text with the values of its shortcodes, which are plain from here on.

    A line whose shortcodes are all empty is left out with its words ("Phone: {business_phone}").
    Raises KeyError when the value of a secret is missing.
    """
    lines: list[Line] = []
    for written in text.splitlines():
        line = tuple(pieces(written, values, codes))
        found = [piece for piece in line if piece.code]
        if found and not any(piece.text for piece in found):
            continue
        if written.strip() or (lines and lines[-1]):
            lines.append(line if written.strip() else ())
    while lines and not lines[-1]:
        lines.pop()
    return lines


@sensitive_variables()
def pieces(text: str, values: Mapping[str, str], codes: Mapping[str, Shortcode]) -> list[Piece]:
    """The parts of one line. Braces around anything else stay as they were written."""
    found: list[Piece] = []
    at = 0
    for match in CODE.finditer(text):
        code = codes.get(match[1])
        if code is None:
            continue
        found += words(text[at : match.start()])
        value = one_line(values[code.name] if code.is_secret else values.get(code.name, ""))
        is_address = bool(code.button) and value.startswith(("http://", "https://"))
        found.append(Piece(value, code, value if is_address else ""))
        at = match.end()
    return [*found, *words(text[at:])]


def words(text: str) -> Iterator[Piece]:
    """What the owner wrote, with the addresses of pages in it. Those in values are not followed:
    customers choose their names themselves."""
    at = 0
    for match in LINK.finditer(text):
        if match.start() > at:
            yield Piece(text[at : match.start()])
        yield Piece(match[0], url=match[0])
        at = match.end()
    if at < len(text):
        yield Piece(text[at:])


@sensitive_variables()
def plain(lines: Sequence[Line]) -> str:
    """The lines as a text part."""
    return "\n".join("".join(piece.text for piece in line) for line in lines)


def names_in(text: str) -> list[str]:
    """The names of everything that looks like a shortcode, each once."""
    return list(dict.fromkeys(CODE.findall(text)))


def problems(event: Event, text: str, *, is_subject: bool = False) -> list[str]:
    """Sentences about shortcodes that are unknown, misspelt or misplaced, with their names."""
    codes = shortcodes_of(event)
    found = [
        _("Write {%(name)s} with one brace on each side.") % {"name": name}
        for name in DOUBLED.findall(text)
    ]
    rest = DOUBLED.sub("", text)
    found += [
        _("{%(name)s has no closing brace.") % {"name": name} for name in UNCLOSED.findall(rest)
    ]
    for name in dict.fromkeys(MEANT.findall(rest)):
        if name not in codes or f"{{{name}}}" not in rest:
            found.append(why_not(event, name))
        elif is_subject and codes[name].is_secret:
            found.append(
                _(
                    "{%(name)s} cannot stand in the subject: subjects are shown in lists and on "
                    "locked phones."
                )
                % {"name": name}
            )
    return found


def missing(event: Event, text: str) -> list[str]:
    """Sentences about secrets without which the message would be of no use."""
    written = set(names_in(text))
    return [
        _("{%(name)s} is missing: %(what)s. Without it the message is of no use.")
        % {"name": code.name, "what": str(code.description)}
        for code in event.shortcodes
        if code.is_secret and code.name not in written
    ]


def why_not(event: Event, name: str) -> str:
    """Why this shortcode is refused in the event."""
    if name == PASSWORD.name:
        return _(
            "{%(name)s} works only in Access to Customer Panel. Passwords are stored hashed, so "
            "nobody knows them; only that message makes a new one."
        ) % {"name": name}
    owners = [other for other in EVENTS.values() if name in own_names(other)]
    if owners and event not in owners:
        return only_in(name, owners)
    near = get_close_matches(name.lower().replace(" ", "_"), shortcodes_of(event), n=1)
    if near:
        return _("{%(name)s} is not a shortcode. Do you mean {%(near)s}?") % {
            "name": name,
            "near": near[0],
        }
    return _("{%(name)s} is not a shortcode of this message.") % {"name": name}


def only_in(name: str, owners: Sequence[Event]) -> str:
    """Where this shortcode exists, for who wrote it elsewhere."""
    if len(owners) == 1:
        return _("{%(name)s} exists only in “%(event)s”.") % {"name": name, "event": owners[0].name}
    return _(
        "{%(name)s} exists only in messages of the group “%(group)s”, such as “%(event)s”."
    ) % {
        "name": name,
        "group": owners[0].group,
        "event": owners[0].name,
    }


def own_names(event: Event) -> set[str]:
    """The names that only this event has."""
    return {code.name for code in event.shortcodes}
