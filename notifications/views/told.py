"""Deliveries and their words, ready for the templates."""

from collections.abc import Mapping
from dataclasses import dataclass

from bookkinda.preferences import Preferences
from customers.timeline import shown
from notifications import retrying, telling
from notifications.channel_setup import ICONS
from notifications.channels.base import Outgoing
from notifications.events import EVENTS, Event, NotWanted
from notifications.models import ChannelCode, Delivery, Message
from notifications.rendering import Filling, compose, languages_of, words_for
from notifications.shortcodes import common_values
from notifications.wording import words_sent

MASK = "••••••••"


@dataclass(frozen=True)
class DeliveryTold:
    """A delivery as a row of the log shows it."""

    delivery: Delivery
    person: object
    is_customer: bool
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
    def of(cls, delivery: Delivery, tried: set[int]) -> "DeliveryTold":
        """`tried` are the messages for which Try again is offered: beside what failed of them."""
        icon, tone = telling.LOOKS[Delivery.State(delivery.state)]
        channel = ChannelCode(delivery.channel)
        message = delivery.message
        return cls(
            delivery=delivery,
            person=telling.person_of(message),
            is_customer=message.customer is not None,
            event=telling.name_of_event(delivery.event),
            channel=str(channel.label),
            channel_icon=ICONS[channel],
            address=telling.address_shown(delivery),
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
    """The words that were sent, with today's values, and dots for secrets that nobody has."""
    code = ChannelCode(delivery.channel)
    event, customer = EVENTS.get(delivery.event), delivery.message.customer
    if event is None or event.compose is not None or customer is None:
        return Text(str(code.label))
    business = Preferences.load()
    languages = [delivery.language] if delivery.language else []
    was_sent = bool(delivery.attempts or delivery.sent_at)
    sent = words_sent(event, delivery) if was_sent else None
    words = sent or words_for(event, code, [*languages, *languages_of(customer, business)])
    masks = {each.name: MASK for each in event.shortcodes if each.is_secret}
    values = {**values_of(event, delivery.message), **common_values(customer, business)}
    outgoing = compose(event, code, words, Filling(values, masks), business, delivery.to)
    return Text(
        str(code.label),
        outgoing,
        is_of_before=was_sent and sent is None,
        has_secret=bool(masks),
    )


def values_of(event: Event, message: Message) -> Mapping[str, str]:
    """What the event's own shortcodes are worth today; nothing, when its time is over."""
    try:
        return event.values(message)
    except (NotWanted, LookupError):
        return {}
