"""The worker's loop: claim a job, run its handler, settle it; between jobs, start what is due."""

import logging
import traceback

from django.db import connections

from bookkinda import claiming
from bookkinda.jobs import GiveUp, HandBack, Handler, LeaseLost, Retry, RunningJob

log = logging.getLogger(__name__)


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
