"""Whether workers are there, and whether what is due gets done. Reads only; knows no app."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from bookkinda.jobs import PERIODS, Job, Schedule, WorkerSign

SILENCE = timedelta(seconds=60)  # a worker shows itself every few seconds, except during a job
LATE = timedelta(minutes=10)


@dataclass(frozen=True)
class Tick:
    """One kind of periodic work: when it came last, and when it comes next."""

    name: str
    last: datetime | None
    next: datetime

    @property
    def is_late(self) -> bool:
        return self.next < timezone.now() - LATE


def a_worker_is_there() -> bool:
    """Whether one was seen lately, or is busy with a job whose lease it holds."""
    now = timezone.now()
    return (
        WorkerSign.objects.filter(seen_at__gte=now - SILENCE).exists()
        or Job.objects.filter(state=Job.State.RUNNING, leased_until__gte=now).exists()
    )


def a_worker_is_missed() -> bool:
    """Whether none is there although one should be: one fell silent, or something has been due for
    longer than any worker lets it. Before the first one has something to do, nothing is missed."""
    if a_worker_is_there():
        return False
    since = timezone.now() - SILENCE
    due = Job.objects.filter(state=Job.State.QUEUED, run_after__lte=since)
    return (
        WorkerSign.objects.exists()
        or Schedule.objects.filter(next_run_at__lte=since).exists()
        or due.exists()
    )


def last_sign() -> datetime | None:
    """When a worker was seen last; None when all of them stopped in order, or none ever ran."""
    return WorkerSign.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()


def late_since() -> datetime | None:
    """Since when the oldest job that somebody may wait for is due, where that is too long. Jobs of
    many take their time, and are not counted."""
    latest = timezone.now() - LATE
    due = [
        Job.objects.filter(state=Job.State.QUEUED, priority=priority, run_after__lte=latest)
        .order_by("run_after")
        .values_list("run_after", flat=True)
        .first()
        for priority in (Job.Priority.NORMAL, Job.Priority.URGENT)
    ]
    return min((moment for moment in due if moment), default=None)


def ticks() -> list[Tick]:
    """The periodic work of this version, what is due first. A start sets the next one a period
    ahead, so that tells when the last one was."""
    known = Schedule.objects.filter(name__in=PERIODS).order_by("next_run_at")
    return [
        Tick(
            name=each.name,
            last=each.next_run_at - PERIODS[each.name] if each.last_job_id else None,
            next=each.next_run_at,
        )
        for each in known
    ]
