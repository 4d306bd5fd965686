"""How a message looks to one customer before it is sent. Secrets in it are samples: nobody's."""

from dataclasses import dataclass, field, replace

from django.utils import translation
from django.utils.translation import gettext as _

from bookkinda.preferences import Preferences
from customers.models import Customer
from notifications.channels.base import Outgoing
from notifications.channels.segments import Segments, segments
from notifications.events import Event, Example
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


def examples_to_show(event: Event, asked: str) -> tuple[list[Example], Example | None]:
    """What is offered, and the one of it that is asked for or comes first; None where there is
    nothing real to show."""
    if event.examples:
        offered = list(event.examples())
        chosen = next((each for each in offered if each.key == asked), None)
        return offered, chosen or next(iter(offered), None)
    customers = customers_to_show()
    customer = customer_to_show(asked, customers)
    if customer and customer not in customers:
        customers.insert(0, customer)
    key = str(customer.pk) if customer else ""
    offered = [example_of(event, each) for each in customers]
    return offered, next((each for each in offered if each.key == key), None)


def example_of(event: Event, customer: Customer) -> Example:
    """A real customer; the event's own values are samples."""

    def values() -> dict[str, str]:
        return sample_values(event) | common_values(customer, Preferences.load())

    return Example(str(customer.pk), str(customer), values)


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


def filling_for(event: Event, example: Example | None, language: str) -> Filling:
    """The values of something real, or invented ones. What is secret or opens something is a
    sample."""
    samples = sample_values(event)
    hidden = {code.name for code in event.shortcodes if code.is_secret or code.opens}
    with translation.override(language):
        real = example.values() if example else {code.name: str(code.sample) for code in COMMON}
    values = {name: value for name, value in {**samples, **real}.items() if name not in hidden}
    shown = {**samples, **(example.samples if example else {})}
    return Filling(values, {name: shown[name] for name in hidden})


def preview(
    event: Event, channel: ChannelCode, words: Words, example: Example | None, to: str = ""
) -> Preview:
    """The message of these words with this example."""
    business = Preferences.load()
    filling = filling_for(event, example, words.language)
    outgoing = compose(event, channel, words, filling, business, to)
    values = {**filling.values, **filling.secrets}
    if channel == ChannelCode.EMAIL:
        if example:
            outgoing = replace(outgoing, attachments=example.attachments())
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
