"""The worker's part: one message, by all the channels that it goes by.

What is said may be said twice (a worker dies between the provider's yes and our commit), and is
never lost. Nothing here holds a transaction while a provider is asked, and nothing that is secret
outlives these functions: what is kept and logged are codes.
docs/decisions/0017-the-outbox.md has the reasons.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from bookkinda.jobs import Job, Postpone, RunningJob
from bookkinda.preferences import Preferences
from bookkinda.worker import drop_broken_connections
from notifications import channel_states
from notifications.attempting import Sending, attempt
from notifications.channel_states import STOPPED
from notifications.events import NotWanted, Secret, event_of
from notifications.models import Delivery, Message, Workflow
from notifications.outbox import REPLACED, newer_than, older_than, workflow_of
from notifications.quiet_hours import quiet_until
from notifications.reaching import address_of, reason_not_to
from notifications.recording import (
    NOT_NEEDED,
    Tried,
    failed,
    open_deliveries,
    record,
    sent,
    skip,
    still_open,
    tell_channel,
    wait_for_channel,
    wait_until,
)
from notifications.throttling import wait_for_slots

A_NEWER_VERSION = 60.0  # seconds until an event that only it knows is looked at again
ORDER = 3.0  # seconds until an older message of the same kind to the same person has gone
SOON = timedelta(seconds=1)
PAUSES = (0.2, 1.0, 3.0, 10.0)  # seconds between two tries to write what a provider answered

log = logging.getLogger(__name__)
try_now = channel_states.try_now


def send_message(job: RunningJob) -> None:
    """Send the job's message by what is open of it. Raises Postpone when something stays open."""
    sending = read(job)
    if sending is None:
        return
    try:
        wait_for_its_time(sending)
        deliveries = ready(sending)
        if wait_for_slots(job, [delivery.channel for delivery in deliveries]):
            deliveries = still_wanted(deliveries)
        send_by(sending, deliveries)
    except NotWanted as gone:
        with transaction.atomic():
            job.heartbeat()
            skip(open_deliveries(sending.message), gone.code)
    wait_for_the_rest(sending)


def read(job: RunningJob) -> Sending | None:
    """What is to be sent, or None: it was erased, or nothing of it is open."""
    # The login in the same moment as the address: a link is made for what it was then.
    messages = Message.objects.select_related("customer__user", "user")
    message = messages.filter(pk=job.payload["message"]).first()
    if message is None or not open_deliveries(message).exists():
        return None
    try:
        event = event_of(message.event)
    except KeyError:
        raise Postpone(A_NEWER_VERSION) from None
    by_fallback = workflow_of(event).mode == Workflow.Mode.FALLBACK
    return Sending(job, message, event, by_fallback)


def wait_for_its_time(sending: Sending) -> None:
    """Raises Postpone in quiet hours. Logins wait for nobody."""
    if sending.event.is_credential:
        return
    now = timezone.now()
    until = quiet_until(Preferences.load(), sending.message.customer, now)
    if until and may_wait(sending, until):
        wait_until(open_deliveries(sending.message), until)
        raise Postpone((until - now).total_seconds())


def may_wait(sending: Sending, until: datetime) -> bool:
    """Whether it is not too late when the quiet hours are over. Raises NotWanted."""
    asked = sending.event.may_wait
    return asked is None or asked(sending.message, until)


def ready(sending: Sending) -> list[Delivery]:
    """The deliveries to try now, with their addresses; by fallback the first one alone.

    Decides those that may not go anywhere, and lets those of a stopped channel wait.
    """
    found: list[Delivery] = []
    for delivery in due(sending):
        delivery.to = address_of(sending.message, sending.event, delivery.channel)
        reason = reason_not_to(sending.message, sending.event, delivery.channel, delivery.to)
        if reason:
            skip(still_open(delivery), reason)
        elif not channel_states.may_try(delivery.channel):
            wait_for_channel(delivery)
        else:
            found.append(delivery)
            if sending.by_fallback:
                break
    return found


def due(sending: Sending) -> list[Delivery]:
    """The open deliveries whose time has come; by fallback, none behind one that waits.

    A secret that no channel took is tried again by all of them together: the one that took it
    alone would leave the others none.
    """
    until = timezone.now() + SOON
    deliveries = open_deliveries(sending.message)
    if sending.event.make_secret and not sending.by_fallback:
        return list(deliveries)
    found = []
    for delivery in deliveries:
        if delivery.code == STOPPED or not delivery.next_try_at or delivery.next_try_at <= until:
            found.append(delivery)
        elif sending.by_fallback:
            break
    return found


