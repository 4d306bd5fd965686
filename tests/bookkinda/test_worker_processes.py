"""Workers as real processes: killed, stopped, frozen, and many at once, on both databases."""

import itertools
import os
import signal
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bookkinda import jobs
from bookkinda.jobs import Job, Schedule, WorkerSign
from tests.bookkinda.conftest import House, eventually

pytestmark = pytest.mark.slow
State = Job.State


def is_done(job: Job) -> bool:
    return Job.objects.get(pk=job.pk).state == State.DONE


def started(house: House, fence: int) -> int:
    """Waits until somebody started the job under this fence, and says which process."""

    def look() -> int | None:
        lines = [line.split() for line in house.notes()]
        return next((int(x[2]) for x in lines if x[:2] == ["started", str(fence)]), None)

    return eventually(look)


def enqueue_waiting(house: House, kind: str) -> Job:
    return jobs.enqueue(kind, {"trace": str(house.trace), "until": str(house.folder / "go")})


def test_a_job_of_a_killed_worker_runs_again_after_its_lease(house):
    job = enqueue_waiting(house, "errands.wait")
    house.start("worker")
    os.kill(started(house, fence=1), signal.SIGKILL)

    house.start("worker")
    started(house, fence=2)
    (house.folder / "go").touch()

    eventually(lambda: is_done(job))
    job.refresh_from_db()
    assert (job.attempts, job.expired_leases, job.fence) == (1, 1, 2)
    assert "ended 1" not in house.notes()


def test_a_frozen_worker_whose_lease_expired_changes_nothing_when_it_wakes(house):
    job = enqueue_waiting(house, "errands.effect")
    frozen = house.start("worker")
    os.kill(started(house, fence=1), signal.SIGSTOP)
    house.start("worker")
    started(house, fence=2)
    (house.folder / "go").touch()
    eventually(lambda: is_done(job))

    os.kill(frozen.pid, signal.SIGCONT)

    eventually(lambda: "lost its lease" in house.log())
    effects = Job.objects.filter(kind="errands.effect-of-it")
    assert [effect.payload for effect in effects] == [{"fence": 2}]
    assert house.job(job).fence == 2


def test_sigterm_lets_a_short_job_end(house):
    job = enqueue_waiting(house, "errands.wait")
    worker = house.start("worker")
    started(house, fence=1)

    worker.terminate()
    (house.folder / "go").touch()

    assert worker.wait(60) == 0
    assert house.job(job).state == State.DONE
    assert not WorkerSign.objects.exists()


def test_sigterm_takes_a_long_job_back_without_losing_an_attempt_or_a_step(house):
    job = jobs.enqueue("errands.count", {"trace": str(house.trace), "steps": 40})
    worker = house.start("worker")
    eventually(lambda: len(house.notes()) > 3)

    worker.terminate()

    assert worker.wait(60) == 0
    handed_back = house.job(job)
    assert (handed_back.state, handed_back.attempts) == (State.QUEUED, 0)
    assert 3 < handed_back.progress["done"] < 40
    house.start("worker")
    eventually(lambda: is_done(job))
    assert house.notes() == [f"step {step}" for step in range(40)]


def test_four_workers_do_two_hundred_jobs_each_exactly_once(house):
    for n in range(200):
        jobs.enqueue("errands.note", {"trace": str(house.trace), "n": n})

    workers = [house.start("worker") for _ in range(4)]

    mine = Job.objects.filter(kind="errands.note")
    eventually(lambda: not mine.unfinished().exists())
    assert Counter(house.notes()) == {str(n): 1 for n in range(200)}
    assert set(mine.values_list("state", "attempts", "fence")) == {(State.DONE, 1, 1)}
    for worker in workers:
        worker.terminate()
    assert [worker.wait(60) for worker in workers] == [0, 0, 0, 0]
    assert "locked" not in house.log()
    assert "does not answer" not in house.log()


def test_several_workers_never_double_a_period(house):
    often = Job.objects.filter(kind="errands.often").order_by("id")
    before = timezone.now()
    for _ in range(3):
        house.start("worker")

    eventually(lambda: often.filter(state=State.DONE).count() >= 4)

    passed = (timezone.now() - before).total_seconds()
    starts = list(often.values_list("created_at", flat=True))
    assert len(starts) <= passed + 1
    gaps = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert min(gaps) >= timedelta(seconds=0.9)
    assert Schedule.objects.filter(name="errands.often").count() == 1


def test_a_job_of_an_unknown_kind_is_left_and_named(house):
    job = jobs.enqueue("errands.of-the-future")
    house.start("worker")

    eventually(lambda: "jobs of kind errands.of-the-future" in house.log())

    assert house.job(job).state == State.QUEUED


def test_an_idle_worker_stops_at_once_and_says_nothing_bad(house):
    worker = house.start("worker")
    eventually(WorkerSign.objects.exists)

    worker.send_signal(signal.SIGINT)

    assert worker.wait(60) == 0
    assert "Traceback" not in house.log()


@pytest.mark.postgresql
def test_a_worker_outlives_a_restart_of_the_database(house):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server to restart.")
    worker = house.start("worker")
    eventually(WorkerSign.objects.exists)

    house.disconnect_everybody()

    job = jobs.enqueue("errands.note", {"trace": str(house.trace), "n": 1})
    eventually(lambda: is_done(job))
    assert worker.poll() is None
