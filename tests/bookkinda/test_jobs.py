"""What a job row promises, tried in one process."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.utils import timezone

from bookkinda import claiming, jobs
from bookkinda.jobs import Job
from bookkinda.worker import run_due_jobs

pytestmark = pytest.mark.django_db
Does = Callable[[jobs.RunningJob], None]


@pytest.fixture
def handle() -> Iterator[Callable[..., None]]:
    """Registers a handler for the length of one test."""
    kinds = []

    def register(kind: str, run: Does, **patience: object) -> None:
        jobs.handles(kind, **patience)(run)
        kinds.append(kind)

    yield register
    for kind in kinds:
        del jobs.HANDLERS[kind]


def in_seconds(job: Job) -> float:
    return (job.run_after - timezone.now()).total_seconds()


def expire_lease(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(leased_until=timezone.now() - timedelta(seconds=1))


def test_a_job_reaches_its_handler_and_is_done(handle):
    seen = []
    handle("test.note", lambda job: seen.append(job.payload))
    job = jobs.enqueue("test.note", {"user": 7})

    assert run_due_jobs() == 1

    job.refresh_from_db()
    assert seen == [{"user": 7}]
    assert job.state == Job.State.DONE
    assert job.finished_at
    assert job.leased_until is None


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_a_handler_runs(handle):
    open_transactions = []
    handle("test.look", lambda job: open_transactions.append(connection.in_atomic_block))
    jobs.enqueue("test.look")

    run_due_jobs()

    assert open_transactions == [False]


@pytest.mark.django_db(transaction=True)
def test_a_job_of_a_rolled_back_change_is_gone():
    with transaction.atomic():
        jobs.enqueue("test.gone")
        transaction.set_rollback(True)

    assert not Job.objects.exists()


def test_a_single_message_overtakes_a_bulk_send(handle):
    order = []
    handle("test.send", lambda job: order.append(job.payload["n"]))
    for n in range(3):
        jobs.enqueue("test.send", {"n": f"bulk {n}"}, priority=Job.Priority.BULK)
    jobs.enqueue("test.send", {"n": "normal"})
    jobs.enqueue("test.send", {"n": "urgent"}, priority=Job.Priority.URGENT)

    run_due_jobs()

    assert order == ["urgent", "normal", "bulk 0", "bulk 1", "bulk 2"]


def test_a_priority_outside_the_levels_is_refused():
    with pytest.raises(ValueError, match="3 is not a valid"):
        jobs.enqueue("test.send", priority=3)


def test_a_job_waits_for_its_time(handle):
    handle("test.later", lambda job: None)
    job = jobs.enqueue("test.later", run_after=timezone.now() + timedelta(hours=1))

    assert run_due_jobs() == 0

    Job.objects.update(run_after=timezone.now())
    assert run_due_jobs() == 1
    assert Job.objects.get(pk=job.pk).state == Job.State.DONE


def test_an_error_is_temporary_and_only_its_code_is_kept(handle, caplog):
    def leak(job):
        raise ValueError(f"the password is {47 * 100 + 11}")

    handle("test.leak", leak)
    job = jobs.enqueue("test.leak", {"note": "private"})

    run_due_jobs()

    job.refresh_from_db()
    assert job.state == Job.State.QUEUED
    assert job.error_code == "ValueError"
    assert in_seconds(job) > 5
    assert "4711" not in caplog.text
    assert "private" not in caplog.text
    assert "test_jobs.py" in caplog.text


def test_the_last_attempt_fails_the_job(handle):
    def refuse(job):
        raise jobs.Retry(after=0, code="busy")

    handle("test.busy", refuse, max_attempts=3)
    job = jobs.enqueue("test.busy")

    assert run_due_jobs() == 3

    job.refresh_from_db()
    assert (job.state, job.attempts, job.error_code) == (Job.State.FAILED, 3, "busy")


def test_a_job_that_worked_at_last_keeps_no_error(handle):
    def second_time(job):
        if job.attempt == 1:
            raise jobs.Retry(after=0, code="busy")

    handle("test.second", second_time)
    job = jobs.enqueue("test.second")

    run_due_jobs()

    job.refresh_from_db()
    assert (job.state, job.error_code) == (Job.State.DONE, "")


def test_giving_up_fails_at_once(handle):
    def refuse(job):
        raise jobs.GiveUp("unknown-number")

    handle("test.refused", refuse)
    job = jobs.enqueue("test.refused")

    assert run_due_jobs() == 1

    job.refresh_from_db()
    assert (job.state, job.error_code) == (Job.State.FAILED, "unknown-number")


def test_the_wait_doubles_with_jitter_up_to_an_hour(handle):
    handle("test.wait", lambda job: None, back_off=timedelta(seconds=10))
    handler = jobs.HANDLERS["test.wait"]

    for attempt, longest in [(1, 10), (2, 20), (3, 40), (12, 3600), (5000, 3600)]:
        waits = {claiming.back_off(handler, attempt).total_seconds() for _ in range(50)}
        assert longest / 2 <= min(waits)
        assert max(waits) <= longest
        assert len(waits) > 10


def test_a_handed_back_job_loses_no_attempt(handle):
    def stop(job):
        raise jobs.HandBack

    handle("test.stop", stop)
    job = jobs.enqueue("test.stop")

    assert run_due_jobs(most=7) == 7

    job.refresh_from_db()
    assert (job.state, job.attempts, job.leased_until) == (Job.State.QUEUED, 0, None)


def test_a_job_of_a_dead_worker_runs_again_as_the_same_attempt(handle):
    attempts = []
    handle("test.killed", lambda job: attempts.append(job.attempt))
    job = jobs.enqueue("test.killed")
    claiming.claim()
    assert run_due_jobs() == 0

    expire_lease(job)

    assert run_due_jobs() == 1
    job.refresh_from_db()
    assert attempts == [1]
    assert (job.state, job.attempts, job.expired_leases) == (Job.State.DONE, 1, 1)


def test_expired_leases_have_a_larger_limit_than_attempts(handle):
    handle("test.kills", lambda job: None, max_attempts=2, max_expired_leases=4)
    job = jobs.enqueue("test.kills")

    starts = 0
    while claiming.claim():
        starts += 1
        expire_lease(job)

    job.refresh_from_db()
    assert starts == 5
    assert (job.state, job.error_code) == (Job.State.FAILED, claiming.LEASE_EXPIRED)


def test_a_stale_worker_can_neither_finish_nor_hold_nor_change_the_job(handle):
    handle("test.stale", lambda job: None)
    job = jobs.enqueue("test.stale")
    handler, stale = claiming.claim()
    expire_lease(job)
    _, current = claiming.claim()

    with pytest.raises(jobs.LeaseLost):
        stale.heartbeat()
    with pytest.raises(jobs.LeaseLost), transaction.atomic():
        stale.finish()
    with pytest.raises(jobs.LeaseLost):
        claiming.complete(stale)
    with pytest.raises(jobs.LeaseLost):
        claiming.fail(stale, "late")
    with pytest.raises(jobs.LeaseLost):
        claiming.try_again(handler, stale, "late", None)
    with pytest.raises(jobs.LeaseLost):
        claiming.hand_back(stale)

    claiming.complete(current)
    job.refresh_from_db()
    assert (job.state, job.error_code) == (Job.State.DONE, "")


def test_the_heartbeat_holds_the_job_and_keeps_its_progress(handle):
    def long(job):
        Job.objects.filter(pk=job.pk).update(leased_until=timezone.now())
        job.heartbeat({"rows": 500})
        assert claiming.claim() is None

    handle("test.long", long)
    job = jobs.enqueue("test.long")

    run_due_jobs()

    job.refresh_from_db()
    assert (job.state, job.progress) == (Job.State.DONE, {"rows": 500})


def test_the_next_try_knows_the_progress_of_the_one_before(handle):
    seen = []

    def long(job):
        seen.append(job.progress)
        job.heartbeat({"rows": len(seen)})
        if len(seen) < 3:
            raise jobs.HandBack

    handle("test.resume", long)
    jobs.enqueue("test.resume")

    run_due_jobs()

    assert seen == [{}, {"rows": 1}, {"rows": 2}]


@pytest.mark.django_db(transaction=True)
def test_effect_and_completion_commit_together_or_not_at_all(handle):
    def effect(job):
        if job.attempt == 2:
            expire_lease(job)
            claiming.claim()
        with transaction.atomic():
            jobs.enqueue("test.effect-of-it")
            job.finish()
            if job.attempt == 1:
                raise jobs.Retry(after=0, code="rolled-back")

    handle("test.both", effect)
    job = jobs.enqueue("test.both")

    run_due_jobs(most=2)

    assert not Job.objects.filter(kind="test.effect-of-it").exists()
    job.refresh_from_db()
    assert (job.state, job.expired_leases) == (Job.State.RUNNING, 1)


@pytest.mark.django_db(transaction=True)
def test_finishing_outside_of_a_transaction_is_a_mistake(handle):
    handle("test.outside", lambda job: job.finish())
    job = jobs.enqueue("test.outside")

    run_due_jobs()

    job.refresh_from_db()
    assert job.error_code == "TransactionManagementError"


def test_a_kind_of_a_newer_version_waits_for_a_newer_worker(handle):
    newer = jobs.enqueue("test.of-the-future")
    handle("test.today", lambda job: None)
    jobs.enqueue("test.today")

    assert run_due_jobs() == 1

    newer.refresh_from_db()
    assert (newer.state, newer.attempts) == (Job.State.QUEUED, 0)


def test_two_handlers_of_one_kind_are_a_mistake(handle):
    handle("test.twice", lambda job: None)

    with pytest.raises(ImproperlyConfigured, match=r"test\.twice"):
        handle("test.twice", lambda job: None)


def test_the_limit_of_expired_leases_must_be_the_larger_one(handle):
    with pytest.raises(ImproperlyConfigured, match="above max_attempts"):
        handle("test.limits", lambda job: None, max_attempts=5, max_expired_leases=5)
