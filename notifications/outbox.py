"""What is to be said is written down in the transaction of its cause; the worker says it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from bookkinda import jobs
from bookkinda.jobs import Job
from customers.models import ChangeSet, Customer
from notifications.events import Event, event_of
from notifications.models import Delivery, Message, Workflow

SEND = "notifications.send"  # the kind of the jobs
REPLACED = "replaced"  # the code of what a newer message made pointless


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


def queue_many(
    event: Event,
    customers: Iterable[Customer],
    *,
    by: User | None = None,
    change_set: ChangeSet | None = None,
    priority: Job.Priority = Job.Priority.BULK,
    about_login: bool = False,
) -> int:
    """`queue` for many customers of one act, in four statements; says for how many. One about the
    login is for the login that each customer has now.

    Call it with some hundreds at a time, inside the transaction of what is done to them.
    """
    channels = workflow_of(event).channels
    if not channels:
        return 0
    messages = Message.objects.bulk_create(
        Message(
            event=event.code,
            customer=customer,
            by=by,
            change_set=change_set,
            user_id=customer.user_id if about_login else None,
        )
        for customer in customers
    )
    carriers = Job.objects.bulk_create(
        Job(kind=SEND, payload={"message": message.pk}, priority=priority) for message in messages
    )
    for message, job in zip(messages, carriers, strict=True):
        message.job = job
    Message.objects.bulk_update(messages, ["job"])
    Delivery.objects.bulk_create(
        Delivery(message=message, channel=channel, position=position)
        for message in messages
        for position, channel in enumerate(channels)
    )
    return len(messages)


def cancel(messages: QuerySet[Message], code: str) -> None:
    """What of them has not gone yet does not go, for this reason. What a worker is sending right
    now may still arrive: its secret does not work, because `Secret.keep` asks again."""
    Delivery.objects.filter(message__in=messages, state=Delivery.State.QUEUED).update(
        state=Delivery.State.SKIPPED, code=code, next_try_at=None, changed_at=timezone.now()
    )


def resend(message: Message, by: User | None) -> Message | None:
    """Say it again, by the channels that are on today, and in front of what goes to many.

    A new message; what is still open of this one is dropped. Access to the Customer Panel has
    conditions of its own: call portal_access.resend. None when no channel is on.
    """
    with transaction.atomic():
        cancel(Message.objects.filter(pk=message.pk), REPLACED)
        return queue(
            event_of(message.event),
            message.customer,
            user=message.user,
            context=message.context,
            by=by,
            priority=Job.Priority.URGENT,
        )


def alike(message: Message) -> QuerySet[Message]:
    """The messages of the same event to the same person, whichever login they are about."""
    said = Message.objects.filter(event=message.event)
    if message.customer_id:
        return said.filter(customer=message.customer_id)
    return said.filter(customer=None, user=message.user_id)


def newer_than(message: Message) -> QuerySet[Message]:
    """Those about the same login: of two customers who were merged, each had one."""
    return alike(message).filter(pk__gt=message.pk, user=message.user_id)


def older_than(message: Message) -> QuerySet[Message]:
    return alike(message).filter(pk__lt=message.pk)


def workflow_of(event: Event) -> Workflow:
    """What the owner decided about the event, or its defaults; required channels are always on."""
    return as_decided(event, Workflow.objects.filter(event=event.code).first())


def as_decided(event: Event, chosen: Workflow | None) -> Workflow:
    """The same with the row at hand, if there is one."""
    workflow = chosen or Workflow(event=event.code, channels=[*event.on])
    workflow.channels += [code for code in event.required if code not in workflow.channels]
    return workflow
