"""Work that outlives a request: the job row, who does which kind, and what a handler may do.

Knows no app. An app's tasks.py (imported from its AppConfig.ready) says who does what:

    @jobs.handles("accounts.send-reset-mail")
    def send_reset_mail(job: jobs.RunningJob) -> None: ...

and a rule calls jobs.enqueue(kind, payload) inside the transaction of its change. Payloads hold ids
and plain choices, never a secret: rows are kept for days and read by support.
bookkinda/worker.py runs the handlers. docs/decisions/0002-jobs-in-a-table.md has the reasons.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import models, transaction
from django.utils import timezone

AN_IDLE_LOOK = timedelta(seconds=3)  # a worker without work has looked by then


class JobQuerySet(models.QuerySet["Job"]):
    def held(self, pk: int, fence: int) -> "JobQuerySet":
        """The job, as long as whoever claimed it under this fence still holds it."""
        return self.filter(pk=pk, fence=fence, state=Job.State.RUNNING)

    def unfinished(self) -> "JobQuerySet":
        """Jobs that wait or run."""
        return self.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])


class Job(models.Model):
    """One piece of work for the worker. Written in the transaction of the change that causes it."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    class Priority(models.IntegerChoices):
        """Few levels on purpose: the worker looks for the oldest due job of each, by index."""

        BULK = -10
        NORMAL = 0
        URGENT = 10

    kind = models.CharField(max_length=100)
    payload = models.JSONField(default=dict)
    priority = models.SmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    run_after = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=7, choices=State.choices, default=State.QUEUED)
    fence = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    expired_leases = models.PositiveSmallIntegerField(default=0)
    progress = models.JSONField(default=dict)
    error_code = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index("state", "priority", "run_after", "id", name="job_next"),
            models.Index("state", "leased_until", name="job_lease"),
            models.Index("state", "finished_at", name="job_finished"),
        ]


class Schedule(models.Model):
    """When a kind of periodic work is due next."""

    name = models.CharField(max_length=100, unique=True)
    next_run_at = models.DateTimeField()
    # No constraint: old jobs are deleted by the thousand; the number of a gone one harms nobody.
    last_job = models.ForeignKey(
        Job, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )

    class Meta:
        default_permissions = ()


class WorkerSign(models.Model):
    """The last sign of life of one worker process; /readyz reads it."""

    name = models.CharField(max_length=100, unique=True)
    seen_at = models.DateTimeField()

    class Meta:
        default_permissions = ()


class Retry(Exception):
    """The handler could not do it now: again after `after` seconds, else after the back-off."""

    def __init__(self, *, after: float | None = None, code: str = "retry") -> None:
        super().__init__(code)
        self.after = after
        self.code = code


