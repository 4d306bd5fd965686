"""A customer's access to the panel as the profile shows it: how it stands, and what was sent."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from customers.models import Customer
from customers.models.customer import Access
from notifications.channels.codes import sentence
from notifications.models import ChannelCode, Delivery, Message
from notifications.one_time_password import PORTAL_ACCESS

State = Delivery.State
REACHED = (State.SENT, State.DELIVERED, State.OPENED)
MISSED = (State.FAILED, State.BOUNCED, State.SKIPPED)


@dataclass(frozen=True)
class Sent:
    """What became of the newest password by one channel."""

    delivery: Delivery
    channel: ChannelCode
    sentence: str  # why it is not there, or not yet; "" when nothing is wrong

    @property
    def is_missed(self) -> bool:
        """Whether it will not arrive by this channel."""
        return self.delivery.state in MISSED and self.delivery.code != "not-needed"


@dataclass(frozen=True)
class Card:
    """All that the card on the profile shows."""

    state: Access
    username: str
    last_login: datetime | None
    expires_at: datetime | None  # of a one-time password
    invited_at: datetime | None
    message: Message | None
    deliveries: list[Sent]
    problem: str  # what staff should know and do; "" when all is well


def card(customer: Customer) -> Card:
    """How the customer's access stands. Three queries."""
    user = customer.user
    message = newest_grant(customer)
    rows = message.deliveries.order_by("position") if message else []
    sent = [Sent(row, ChannelCode(row.channel), sentence_of(row)) for row in rows]
    return Card(
        state=Access(customer.access),
        username=user.email if user else "",
        last_login=user.last_login if user else None,
        expires_at=user.one_time_until if user else None,
        invited_at=customer.invited_at,
        message=message,
        deliveries=sent,
        problem=problem_of(customer, sent),
    )


def sentence_of(delivery: Delivery) -> str:
    return sentence(delivery.code) if delivery.code else ""


def newest_grant(customer: Customer) -> Message | None:
    """The message that brings, or brought, the password of the login that the customer has."""
    if customer.user_id is None:
        return None
    grants = Message.objects.filter(
        customer=customer, event=PORTAL_ACCESS.code, user=customer.user_id
    )
    return grants.select_related("job").order_by("-pk").first()


def problem_of(customer: Customer, sent: list[Sent]) -> str:
    """One sentence where staff should do something about a password that did not arrive."""
    if customer.access == Access.EXPIRED:
        return _("The one-time password was never used and has run out. Resend makes a new one.")
    if customer.access == Access.ACTIVE or not sent:
        return ""
    missed = [each for each in sent if each.is_missed]
    if not missed:
        return ""
    if any(each.delivery.state in REACHED for each in sent):
        return _("The password did not go by %(channels)s. Resend makes a new one for all.") % {
            "channels": ", ".join(str(each.channel.label) for each in missed)
        }
    if len(missed) == len(sent):
        return _("The password did not reach this customer. Put right what is wrong, then Resend.")
    return ""
