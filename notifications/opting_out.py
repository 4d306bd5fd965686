"""Which channels a customer wants: chosen by the customer, or by staff who were told."""

from collections.abc import Collection
from typing import NamedTuple

from django.db import transaction

from customers.models import Customer
from notifications.channels import channel_of
from notifications.models import ChannelCode, OptOut


class Choice(NamedTuple):
    """A channel that could reach the customer, whether it may, and why only they can change it."""

    channel: ChannelCode
    is_on: bool
    is_fixed: bool  # stopped at the provider: only a message of theirs opens it again
    why: str = ""  # who switched it off


FIXED = (OptOut.Reason.STOP, OptOut.Reason.PROVIDER)


def choices_of(customer: Customer) -> list[Choice]:
    """The channels to choose from: those that are set up and for which there is an address."""
    out = dict(OptOut.objects.filter(customer=customer).values_list("channel", "reason"))
    reachable = [code for code in ChannelCode if could_reach(customer, code)]
    return [
        Choice(code, code not in out, out.get(code) in FIXED, reason_in_words(out.get(code, "")))
        for code in reachable
    ]


def reason_in_words(reason: str) -> str:
    return str(OptOut.Reason(reason).label) if reason else ""


def could_reach(customer: Customer, code: ChannelCode) -> bool:
    address = customer.email if code == ChannelCode.EMAIL else customer.phone
    return bool(address) and channel_of(code).is_configured()


def choose(
    customer: Customer,
    *,
    wanted: Collection[str],
    reason: OptOut.Reason = OptOut.Reason.CUSTOMER,
) -> None:
    """Keep what was switched on and off among the customer's choices, by the customer or (`reason`)
    by staff. What was stopped by an answer, or blocked by the provider, stays stopped."""
    with transaction.atomic():
        for choice in choices_of(customer):
            kept = OptOut.objects.filter(customer=customer, channel=choice.channel)
            if choice.channel not in wanted:
                OptOut.objects.get_or_create(
                    customer=customer,
                    channel=choice.channel,
                    defaults={"reason": reason},
                )
            elif not choice.is_fixed:
                kept.delete()
