"""To which address a message goes by a channel, and why it may not go there."""

from customers.models import Customer
from notifications.events import Event, Reader
from notifications.models import ChannelCode, Message, OptOut

NO_ADDRESS = "no-address"
OPTED_OUT = "opted-out"
ARCHIVED = "archived"


def address_of(message: Message, event: Event, channel: str) -> str:
    """Where the message goes by this channel, read now; nothing when there is no such address."""
    if event.address:
        return event.address(message, ChannelCode(channel))
    if event.readers:
        reader = reader_of(message, event)
        return reader.address(channel) if reader else ""
    if message.customer:
        return message.customer.email if channel == ChannelCode.EMAIL else message.customer.phone
    return message.user.email if message.user and channel == ChannelCode.EMAIL else ""


def reader_of(message: Message, event: Event) -> Reader | None:
    """Who reads it when that is no customer; None where there is nobody any more."""
    return event.readers([message]).get(message.pk) if event.readers else None


def reason_not_to(message: Message, event: Event, channel: str, address: str) -> str:
    """The code of why it must not go by this channel, or nothing."""
    if not address:
        return NO_ADDRESS
    customer = message.customer
    if customer is None:
        return ""
    if customer.is_archived and not event.is_credential:
        return ARCHIVED
    return OPTED_OUT if has_opted_out(customer, event, channel) else ""


def has_opted_out(customer: Customer, event: Event, channel: str) -> bool:
    """Whether the customer does not want this by the channel. Logins come by e-mail in any case."""
    if event.is_credential and channel == ChannelCode.EMAIL:
        return False
    return OptOut.objects.filter(customer=customer, channel=channel).exists()


def opt_out(customer: Customer, channel: str, reason: OptOut.Reason) -> None:
    """Nothing more by this channel; the first reason stays."""
    OptOut.objects.get_or_create(customer=customer, channel=channel, defaults={"reason": reason})
