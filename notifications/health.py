"""Is everything being sent? What the health page shows, monitors ask, and every page warns of.

Each answer is a look into an index, whatever the log holds.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

from bookkinda import workers
from bookkinda.preferences import Preferences
from notifications.channels import channel_of
from notifications.log import COUNTED, Query, count_of_log, walk
from notifications.models import ChannelCode, ChannelState, Delivery

# Written out: SQLite uses an index of some states only where it sees these very states.
FAILED_SINCE = (
    "SELECT count(*) FROM (SELECT 1 FROM notifications_delivery "
    "WHERE state IN ('bounced', 'failed') AND changed_at >= %s LIMIT %s) AS failed"
)
WAITING = Query(states=(Delivery.State.QUEUED,), newer=0)
KNOWN_FOR = 15.0  # seconds for which a process believes that all is well


@dataclass(frozen=True)
class ChannelHealth:
    """How one way of reaching people is doing."""

    code: str
    label: str
    is_configured: bool
    state: ChannelState

    @property
    def is_stopped(self) -> bool:
        return self.state.stopped_at is not None


@dataclass(frozen=True)
class Health:
    """Everything that the page shows. Numbers end at one more than are counted."""

    worker_is_there: bool
    last_sign: datetime | None
    late_since: datetime | None
    waiting: int
    oldest: Delivery | None
    failed_today: int
    ticks: list[workers.Tick]
    channels: list[ChannelHealth]

    @property
    def stopped(self) -> list[ChannelHealth]:
        return [channel for channel in self.channels if channel.is_stopped]

    @property
    def last_tick(self) -> datetime | None:
        return max((tick.last for tick in self.ticks if tick.last), default=None)

    @property
    def is_ticking(self) -> bool:
        """Whether no periodic work is late; without a worker it is that which is missing."""
        return not self.worker_is_there or not any(tick.is_late for tick in self.ticks)

    @property
    def is_well(self) -> bool:
        return (
            self.worker_is_there
            and not self.stopped
            and self.late_since is None
            and self.is_ticking
        )


def look() -> Health:
    """How sending is doing now."""
    oldest = walk(WAITING, 1)
    midnight = timezone.localtime(timezone.now(), Preferences.load().zone).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    return Health(
        worker_is_there=workers.a_worker_is_there(),
        last_sign=workers.last_sign(),
        late_since=workers.late_since(),
        waiting=count_of_log(WAITING) or 0,
        oldest=Delivery.objects.filter(pk__in=oldest).select_related("message__customer").first(),
        failed_today=failed_since(midnight),
        ticks=workers.ticks(),
        channels=channels(),
    )


def failed_since(moment: datetime) -> int:
    """How many deliveries failed or came back since then; one more than are counted, at most."""
    with connection.cursor() as cursor:
        cursor.execute(FAILED_SINCE, [moment, COUNTED + 1])
        return int(cursor.fetchone()[0])


def channels() -> list[ChannelHealth]:
    """Every channel, in the order of the settings."""
    states = {state.channel: state for state in ChannelState.objects.all()}
    return [
        ChannelHealth(
            code=code,
            label=str(code.label),
            is_configured=channel_of(code).is_configured(),
            state=states.get(code) or ChannelState(channel=code),
        )
        for code in ChannelCode
    ]


def stopped_channels() -> list[str]:
    """The codes of the channels that are stopped because their settings are wrong."""
    stopped = ChannelState.objects.filter(stopped_at__isnull=False).order_by("channel")
    return list(stopped.values_list("channel", flat=True))


def parts_that_fail() -> Iterator[str]:
    """What keeps messages from being sent, in words for monitors."""
    if not workers.a_worker_is_there():
        yield "worker"
    elif any(tick.is_late for tick in workers.ticks()):
        yield "periodic-work"
    if workers.late_since():
        yield "waiting-messages"
    yield from stopped_channels()


@dataclass(frozen=True)
class Alarm:
    """What every page of the back office warns of."""

    worker_is_missed: bool
    stopped: list[str]  # labels of channels

    def __bool__(self) -> bool:
        return self.worker_is_missed or bool(self.stopped)


class Watch:
    """Looks for an alarm at most every few seconds while all is well, so that pages cost nothing
    more; an alarm is looked at again each time, so that it ends at once."""

    def __init__(self) -> None:
        self.well_until = 0.0

    def alarm(self) -> Alarm | None:
        if time.monotonic() < self.well_until:
            return None
        codes = stopped_channels()
        alarm = Alarm(
            workers.a_worker_is_missed(), [str(ChannelCode(code).label) for code in codes]
        )
        self.well_until = 0.0 if alarm else time.monotonic() + KNOWN_FOR
        return alarm or None


watch = Watch()
