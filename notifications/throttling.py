"""How fast messages go by each channel. All machines share the pace: it is a row of the table."""

import time
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from bookkinda.jobs import HandBack, Job, Postpone, RunningJob, others_wait
from notifications.models import ChannelState

LONGEST_WAIT = 10.0  # seconds that a worker waits for a slot; longer, and it does something else
LONGEST_HOLD = 300.0
A_MOMENT = 0.5


def wait_for_slots(job: RunningJob, channels: Iterable[str]) -> bool:
    """Return when a message may go by each of the channels, and say whether that took a while.
    Raises HandBack, Postpone."""
    channels = list(channels)
    if len(channels) > 1:
        postpone_if_far(channels)
    wait = max((reserve(channel) for channel in channels), default=0.0)
    until = time.monotonic() + wait
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, A_MOMENT))
        if job.stopping or (left > A_MOMENT and gives_way(job)):
            raise HandBack
    return wait > 0


def postpone_if_far(channels: list[str]) -> None:
    """Before a slot is taken from the one that another has none to go with. Raises Postpone."""
    limit = timezone.now() + timedelta(seconds=LONGEST_WAIT)
    far = ChannelState.objects.filter(channel__in=channels, stopped_at=None, slot_at__gt=limit)
    last = far.aggregate(last=Max("slot_at"))["last"]
    if last:
        raise Postpone((last - timezone.now()).total_seconds())


def gives_way(job: RunningJob) -> bool:
    """Whether this is one of many messages, and somebody waits for something else."""
    is_bulk = Job.objects.filter(pk=job.pk, priority=Job.Priority.BULK).exists()
    return is_bulk and others_wait()


def reserve(channel: str) -> float:
    """Take the channel's next slot, and say in how many seconds it is. Raises Postpone when it is
    too far off, and takes none then."""
    pace = settings.MESSAGES_PER_SECOND.get(channel, 0)
    now = timezone.now()
    states = ChannelState.objects.filter(channel=channel, stopped_at=None)
    if not pace and not states.filter(slot_at__gt=now).exists():
        return 0
    with transaction.atomic():
        state = states.select_for_update().first()
        if state is None:
            return 0
        slot = max(now, state.slot_at)
        wait = (slot - now).total_seconds()
        if wait <= LONGEST_WAIT:
            gap = timedelta(seconds=1 / pace) if pace else timedelta()
            states.filter(pk=state.pk).update(slot_at=slot + gap)
    if wait > LONGEST_WAIT:
        raise Postpone(wait)
    return wait


def hold(channel: str, seconds: float) -> None:
    """The provider asked for a pause: nobody sends by this channel until it is over."""
    until = timezone.now() + timedelta(seconds=min(seconds, LONGEST_HOLD))
    ChannelState.objects.filter(channel=channel, stopped_at=None, slot_at__lt=until).update(
        slot_at=until
    )
