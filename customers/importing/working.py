"""What the worker does of an import: it checks the file, and saves the rows."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from bookkinda import jobs
from customers.importing import runs, steps
from customers.importing.database import little_memory
from customers.importing.local_files import local_file
from customers.importing.problems import FileRefused, TakenOver
from customers.models import ChangeSet, ImportRun

ATTEMPTS = 5
TELL_EVERY = 0.5  # seconds between two writes of the progress
MAKES_WAIT = 15.0  # seconds of work before others may go first; less would be eaten by beginnings
State = ImportRun.State

log = logging.getLogger(__name__)


@dataclass
class Teller:
    """Keeps the progress in the job, and stops the work when the worker is to stop, or when a
    mail or the like waits for this worker: the import goes on after it."""

    job: jobs.RunningJob
    began: dict[str, tuple[float, int]] = field(default_factory=dict)
    told_at: float = 0
    started_at: float = field(default_factory=time.monotonic)

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        began, first = self.began.setdefault(stage, (now, done))
        if now - self.told_at >= TELL_EVERY or done >= total:
            speed = (done - first) / (now - began) if now > began else 0
            self.job.heartbeat(
                {"stage": stage, "done": done, "total": total, "per_second": round(speed, 1)}
            )
            self.told_at = now
            if now - self.started_at >= MAKES_WAIT and done < total and jobs.others_wait():
                raise jobs.HandBack
        if self.job.stopping:
            raise jobs.HandBack


def check_run(job: jobs.RunningJob) -> None:
    """Check and stage every row of the upload."""
    with taken_over(job, State.CHECKING) as run:
        if run is None:
            return
        with local_file(run.file) as path, pictures_of(run) as photos, little_memory():
            job.heartbeat()  # a copy from far away, or a large workbook, takes its time
            work = runs.open_run(run, path)
            work.photos = photos
            job.heartbeat()
            runs.check(work, Teller(job), resume=bool(run.table))


def save_run(job: jobs.RunningJob) -> None:
    """Take the staged rows in."""
    with taken_over(job, State.SAVING) as run:
        if run is None:
            return
        with pictures_of(run) as photos, little_memory():
            work = runs.reopen(run)
            work.photos = photos
            runs.save(work, ChangeSet.Source(run.source), Teller(job))


@contextmanager
def pictures_of(run: ImportRun) -> Iterator[Path | None]:
    """The ZIP of pictures beside the table, if there is one."""
    if not run.photos:
        yield None
        return
    with local_file(run.photos) as path:
        yield path


@contextmanager
def taken_over(job: jobs.RunningJob, state: ImportRun.State) -> Iterator[ImportRun | None]:
    """The run of the job, fenced off from whoever worked on it before; None if it is not wanted.

    What makes the file unusable, and an error at the last attempt, put the run into FAILED.
    """
    run = take_over(job, state)
    try:
        yield run
    except TakenOver:
        log.info("The import of job %s was stopped or taken over.", job.pk)
    except FileRefused as error:
        fail(run, str(error))
    except (jobs.HandBack, jobs.LeaseLost):
        raise
    except Exception:
        if job.attempt >= ATTEMPTS:
            fail(run, _("This was tried several times and did not come to its end. Go on later."))
        raise


def take_over(job: jobs.RunningJob, state: ImportRun.State) -> ImportRun | None:
    with transaction.atomic():
        found = ImportRun.objects.select_for_update().filter(pk=job.payload["run"], state=state)
        run = found.filter(job=job.pk).first()
        if run is not None:
            run.fence += 1
            run.save(update_fields=["fence"])
    return run


def fail(run: ImportRun | None, sentence: str) -> None:
    """Put the run into FAILED, unless somebody else has it by now."""
    if run is not None:
        steps.give_up(run, sentence)
