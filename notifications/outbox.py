"""What is to be said is written down in the transaction of its cause; the worker says it."""

from datetime import datetime
from typing import Any

from accounts.models import User
from bookkinda import jobs
from bookkinda.jobs import Job
from customers.models import ChangeSet, Customer
from notifications.events import Event
from notifications.models import Delivery, Message, Workflow

SEND = "notifications.send"  # the kind of the jobs


def queue(
    event: Event,
    customer: Customer | None,
    *,
    user: User | None = None,
    context: dict[str, Any] | None = None,
    by: User | None = None,
    change_set: ChangeSet | None = None,
    key: str | None = None,
    priority: Job.Priority = Job.Priority.NORMAL,
    run_after: datetime | None = None,
) -> Message | None:
    """Write the message, its deliveries by the channels that are on, and its job.

    Call it inside the transaction of the change that causes it. None when a message with this key
    was written before, or no channel of the event is on.
    """
    if key and Message.objects.filter(key=key).exists():
        return None
    channels = workflow_of(event).channels
    if not channels:
        return None
    message = Message.objects.create(
        event=event.code, customer=customer, user=user, context=context or {}, key=key, by=by,
        change_set=change_set,
    )  # fmt: skip
    message.job = jobs.enqueue(
        SEND, {"message": message.pk}, priority=priority, run_after=run_after
    )
    message.save(update_fields=["job"])
    Delivery.objects.bulk_create(
        Delivery(message=message, channel=channel, position=position)
        for position, channel in enumerate(channels)
    )
    return message


def workflow_of(event: Event) -> Workflow:
    """What the owner decided about the event, or its defaults; required channels are always on."""
    chosen = Workflow.objects.filter(event=event.code).first()
    workflow = chosen or Workflow(event=event.code, channels=[*event.on])
    workflow.channels += [code for code in event.required if code not in workflow.channels]
    return workflow
