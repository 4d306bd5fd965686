"""The ways of reaching a person: one module for each, registered under its code."""

from notifications.channels.base import Channel
from notifications.channels.email import EmailChannel
from notifications.channels.sms import SmsChannel
from notifications.channels.whatsapp import WhatsappChannel

REGISTERED: dict[str, Channel] = {}


def register(channel: Channel) -> Channel:
    """Send by this object from now on whatever goes by its channel."""
    REGISTERED[channel.code] = channel
    return channel


def channel_of(code: str) -> Channel:
    """The object that sends by this channel. Raises KeyError where there is none."""
    return REGISTERED[code]


register(EmailChannel())
register(SmsChannel())
register(WhatsappChannel())