class GiveUp(Exception):
    """The handler can never do it. The job fails at once and keeps `code`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class HandBack(Exception):
    """The handler stops because the worker stops; the job waits for another, no attempt is lost."""


class Postpone(Exception):
    """It is not time yet: again after `after` seconds, and this was no attempt."""

    def __init__(self, after: float) -> None:
        super().__init__(after)
        self.after = after


class LeaseLost(Exception):
    """Somebody else holds the job now: what this handler was about to write must not be written."""


def never() -> bool:
    return False


@dataclass
class RunningJob:
    """What a handler gets: the job it does, and the ways to keep it, hand it back and finish it."""

    pk: int
    payload: dict[str, Any]
    attempt: int  # 1 at the first try; a try that a dead worker left is the same try
    fence: int
    lease: timedelta
    progress: dict[str, Any] = field(default_factory=dict)
    is_stopping: Callable[[], bool] = never
    finished: bool = False

    @property
    def stopping(self) -> bool:
        """Whether the worker was asked to stop. A long job then raises HandBack at a good place."""
        return self.is_stopping()

    def heartbeat(self, progress: dict[str, Any] | None = None) -> None:
        """Hold the job for another lease and keep its progress. Raises LeaseLost."""
        changes: dict[str, Any] = {"leased_until": timezone.now() + self.lease}
        if progress is not None:
            changes["progress"] = self.progress = progress
        self.change_held(**changes)

    def finish(self) -> None:
        """Mark the job done in the caller's transaction, so that it commits with the effect.

        Raises LeaseLost, which rolls the effect back: another worker has the job.
        """
        if not transaction.get_connection().in_atomic_block:
            raise transaction.TransactionManagementError(
                "Call finish() in the effect's transaction."
            )
        self.change_held(state=Job.State.DONE, finished_at=timezone.now(), leased_until=None)
        self.finished = True

    def change_held(self, **changes: Any) -> None:
        """Compare-and-set on (pk, fence): write, or raise LeaseLost when the job is not ours."""
        if not Job.objects.held(self.pk, self.fence).update(**changes):
            raise LeaseLost


@dataclass(frozen=True)
class Handler:
    """Who does one kind of job, and how patiently."""

    kind: str
    run: Callable[[RunningJob], None]
    max_attempts: int
    max_expired_leases: int
    lease: timedelta
    back_off: timedelta


HANDLERS: dict[str, Handler] = {}
PERIODS: dict[str, timedelta] = {}


def handles(
    kind: str,
    *,
    max_attempts: int = 5,
    max_expired_leases: int = 20,
    lease: timedelta = timedelta(seconds=120),
    back_off: timedelta = timedelta(seconds=15),
) -> Callable[[Callable[[RunningJob], None]], Callable[[RunningJob], None]]:
    """Register the function as the one that does this kind of job.

    The function returns when the work is done, raises Retry, GiveUp or HandBack, and any other
    exception is taken for a temporary one. A lease that runs out (the worker was killed) has its
    own, larger limit: restarts are no fault of the job, but a job that kills each worker must end.
    """
    if kind in HANDLERS:
        raise ImproperlyConfigured(f"Two handlers want the jobs of kind {kind}.")
    if max_expired_leases <= max_attempts:
        raise ImproperlyConfigured(f"{kind}: max_expired_leases must be above max_attempts.")

    def register(run: Callable[[RunningJob], None]) -> Callable[[RunningJob], None]:
        HANDLERS[kind] = Handler(kind, run, max_attempts, max_expired_leases, lease, back_off)
        return run

    return register


def every(
    name: str, period: timedelta, **patience: Any
) -> Callable[[Callable[[RunningJob], None]], Callable[[RunningJob], None]]:
    """Register the function as periodic work: a job of kind `name` each period, never two at once.

    Takes what `handles` takes. However many workers run, each period gives one job.
    """

    def register(run: Callable[[RunningJob], None]) -> Callable[[RunningJob], None]:
        PERIODS[name] = period
        return handles(name, **patience)(run)

    return register


def known_kinds() -> Collection[str]:
    """The kinds that this version of Bookkinda can do."""
    return HANDLERS.keys()


def others_wait() -> bool:
    """Whether work above BULK has waited longer than an idle worker lets it: a long job may then
    raise HandBack at a good place, and goes on after it."""
    due = Job.objects.filter(state=Job.State.QUEUED, run_after__lte=timezone.now() - AN_IDLE_LOOK)
    return due.filter(kind__in=known_kinds(), priority__gt=Job.Priority.BULK).exists()


def enqueue(
    kind: str,
    payload: dict[str, Any] | None = None,
    *,
    priority: Job.Priority = Job.Priority.NORMAL,
    run_after: datetime | None = None,
) -> Job:
    """Write a job. Call it inside the transaction of the change that causes it.

    A job of many (a bulk send) is BULK, so that what somebody waits for overtakes it.
    """
    return Job.objects.create(
        kind=kind,
        payload=payload or {},
        priority=Job.Priority(priority),
        run_after=run_after or timezone.now(),
    )