def still_wanted(deliveries: list[Delivery]) -> list[Delivery]:
    """Without those that were cancelled while this message waited for its slot."""
    wanted = Delivery.objects.filter(
        pk__in=[delivery.pk for delivery in deliveries], state=Delivery.State.QUEUED
    )
    pks = set(wanted.values_list("pk", flat=True))
    return [delivery for delivery in deliveries if delivery.pk in pks]


def send_by(sending: Sending, deliveries: list[Delivery]) -> None:
    """Try each of the deliveries once. Raises NotWanted."""
    if sending.event.make_secret is None:
        send_openly(sending, deliveries)
    elif deliveries:
        wait_for_older(sending)
        send_secret(sending, deliveries, sending.event.make_secret(sending.message))


def send_openly(sending: Sending, deliveries: list[Delivery]) -> None:
    """Each channel for itself: what one of them took is written down before the next is asked."""
    for delivery in deliveries:
        sending.job.heartbeat()
        tried = attempt(sending, delivery, {})
        surely(partial(note, sending, tried))
        tell_channel(tried, sending.message)


def note(sending: Sending, tried: Tried) -> None:
    """Write down what one channel answered, if the job is still ours."""
    with transaction.atomic():
        sending.job.heartbeat()
        record(tried)
        if tried.accepted and sending.by_fallback:
            skip(open_deliveries(sending.message), NOT_NEEDED)


def surely(write: Callable[[], None]) -> None:
    """Write what a provider answered, also when the database is busy or starts anew just then:
    what it took and we did not note would be said twice. Raises LeaseLost."""
    for pause in PAUSES:
        try:
            return write()
        except (OperationalError, InterfaceError) as error:
            log.warning("The database does not answer (%s).", type(error).__name__)
            drop_broken_connections()
            time.sleep(pause)
    return write()


def wait_for_older(sending: Sending) -> None:
    """Who got two of them must find the newest one last, and working.

    Raises NotWanted when there is a newer one, and Postpone while a worker sends an older one.
    """
    if newer_than(sending.message).exists():
        raise NotWanted(REPLACED)
    running = Job.objects.filter(
        pk__in=older_than(sending.message).values("job_id"),
        state=Job.State.RUNNING,
        leased_until__gt=timezone.now(),
    )
    if running.exists():
        raise Postpone(ORDER)


@sensitive_variables()
def send_secret(sending: Sending, deliveries: list[Delivery], secret: Secret) -> None:
    """The same secret by all of the channels. It works as soon as one of them took it.

    Then no other channel is tried again. While none took it, what worked before goes on working,
    and the next try makes a new secret. Raises NotWanted.
    """
    tries = []
    for delivery in deliveries:
        sending.job.heartbeat()
        tries.append(attempt(sending, delivery, secret.values))
    if any(tried.accepted for tried in tries):
        surely(partial(settle, sending, tries, secret))
    else:
        with transaction.atomic():
            sending.job.heartbeat()
            for tried in tries:
                record(tried)
    for tried in tries:
        tell_channel(tried, sending.message)


@sensitive_variables()
def settle(sending: Sending, tries: list[Tried], secret: Secret) -> None:
    """One transaction: the job is ours and done, the secret works, and what became of each
    delivery. If the secret is not wanted any more, all that is written is what was sent."""
    code = ""
    try:
        with transaction.atomic():
            sending.job.finish()
            secret.keep()
            settle_deliveries(sending, tries, code)
    except NotWanted as gone:
        code = gone.code
        with transaction.atomic():
            sending.job.finish()
            settle_deliveries(sending, tries, code)


def settle_deliveries(sending: Sending, tries: list[Tried], code: str) -> None:
    """What one channel took is sent; what the others failed to take has failed, and what was not
    tried was not needed. With `code` it was all for nothing."""
    for tried in tries:
        if tried.accepted:
            sent(tried.delivery, tried.accepted, code=code)
        elif tried.failure:
            failed(tried.delivery, tried.failure.code)
    rest = open_deliveries(sending.message)
    if sending.by_fallback or code:
        skip(rest, code or NOT_NEEDED)
        return
    for delivery in rest:
        failed(delivery, delivery.code)


def wait_for_the_rest(sending: Sending) -> None:
    """Raises Postpone while a delivery is open: until the first one is due."""
    if sending.job.finished:
        return
    now = timezone.now()
    times = []
    for delivery in open_deliveries(sending.message):
        times.append(delivery.next_try_at or now)
        if sending.by_fallback and delivery.code != STOPPED:
            break
    if times:
        raise Postpone(max(0.0, (min(times) - now).total_seconds()))
