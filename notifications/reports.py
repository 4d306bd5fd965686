"""What providers report about messages that they took.

Reports come in any order, more than once, late, or before our own row says that the message was
sent; and some are about messages of others who share the account. None of that does harm: a report
changes the one delivery that the provider's own number names, and never back to an earlier state.
"""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from bookkinda import jobs
from customers.models import Customer
from notifications import channel_states
from notifications.models import ChannelCode, Delivery, OptOut
from notifications.reaching import opt_out
from notifications.recording import write

State = Delivery.State
LOOK_AGAIN = "notifications.report"  # the kind of the jobs
LATER = timedelta(seconds=30)
MOST_LOOKS = 3
# A state is only replaced by a later one. An opened message has arrived, whatever was said before.
ORDER = {State.SENT: 1, State.DELIVERED: 2, State.FAILED: 3, State.BOUNCED: 3, State.OPENED: 4}


@dataclass(frozen=True)
class Report:
    """What became of one message, in our words. Holds no text of the provider."""

    provider: str
    provider_id: str
    state: str = State.SENT
    code: str = ""
    opts_out: str = ""  # a reason of OptOut: the person wants nothing more by this channel


def take(report: Report) -> bool:
    """Write down what the report says; False when no delivery has this number (yet).

    A delivery that still waits is not touched: a message may go out by a worker that dies before
    it writes so, and then it has to be sent again, with another secret.
    """
    deliveries = Delivery.objects.select_related("message__customer")
    delivery = deliveries.filter(provider=report.provider, provider_id=report.provider_id).first()
    if delivery is None or not report.provider_id:
        return False
    with transaction.atomic():
        changed = move_on(delivery, report)
        if report.opts_out and delivery.message.customer:
            opt_out(delivery.message.customer, delivery.channel, OptOut.Reason(report.opts_out))
    if changed and report.code:
        channel_states.note_failure(delivery.channel, report.code)
    return True


def move_on(delivery: Delivery, report: Report) -> bool:
    """Whether the report was news."""
    rank = ORDER[State(report.state)]
    earlier = [state for state, place in ORDER.items() if place < rank]
    rows = Delivery.objects.filter(pk=delivery.pk, state__in=earlier)
    code = {"code": report.code[:60]} if report.code else {}
    return bool(write(rows, state=report.state, **code))


def take_or_look_again(report: Report) -> None:
    """As `take`; a report that overtook the worker's own note is kept for a while."""
    if not take(report):
        jobs.enqueue(
            LOOK_AGAIN,
            asdict(report),
            priority=jobs.Job.Priority.BULK,
            run_after=timezone.now() + LATER,
        )


def look_again(payload: dict[str, Any], attempt: int) -> None:
    """Raises Retry until it is plain that the message is none of ours."""
    if not take(Report(**payload)) and attempt < MOST_LOOKS:
        raise jobs.Retry(after=attempt * 60, code="unknown-message")


def stop_sending(channel: ChannelCode, number: str) -> int:
    """Everybody with this number answered STOP, which counts more than what was chosen before. How
    many customers that is."""
    customers = list(Customer.objects.filter(phone=number)) if number else []
    for customer in customers:
        OptOut.objects.update_or_create(
            customer=customer, channel=channel, defaults={"reason": OptOut.Reason.STOP}
        )
    return len(customers)


def send_again(channel: ChannelCode, number: str) -> None:
    """They answered START. What staff or the customer chose here stays."""
    OptOut.objects.filter(
        customer__phone=number,
        channel=channel,
        reason__in=[OptOut.Reason.STOP, OptOut.Reason.PROVIDER],
    ).delete()
