"""The words of a message, made when it is sent."""

import re
from collections.abc import Mapping

from django.views.decorators.debug import sensitive_variables

from notifications.channels.base import Outgoing
from notifications.events import event_of
from notifications.models import ChannelCode, Delivery, Message


@sensitive_variables()
def render(message: Message, delivery: Delivery, secrets: Mapping[str, str]) -> Outgoing:
    """What goes to `delivery.to` by this channel, with every shortcode filled in.

    Writes down on the delivery, unsaved, which template at which version and in which language it
    was made from. Raises NotWanted.
    """
    event = event_of(message.event)
    words = event.texts[ChannelCode(delivery.channel)]
    values = {**event.values(message), **secrets}
    text = re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), str(words.body))
    return Outgoing(
        to=delivery.to, subject=str(words.subject), text=text, secrets=tuple(secrets.values())
    )
