"""Each job leaves a line in the file that its payload names, so a test sees what really ran."""

import os
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from bookkinda import jobs

SHORT = timedelta(seconds=2)


def note(path: str, line: object) -> None:
    """One line, whole even when several processes write."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, f"{line}\n".encode())
    finally:
        os.close(handle)


def wait_for_file(path: str) -> None:
    while not Path(path).exists():
        time.sleep(0.02)


@jobs.handles("errands.note")
def leave_note(job: jobs.RunningJob) -> None:
    note(job.payload["trace"], job.payload["n"])


@jobs.handles("errands.wait", lease=SHORT)
def wait_until_told(job: jobs.RunningJob) -> None:
    """Says that it started and by whom, then waits for a file and says that it ended."""
    note(job.payload["trace"], f"started {job.fence} {os.getpid()}")
    wait_for_file(job.payload["until"])
    note(job.payload["trace"], f"ended {job.fence}")


@jobs.handles("errands.effect", lease=SHORT)
def have_an_effect(job: jobs.RunningJob) -> None:
    """Waits for a file, then has its effect (one more job) together with its completion."""
    note(job.payload["trace"], f"started {job.fence} {os.getpid()}")
    wait_for_file(job.payload["until"])
    with transaction.atomic():
        jobs.enqueue("errands.effect-of-it", {"fence": job.fence})
        job.finish()


@jobs.handles("errands.count", lease=timedelta(seconds=60))
def count_in_steps(job: jobs.RunningJob) -> None:
    """A long job that notes each step once and hands itself back when the worker stops."""
    for step in range(job.progress.get("done", 0), job.payload["steps"]):
        note(job.payload["trace"], f"step {step}")
        job.heartbeat({"done": step + 1})
        if job.stopping:
            raise jobs.HandBack
        time.sleep(0.05)


@jobs.every("errands.often", timedelta(seconds=1))
def come_back(job: jobs.RunningJob) -> None:
    note(str(Path(settings.DATA_DIR) / "often"), job.pk)
