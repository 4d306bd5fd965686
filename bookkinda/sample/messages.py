"""What the sample business has said to its customers, so that the log shows what there is to see.

Rows alone: nothing was sent, and no job waits. The newest ones are of yesterday, so that whatever
is tried stands above them.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any, NamedTuple

from django.utils import timezone

from appointments.models import Appointment
from customers.models import Access, Customer
from notifications.models import ChannelCode, Delivery, Message, OptOut

State = Delivery.State
DAYS = 60
OPTED_OUT = 5


class Fate(NamedTuple):
    """What became of a message by one channel."""

    channel: ChannelCode
    state: Delivery.State
    code: str = ""
    attempts: int = 1


MAIL = ChannelCode.EMAIL
ARRIVED = [Fate(MAIL, State.DELIVERED)]
BY_BOTH = [*ARRIVED, Fate(ChannelCode.SMS, State.DELIVERED)]
# By what came of it: who is active got a message, who is invited or expired may not have. Most do.
ACTIVE = [ARRIVED, [Fate(MAIL, State.OPENED)], BY_BOTH]
OPEN = [
    ARRIVED,
    [Fate(MAIL, State.SENT)],
    BY_BOTH,
    [Fate(MAIL, State.BOUNCED, "mail-bounced")],
    *([ARRIVED, BY_BOTH] * 3),
    [*ARRIVED, Fate(ChannelCode.SMS, State.FAILED, "twilio-30006")],
    *([ARRIVED, BY_BOTH] * 4),
    [Fate(MAIL, State.FAILED, "smtp-550", 2)],
]
VISITS = [*([ARRIVED] * 8), [Fate(MAIL, State.BOUNCED, "mail-bounced")], *([ARRIVED] * 9)]
LATELY = timedelta(days=10)
HOURS = 24  # as a new business has it
REMINDED = {Appointment.Status.CONFIRMED, Appointment.Status.DONE, Appointment.Status.NO_SHOW}
WISHES = [ARRIVED, [Fate(MAIL, State.OPENED)], ARRIVED, ARRIVED]


def write_messages(customers: Sequence[Customer], now: datetime) -> None:
    """Write what was said lately, the oldest first, in the transaction that makes the sample."""
    since, until = now - timedelta(days=DAYS), now - timedelta(days=1)
    said = sorted(
        (each for each in [*invitations(customers), *wishes(customers, now), *of_visits(now)]
         if since < each[0].created_at < until),
        key=lambda each: each[0].created_at,
    )  # fmt: skip
    Message.objects.bulk_create([message for message, _fates in said])
    Delivery.objects.bulk_create(
        delivery(message, position, fate)
        for message, fates in said
        for position, fate in enumerate(fates)
    )
    with_phone = [each for each in customers if each.phone][:: len(customers) // OPTED_OUT or 1]
    OptOut.objects.bulk_create(
        OptOut(customer=each, channel=ChannelCode.SMS, reason=OptOut.Reason.STOP, at=until)
        for each in with_phone
    )


def invitations(customers: Sequence[Customer]) -> Iterator[tuple[Message, list[Fate]]]:
    """The messages that brought the logins of the sample."""
    active, others = cycle(ACTIVE), cycle(OPEN)
    for customer in customers:
        if customer.invited_at and customer.access != Access.NONE:
            fates = next(active if customer.access == Access.ACTIVE else others)
            yield (
                Message(
                    event="portal-access",
                    customer=customer,
                    user_id=customer.user_id,
                    created_at=customer.invited_at,
                ),
                fates,
            )


def wishes(customers: Sequence[Customer], now: datetime) -> Iterator[tuple[Message, list[Fate]]]:
    """Birthday wishes on the days of the last weeks, at ten in the morning."""
    fates = cycle(WISHES)
    today = timezone.localtime(now).replace(hour=10, minute=0, second=0, microsecond=0)
    days = {today - timedelta(days=ago) for ago in range(1, DAYS)}
    by_birthday = {day.month * 100 + day.day: day for day in days}
    for customer in customers:
        day = by_birthday.get(customer.birthday or 0)
        if day and customer.email and customer.created_at < day:
            yield Message(event="birthday", customer=customer, created_at=day), next(fates)


def of_visits(now: datetime) -> Iterator[tuple[Message, list[Fate]]]:
    """What was said of the appointments of the last days: booked, and a day before each."""
    fates = cycle(VISITS)
    lately = Appointment.objects.filter(start__gt=now - LATELY).exclude(customer__email="")
    for each in lately.select_related("customer").order_by("start", "pk"):
        context: dict[str, Any] = {"appointment": each.pk, "start": each.start.isoformat()}
        if each.created_at > now - LATELY:
            yield message_of("appointment-booked", each, each.created_at, context), next(fates)
        reminded = each.start - timedelta(hours=HOURS)
        if each.status in REMINDED and each.created_at < reminded:
            context = context | {"hours": HOURS}
            yield message_of("appointment-reminder", each, reminded, context), next(fates)


def message_of(
    event: str, appointment: Appointment, at: datetime, context: dict[str, Any]
) -> Message:
    return Message(event=event, customer=appointment.customer, created_at=at, context=context)


def delivery(message: Message, position: int, fate: Fate) -> Delivery:
    customer = message.customer
    is_mail = fate.channel == MAIL
    sent = message.created_at + timedelta(seconds=3 + position)
    gone = fate.state not in (State.FAILED, State.SKIPPED)
    return Delivery(
        message=message,
        channel=fate.channel,
        position=position,
        state=fate.state,
        code=fate.code,
        to=(customer.email if is_mail else customer.phone) if customer else "",
        language="en",
        attempts=fate.attempts,
        created_at=message.created_at,
        sent_at=sent if gone else None,
        changed_at=sent + timedelta(seconds=40),
    )
