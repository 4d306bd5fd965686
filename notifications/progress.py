"""How far the messages of one act are: allowed to log in is not yet reached."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from customers.models import ChangeSet
from notifications.channels.codes import sentence
from notifications.models import Delivery, Message

State = Delivery.State
GONE = (State.SENT, State.DELIVERED, State.OPENED)
MISSED = (State.FAILED, State.BOUNCED)


@dataclass(frozen=True)
class Progress:
    """How many of the messages are where; each counts once, by the channel that got furthest."""

    total: int
    sent: int  # by one channel at least
    waiting: int
    missed: int  # no channel took it
    dropped: int  # not wanted any more: replaced, revoked, the customer deleted

    @property
    def is_over(self) -> bool:
        return not self.waiting

    @property
    def percent(self) -> int:
        return 100 * (self.total - self.waiting) // max(1, self.total)


def progress_of(change_set: ChangeSet) -> Progress:
    """The messages of the act, counted. One query."""
    sent, waiting, missed = has(GONE), has([State.QUEUED]), has(MISSED)
    figures = Message.objects.filter(change_set=change_set).aggregate(
        total=Count("pk"),
        sent=Count("pk", filter=sent),
        waiting=Count("pk", filter=waiting & ~sent),
        missed=Count("pk", filter=missed & ~sent & ~waiting),
    )
    dropped = figures["total"] - figures["sent"] - figures["waiting"] - figures["missed"]
    return Progress(**figures, dropped=dropped)


def whom_it_missed(change_set: ChangeSet, most: int) -> dict[int, str]:
    """{customer id: why no channel took the message}, of the first ones."""
    missed = Message.objects.filter(
        has(MISSED) & ~has(GONE) & ~has([State.QUEUED]),
        change_set=change_set,
        customer__isnull=False,
    ).order_by("pk")[:most]
    rows = Delivery.objects.filter(message__in=list(missed), state__in=MISSED)
    return {
        pk: sentence(code)
        for pk, code in rows.order_by("message", "-position").values_list(
            "message__customer", "code"
        )
    }


def has(states: Iterable[str]) -> Q:
    """Whether a channel of the message is in one of these states."""
    return Q(Exists(Delivery.objects.filter(message=OuterRef("pk"), state__in=states)))
