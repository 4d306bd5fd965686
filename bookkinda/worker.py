"""The worker's loop: claim a job, run its handler, settle it; between jobs, start what is due."""

import logging
import os
import random
import socket
import time
import traceback

from django.db import InterfaceError, OperationalError, connections
from django.utils import timezone

from bookkinda import claiming, schedules
from bookkinda.jobs import (
    GiveUp,
    HandBack,
    Handler,
    Job,
    LeaseLost,
    Postpone,
    Retry,
    RunningJob,
    WorkerSign,
    known_kinds,
)
from bookkinda.stopping import StopSignal

SHORTEST_PAUSE = 0.1  # seconds between two looks into an empty queue; doubles up to the longest
LONGEST_PAUSE = 2.0
LONGEST_OUTAGE_PAUSE = 15.0
UPKEEP_EVERY = 5.0

log = logging.getLogger(__name__)


class Worker:
    """One process that does jobs until it is asked to stop; any number may run at once."""

    def __init__(self, stop: StopSignal) -> None:
        self.stop = stop
        self.name = f"{socket.gethostname()}:{os.getpid()}"[:100]
        self.next_upkeep = 0.0
        self.unknown: frozenset[str] = frozenset()

    def work(self) -> None:
        """Do jobs until the stop signal. An unreachable database is waited for."""
        log.info("Worker %s is ready for %s kinds of jobs.", self.name, len(known_kinds()))
        pause = SHORTEST_PAUSE
        while not self.stop.requested:
            try:
                pause = self.look_once(pause)
            except (OperationalError, InterfaceError) as error:
                log.warning("The database does not answer (%s).", type(error).__name__)
                connections.close_all()
                pause = min(pause * 2, LONGEST_OUTAGE_PAUSE)
            if pause:
                self.stop.wait(pause * random.uniform(0.75, 1))  # noqa: S311 no secret
            pause = pause or SHORTEST_PAUSE
        self.leave()

    def look_once(self, pause: float) -> float:
        """Do one job if there is one, and say how long to pause after it (0: look again now)."""
        drop_broken_connections()
        self.keep_up()
        claimed = claiming.claim()
        if claimed is None:
            return min(pause * 2, LONGEST_PAUSE)
        handler, job = claimed
        job.is_stopping = lambda: self.stop.requested
        run(handler, job)
        return 0

    def keep_up(self) -> None:
        """Every few seconds: show a sign of life, start periodic work, look for unknown kinds."""
        if time.monotonic() < self.next_upkeep:
            return
        self.next_upkeep = time.monotonic() + UPKEEP_EVERY
        WorkerSign.objects.update_or_create(name=self.name, defaults={"seen_at": timezone.now()})
        schedules.write_missing_schedules()
        schedules.start_due_schedules()
        self.warn_of_unknown_kinds()

    def warn_of_unknown_kinds(self) -> None:
        """Once for each set of kinds: jobs wait that only another version can do."""
        due = Job.objects.filter(state=Job.State.QUEUED, run_after__lte=timezone.now())
        others = due.exclude(kind__in=known_kinds()).values_list("kind", flat=True)
        unknown = frozenset(others.distinct()[:20])
        if unknown - self.unknown:
            log.warning("Left for a newer worker: jobs of kind %s.", ", ".join(sorted(unknown)))
        self.unknown = unknown

    def leave(self) -> None:
        """Take the sign of life away: this worker did not die, it stopped."""
        WorkerSign.objects.filter(name=self.name).delete()
        connections.close_all()
        log.info("Worker %s has stopped.", self.name)


def run_due_jobs(most: int = 1_000) -> int:
    """Run the jobs that are due now, in this process, and say how many; tests use it."""
    for count in range(most):
        claimed = claiming.claim()
        if claimed is None:
            return count
        run(*claimed)
    return most


def run(handler: Handler, job: RunningJob) -> None:
    """Run the handler of a claimed job and settle what becomes of it."""
    try:
        outcome = perform(handler, job)
    except LeaseLost:
        outcome = "lost its lease to another worker"
    log.info("Job %s %s %s.", job.pk, handler.kind, outcome)


def perform(handler: Handler, job: RunningJob) -> str:
    """The outcome in words. Only codes are kept and logged: an error's text may hold a secret."""
    try:
        handler.run(job)
    except HandBack:
        claiming.hand_back(job)
        return "was handed back"
    except Postpone as error:
        claiming.hand_back(job, after=error.after)
        return "waits for its time"
    except GiveUp as error:
        claiming.fail(job, error.code)
        return f"failed for good: {error.code}"
    except Retry as error:
        again = claiming.try_again(handler, job, error.code, error.after)
        return f"{'waits for its next try' if again else 'failed after its last try'}: {error.code}"
    except LeaseLost:
        raise
    except Exception as error:
        code = type(error).__name__
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("Job %s %s raised %s at\n%s", job.pk, handler.kind, code, where)
        drop_broken_connections()
        again = claiming.try_again(handler, job, code, None)
        return f"{'waits for its next try' if again else 'failed after its last try'}: {code}"
    claiming.complete(job)
    return "is done"


def drop_broken_connections() -> None:
    """Let go of connections that the database ended, so that the next query opens a new one."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
