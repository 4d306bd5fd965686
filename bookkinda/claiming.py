"""Who does which job now: claiming with a lease and a fence, and what becomes of the job after.

Every write is a compare-and-set on (pk, fence). A worker that was asleep while its lease ran out
therefore changes nothing: the next claim has raised the fence.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from bookkinda.jobs import HANDLERS, Handler, Job, JobQuerySet, RunningJob, known_kinds

LONGEST_BACK_OFF = timedelta(hours=1)
LEASE_EXPIRED = "lease-expired"


def due_jobs(now: datetime) -> Iterator[JobQuerySet]:
    """Questions for the next job, in the order to ask them; each is one seek in an index.

    Left by a dead worker comes first (there are few, and somebody may wait), then by priority.
    Kinds that only a newer version knows are not asked for, so they wait for a newer worker.
    """
    known = Job.objects.filter(kind__in=known_kinds())
    yield known.filter(state=Job.State.RUNNING, leased_until__lte=now).order_by("leased_until")
    for priority in sorted(Job.Priority, reverse=True):
        yield known.filter(state=Job.State.QUEUED, priority=priority, run_after__lte=now).order_by(
            "run_after", "id"
        )


def claim() -> tuple[Handler, RunningJob] | None:
    """The next job that is due, leased to the caller, or None. Leaves no transaction open."""
    for due in due_jobs(timezone.now()):
        # Looking before locking: on SQLite a transaction, even an idle one, stops every writer.
        while due.exists():
            with transaction.atomic():
                # PostgreSQL passes over rows that others are claiming. SQLite has one writer at a
                # time (transaction_mode IMMEDIATE), so the row is still free here.
                job = due.select_for_update(skip_locked=True).first()
                claimed = take(job) if job else None
            if claimed:
                return claimed
            if job is None:
                break
    return None


def take(job: Job) -> tuple[Handler, RunningJob] | None:
    """Lease the locked row; a job whose leases expired too often fails instead."""
    handler = HANDLERS[job.kind]
    left_by_dead_worker = job.state == Job.State.RUNNING
    if left_by_dead_worker and job.expired_leases >= handler.max_expired_leases:
        Job.objects.held(job.pk, job.fence).update(
            state=Job.State.FAILED,
            error_code=LEASE_EXPIRED,
            leased_until=None,
            finished_at=timezone.now(),
        )
        return None
    job.expired_leases += left_by_dead_worker
    job.attempts += not left_by_dead_worker
    job.fence += 1
    job.state = Job.State.RUNNING
    job.leased_until = timezone.now() + handler.lease
    job.save(update_fields=["expired_leases", "attempts", "fence", "state", "leased_until"])
    running = RunningJob(
        pk=job.pk,
        payload=job.payload,
        attempt=job.attempts,
        fence=job.fence,
        lease=handler.lease,
        progress=job.progress,
    )
    return handler, running


def complete(job: RunningJob) -> None:
    """Done, unless the handler already said so in its own transaction. Raises LeaseLost."""
    if not job.finished:
        job.change_held(
            state=Job.State.DONE, finished_at=timezone.now(), leased_until=None, error_code=""
        )


def fail(job: RunningJob, code: str) -> None:
    """Never again. Raises LeaseLost."""
    job.change_held(
        state=Job.State.FAILED,
        error_code=code[:100],
        finished_at=timezone.now(),
        leased_until=None,
    )


def try_again(handler: Handler, job: RunningJob, code: str, after: float | None) -> bool:
    """Queue it again, after the back-off or `after` seconds; False when that was the last attempt.

    Raises LeaseLost.
    """
    if job.attempt >= handler.max_attempts:
        fail(job, code)
        return False
    wait = back_off(handler, job.attempt) if after is None else timedelta(seconds=after)
    job.change_held(
        state=Job.State.QUEUED,
        error_code=code[:100],
        run_after=timezone.now() + wait,
        leased_until=None,
    )
    return True


def hand_back(job: RunningJob, *, after: float | None = None) -> None:
    """As if it had not been started: no attempt lost, due at once or after so many seconds. Raises
    LeaseLost."""
    due = {} if after is None else {"run_after": timezone.now() + timedelta(seconds=after)}
    job.change_held(state=Job.State.QUEUED, attempts=F("attempts") - 1, leased_until=None, **due)


def back_off(handler: Handler, attempt: int) -> timedelta:
    """Twice as long after each attempt, at most an hour; jitter keeps many from coming at once."""
    doublings = min(attempt - 1, 20)
    longest = min(handler.back_off * (1 << doublings), LONGEST_BACK_OFF)
    return longest * random.uniform(0.5, 1)  # noqa: S311 no secret
