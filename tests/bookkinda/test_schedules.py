"""Periodic work: every period once, however many workers look."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bookkinda import jobs, schedules, tasks
from bookkinda.jobs import Job, Schedule, WorkerSign
from bookkinda.worker import run_due_jobs

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def hourly(monkeypatch):
    """The only period there is, for the length of one test."""
    for name in list(jobs.PERIODS):
        monkeypatch.delitem(jobs.PERIODS, name)
    jobs.every("test.hourly", HOUR)(lambda job: None)
    schedules.write_missing_schedules()
    yield Schedule.objects.get()
    del jobs.PERIODS["test.hourly"], jobs.HANDLERS["test.hourly"]


def make_due(hours_ago: int = 0) -> None:
    Schedule.objects.update(next_run_at=timezone.now() - hours_ago * HOUR)


def test_a_new_period_starts_at_once_and_then_waits(hourly):
    assert schedules.start_due_schedules() == 1
    assert schedules.start_due_schedules() == 0
    assert Job.objects.get().kind == "test.hourly"
    hourly.refresh_from_db()
    assert timezone.now() + HOUR - hourly.next_run_at < timedelta(minutes=1)


def test_periods_without_a_worker_are_not_made_up_for(hourly):
    make_due(hours_ago=100)

    assert schedules.start_due_schedules() == 1
    run_due_jobs()
    assert schedules.start_due_schedules() == 0


def test_a_period_waits_while_its_last_job_is_unfinished(hourly):
    schedules.start_due_schedules()

    make_due()
    assert schedules.start_due_schedules() == 0
    run_due_jobs()
    make_due()
    assert schedules.start_due_schedules() == 1


def test_writing_the_schedules_again_changes_nothing(hourly):
    schedules.start_due_schedules()
    before = Schedule.objects.values().get()

    schedules.write_missing_schedules()

    assert Schedule.objects.values().get() == before


@pytest.mark.django_db(transaction=True)
def test_workers_that_look_at_the_same_moment_start_one_job(hourly):
    rounds, workers = 25, 4
    starting_line = threading.Barrier(workers)

    def work() -> None:
        for _ in range(rounds):
            due = Schedule.objects.get()
            starting_line.wait(60)
            schedules.start(due, HOUR)
            if starting_line.wait(60) == 0:
                run_due_jobs()
                make_due()
            starting_line.wait(60)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Job.objects.count() == rounds


def test_the_house_cleans_up_old_jobs_and_dead_workers():
    now = timezone.now()
    kept = [
        jobs.enqueue("test.waits"),
        finished(Job.State.DONE, now - timedelta(days=6)),
        finished(Job.State.FAILED, now - timedelta(days=80)),
    ]
    finished(Job.State.DONE, now - timedelta(days=8))
    finished(Job.State.FAILED, now - timedelta(days=91))
    WorkerSign.objects.create(name="alive", seen_at=now)
    WorkerSign.objects.create(name="dead", seen_at=now - timedelta(days=2))

    jobs.enqueue("bookkinda.clean-jobs")
    run_due_jobs()

    assert set(Job.objects.exclude(kind="bookkinda.clean-jobs")) == set(kept)
    assert WorkerSign.objects.get().name == "alive"


def test_cleaning_up_goes_on_after_the_first_batch(monkeypatch):
    monkeypatch.setattr(tasks, "BATCH", 2)
    for _ in range(5):
        finished(Job.State.DONE, timezone.now() - timedelta(days=8))

    jobs.enqueue("bookkinda.clean-jobs")
    run_due_jobs()

    assert Job.objects.count() == 1


def test_ended_sessions_are_thrown_away(client):
    client.session.save()
    session = client.session
    session.set_expiry(timezone.now() - HOUR)
    session.save()

    jobs.enqueue("bookkinda.clear-sessions")
    run_due_jobs()

    assert not session.exists(session.session_key)


def finished(state: Job.State, at: object) -> Job:
    return Job.objects.create(kind="test.old", state=state, finished_at=at)
