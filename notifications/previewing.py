"""How a message looks to one customer before it is sent. Secrets in it are samples: nobody's."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from bookkinda.preferences import Preferences
from customers.models import Customer
from notifications.channels.base import Outgoing
from notifications.channels.segments import Segments, segments
from notifications.events import Event
from notifications.models import ChannelCode
from notifications.rendering import Block, Filling, Words, blocks, compose
from notifications.shortcodes import COMMON, common_values, fill, sample_values, shortcodes_of

OFFERED = 12  # customers to choose from


@dataclass(frozen=True)
class Preview:
    """A message as one customer would get it."""

    outgoing: Outgoing
    blocks: list[Block] = field(default_factory=list)
    segments: Segments | None = None
    variables: list[tuple[str, str]] = field(default_factory=list)
    second_variables: list[tuple[str, str]] = field(default_factory=list)

    @property
    def room(self) -> int:
        """Signs that fit into as many parts."""
        return self.segments.units + self.segments.left if self.segments else 0


def customers_to_show() -> list[Customer]:
    """The newest customers."""
    return list(Customer.objects.filter(archived_at=None).order_by("-pk")[:OFFERED])


def customer_to_show(asked: str, offered: list[Customer]) -> Customer | None:
    """The customer of this number, or the first that is offered; None where there is nobody."""
    if asked.isdecimal() and len(asked) < 19:
        found = Customer.objects.filter(archived_at=None, pk=int(asked)).first()
        if found:
            return found
    return next((each for each in offered if each.email), offered[0] if offered else None)


def filling_for(event: Event, customer: Customer | None, business: Preferences) -> Filling:
    """The values of a real customer, or invented ones; the event's own are samples."""
    values = {code.name: str(code.sample) for code in COMMON}
    if customer:
        values = common_values(customer, business)
    samples = sample_values(event)
    secret = {code.name for code in event.shortcodes if code.is_secret}
    return Filling(
        {**{name: value for name, value in samples.items() if name not in secret}, **values},
        {name: value for name, value in samples.items() if name in secret},
    )


def preview(
    event: Event, channel: ChannelCode, words: Words, customer: Customer | None, to: str = ""
) -> Preview:
    """The message of these words for this customer."""
    business = Preferences.load()
    filling = filling_for(event, customer, business)
    outgoing = compose(event, channel, words, filling, business, to)
    values = {**filling.values, **filling.secrets}
    if channel == ChannelCode.EMAIL:
        return Preview(outgoing, blocks(fill(words.body, values, shortcodes_of(event))))
    if channel == ChannelCode.SMS:
        return Preview(outgoing, segments=segments(outgoing.text))
    second = outgoing.first.variables if outgoing.first else ()
    return Preview(
        outgoing,
        variables=list(zip(words.variables, outgoing.variables, strict=False)),
        second_variables=list(zip(words.second_variables, second, strict=False)),
    )


def counted(found: Segments, room: int) -> str:
    """What a text costs, in words."""
    alphabet = _("Unicode") if found.is_unicode else _("GSM-7")
    parts = _("1 SMS part") if found.parts == 1 else _("%(n)s SMS parts") % {"n": found.parts}
    return _("%(used)s of %(room)s characters · %(parts)s · %(alphabet)s") % {
        "used": found.units,
        "room": room,
        "parts": parts,
        "alphabet": alphabet,
    }
