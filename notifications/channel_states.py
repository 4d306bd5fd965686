"""Stopping a channel whose settings are wrong, finding out that it works again, and going on.

While it is stopped its messages wait and lose no attempt. One of them tries every ten minutes, or
when staff ask for it; the first that goes through lets all the others go.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from bookkinda.jobs import Job
from notifications.models import ChannelState, Delivery

STOPPED = "channel-stopped"  # the code of deliveries that wait for it
PROBE_EVERY = timedelta(minutes=10)
BATCH = 1_000
NEWS_EVERY = timedelta(minutes=1)  # a success is not written down for each message

log = logging.getLogger(__name__)


def state_of(channel: str) -> ChannelState:
    return ChannelState.objects.get_or_create(channel=channel)[0]


def may_try(channel: str) -> bool:
    """Whether a message may go by it now. While it is stopped, the one that finds out whether it
    works again: the answer is yes for one caller every ten minutes, on whatever machine."""
    if state_of(channel).stopped_at is None:
        return True
    now = timezone.now()
    due = ChannelState.objects.filter(channel=channel, slot_at__lte=now)
    return bool(due.update(slot_at=now + PROBE_EVERY))


def stop(channel: str, code: str) -> None:
    """Its settings are wrong: nothing goes by it until one message, or a test, goes through."""
    now = timezone.now()
    state_of(channel)
    states = ChannelState.objects.filter(channel=channel)
    if states.filter(stopped_at=None).update(stopped_at=now):
        log.error("The channel %s is stopped: %s.", channel, code)
    states.update(
        stopped_code=code,
        slot_at=now + PROBE_EVERY,
        last_failure_at=now,
        last_failure_code=code,
    )


def note_failure(channel: str, code: str) -> None:
    """A message did not go; the channel itself may be well."""
    ChannelState.objects.filter(channel=channel).update(
        last_failure_at=timezone.now(), last_failure_code=code
    )


def note_success(channel: str) -> None:
    """A message went: if the channel was stopped it goes on, with all that waited for it."""
    state, now = state_of(channel), timezone.now()
    states = ChannelState.objects.filter(pk=state.pk)
    if state.stopped_at is None:
        old = Q(last_success_at=None) | Q(last_success_at__lt=now - NEWS_EVERY)
        states.filter(old).update(last_success_at=now)
        return
    states.update(stopped_at=None, stopped_code="", slot_at=now, last_success_at=now)
    log.warning("The channel %s works again.", channel)
    let_go(channel)


def try_now(channel: str) -> None:
    """Staff mended it, or think so: its oldest message tries at once, the others after it."""
    now = timezone.now()
    states = ChannelState.objects.filter(channel=channel).exclude(stopped_at=None)
    if states.update(slot_at=now) and not pull(channel):
        states.update(stopped_at=None, stopped_code="")  # nothing waits, so the next one shows it


def look_after() -> None:
    """What a minute's tick does: let the oldest message of a stopped channel try when that is due,
    and let go who came to wait in the moment in which it was mended."""
    for state in ChannelState.objects.all():
        if state.stopped_at is None:
            let_go(state.channel)
        elif state.slot_at <= timezone.now():
            pull(state.channel)


def pull(channel: str) -> bool:
    """Make the oldest message that waits for the channel due; False when none waits."""
    oldest = waiting_for(channel).order_by("id").values_list("message__job_id", flat=True)[:1]
    jobs = Job.objects.filter(pk__in=list(oldest))
    return bool(jobs.filter(state=Job.State.QUEUED).update(run_after=timezone.now()))


def let_go(channel: str) -> None:
    """Everything that waits for the channel is due now."""
    while pks := list(waiting_for(channel).values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            waiting = Delivery.objects.filter(pk__in=pks)
            Job.objects.filter(
                pk__in=waiting.values("message__job_id"), state=Job.State.QUEUED
            ).update(run_after=timezone.now())
            waiting.filter(state=Delivery.State.QUEUED).update(code="", next_try_at=None)


def waiting_for(channel: str) -> QuerySet[Delivery]:
    return Delivery.objects.filter(channel=channel, state=Delivery.State.QUEUED, code=STOPPED)
