"""What is written down about one try of one delivery. The caller holds the job and a transaction.

Codes, never texts: what a provider answers may quote the message.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Value, When
from django.utils import timezone

from bookkinda.claiming import back_off
from bookkinda.jobs import HANDLERS, Job
from notifications import channel_states, throttling
from notifications.channel_states import STOPPED
from notifications.channels.base import (
    Accepted,
    ConfigurationFailure,
    PermanentFailure,
    SendingFailed,
    TemporaryFailure,
)
from notifications.models import Delivery, Message, OptOut
from notifications.outbox import SEND
from notifications.reaching import opt_out

State = Delivery.State
NOT_NEEDED = "not-needed"  # an earlier channel in the order of fallback took it
GAVE_UP = "gave-up"  # its job ended without deciding it
LOOK_AGAIN = timedelta(hours=1)  # who waits for a stopped channel is called; this is for safety
LONGEST_WAIT = timedelta(days=7)  # for a stopped channel; after it the message is stale


@dataclass(frozen=True)
class Tried:
    """One try by one channel: either the provider took it, or it failed in one of three ways."""

    delivery: Delivery
    accepted: Accepted | None = None
    failure: SendingFailed | None = None

    @property
    def ends_fallback(self) -> bool:
        """Whether the next channel is not asked: this one took it, or may take it later."""
        return self.accepted is not None or isinstance(self.failure, TemporaryFailure)


def record(tried: Tried) -> None:
    """Write down what one try came to."""
    delivery, failure = tried.delivery, tried.failure
    if tried.accepted:
        sent(delivery, tried.accepted)
    elif isinstance(failure, ConfigurationFailure):
        wait_for_channel(delivery)
    elif isinstance(failure, TemporaryFailure):
        try_later(delivery, failure)
    elif failure:
        failed(delivery, failure.code)


def sent(delivery: Delivery, accepted: Accepted, *, code: str = "") -> None:
    """The provider took it. A report that it was delivered may have come before; it stays."""
    behind = When(state__in=[State.QUEUED, State.FAILED, State.SKIPPED], then=Value(State.SENT))
    write(
        Delivery.objects.filter(pk=delivery.pk),
        state=Case(behind, default=F("state")),
        code=code,
        provider=accepted.provider,
        provider_id=accepted.provider_id,
        attempts=F("attempts") + 1,
        sent_at=timezone.now(),
        next_try_at=None,
        **made_from(delivery),
    )


def failed(delivery: Delivery, code: str) -> None:
    """It will never go by this channel."""
    write(
        still_open(delivery),
        state=State.FAILED,
        code=code,
        attempts=F("attempts") + 1,
        next_try_at=None,
        **made_from(delivery),
    )


def try_later(delivery: Delivery, failure: TemporaryFailure) -> None:
    """Again after a while that doubles, or after what the provider asked for; not for ever."""
    handler, attempt = HANDLERS[SEND], delivery.attempts + 1
    if attempt >= handler.max_attempts:
        failed(delivery, failure.code)
        return
    wait = max(back_off(handler, attempt), timedelta(seconds=failure.after or 0))
    write(
        still_open(delivery),
        code=failure.code,
        attempts=F("attempts") + 1,
        next_try_at=timezone.now() + wait,
        **made_from(delivery),
    )


def wait_for_channel(delivery: Delivery) -> None:
    """The channel is stopped: it waits and loses no attempt, until it is too old to be news."""
    now = timezone.now()
    if now - delivery.created_at > LONGEST_WAIT:
        write(still_open(delivery), state=State.FAILED, code=STOPPED, next_try_at=None)
    else:
        write(still_open(delivery), code=STOPPED, next_try_at=now + LOOK_AGAIN)


def wait_until(deliveries: QuerySet[Delivery], until: datetime) -> None:
    """It is not the time for it yet."""
    write(deliveries, next_try_at=until)


def skip(deliveries: QuerySet[Delivery], code: str) -> None:
    """They are not sent, for a reason that is no failure."""
    write(deliveries, state=State.SKIPPED, code=code, next_try_at=None)


def close_given_up() -> None:
    """Nothing is lost in silence: what is open without a job that goes on is shown as failed."""
    going_on = Job.objects.unfinished().filter(pk=OuterRef("message__job_id"))
    left = Delivery.objects.filter(~Exists(going_on), state=State.QUEUED)
    pks = list(left.values_list("pk", flat=True)[:1_000])
    write(Delivery.objects.filter(pk__in=pks, state=State.QUEUED), state=State.FAILED, code=GAVE_UP)


def open_deliveries(message: Message) -> QuerySet[Delivery]:
    """Those that nothing is decided about, in the order of fallback."""
    return message.deliveries.filter(state=State.QUEUED).order_by("position", "id")


def still_open(delivery: Delivery) -> QuerySet[Delivery]:
    return Delivery.objects.filter(pk=delivery.pk, state=State.QUEUED)


def made_from(delivery: Delivery) -> dict[str, object]:
    """What the try found out: the address it went to, and the text it was made from."""
    return {
        "to": delivery.to,
        "template_id": delivery.template_id,
        "template_version": delivery.template_version,
        "language": delivery.language,
    }


def write(deliveries: QuerySet[Delivery], **changes: object) -> int:
    return deliveries.update(changed_at=timezone.now(), **changes)


def tell_channel(tried: Tried, message: Message) -> None:
    """What a try says about the channel and the address themselves. Outside of transactions."""
    channel, failure = tried.delivery.channel, tried.failure
    if failure is None:
        channel_states.note_success(channel)
    elif isinstance(failure, ConfigurationFailure):
        if failure.code != STOPPED:
            channel_states.stop(channel, failure.code)
    else:
        channel_states.note_failure(channel, failure.code)
    if isinstance(failure, TemporaryFailure) and failure.after:
        throttling.hold(channel, failure.after)
    if isinstance(failure, PermanentFailure) and failure.opts_out and message.customer:
        opt_out(message.customer, channel, OptOut.Reason.PROVIDER)
