"""Deliveries and their words, ready for the templates."""

from collections.abc import Mapping
from dataclasses import dataclass

from bookkinda.preferences import Preferences
from customers.timeline import shown
from notifications import retrying, telling
from notifications.channel_setup import ICONS
from notifications.channels.base import Outgoing
from notifications.events import EVENTS, NotWanted, Reader
from notifications.models import ChannelCode, Delivery
from notifications.rendering import (
    Filling,
    compose,
    language_of,
    languages_of,
    values_then,
    words_for,
)
from notifications.wording import words_sent

MASK = "••••••••"


@dataclass(frozen=True)
class DeliveryTold:
    """A delivery as a row of the log shows it."""

    delivery: Delivery
    person: object
    kind: str  # of person; "" for customers
    event: str
    channel: str
    channel_icon: str
    address: str
    state: str
    icon: str
    tone: str
    why: str
    when: str
    language: str
    may_try: bool

    @classmethod
    def of(
        cls, delivery: Delivery, tried: set[int], readers: Mapping[int, Reader]
    ) -> "DeliveryTold":
        """`tried` are the messages for which Try again is offered: beside what failed of them.
        `readers` are who reads those that are not for customers."""
        icon, tone = telling.LOOKS[Delivery.State(delivery.state)]
        channel = ChannelCode(delivery.channel)
        message = delivery.message
        reader = readers.get(message.pk)
        person = telling.person_of(message, reader)
        return cls(
            delivery=delivery,
            person=person,
            kind=telling.kind_of(person),
            event=telling.name_of(message),
            channel=str(channel.label),
            channel_icon=ICONS[channel],
            address=telling.address_shown(delivery, reader),
            state=str(delivery.get_state_display()),
            icon=icon,
            tone=tone,
            why=telling.why(delivery),
            when=telling.moment(delivery.created_at),
            language=shown("language", delivery.language),
            may_try=message.pk in tried and retrying.is_missed(delivery),
        )


@dataclass(frozen=True)
class Text:
    """The words of a delivery, made again; `why_not` says why there are none."""

    channel: str
    outgoing: Outgoing | None = None
    is_of_before: bool = False  # the words that it was sent with are not kept any more
    has_secret: bool = False


def text_of(delivery: Delivery) -> Text:
    """The words that were sent, with their values, and dots for secrets that nobody has."""
    code = ChannelCode(delivery.channel)
    event, message = EVENTS.get(delivery.event), delivery.message
    try:
        wanted = language_of(message, event) if event else ""
    except NotWanted:
        event = None
    if event is None:
        return Text(str(code.label))
    business = Preferences.load()
    languages = [delivery.language] if delivery.language else []
    was_sent = bool(delivery.attempts or delivery.sent_at)
    sent = words_sent(event, delivery) if was_sent else None
    words = sent or words_for(event, code, [*languages, *languages_of(wanted, business)])
    masks = {each.name: MASK for each in event.shortcodes if each.is_secret or each.opens}
    values = values_then(message, event, words.language, business)
    outgoing = compose(event, code, words, Filling(values, masks), business, delivery.to)
    return Text(
        str(code.label),
        outgoing,
        is_of_before=was_sent and sent is None,
        has_secret=MASK in outgoing.text or MASK in (outgoing.first or outgoing).text,
    )
