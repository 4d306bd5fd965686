"""What the worker does of an import: on any machine, in turn with others, and after a crash."""

from datetime import timedelta

import pytest
from django.core.files.storage import InMemoryStorage, default_storage
from django.utils import timezone

from bookkinda import claiming, jobs
from bookkinda.jobs import Job
from bookkinda.worker import perform, run_due_jobs
from customers.importing import steps, uploads, working
from customers.models import Customer, ImportRun
from tests.customers.importing.runs import (
    MANY,
    check,
    checked,
    counts,
    half_saved,
    save,
    upload,
    work_for,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_chunks")]
State = ImportRun.State


def test_the_upload_may_be_on_another_machine(monkeypatch: pytest.MonkeyPatch):
    storage = InMemoryStorage()
    monkeypatch.setattr(ImportRun.file.field, "storage", storage)

    run = checked("Name,E-mail\nAda,ada@example.org\nAda,ada@example.org\n")
    stored = run.file.name
    assert storage.exists(stored)
    save(run)

    assert counts(run) == {"new": 1, "refused": 1}
    assert not storage.exists(stored)


def test_a_worker_that_lost_the_run_writes_nothing_more():
    run = checked(MANY)
    steps.start_saving(run)
    _handler, job = claiming.claim() or pytest.fail("no job")
    moments: list[int] = []

    def stop_meanwhile() -> bool:
        moments.append(Customer.objects.count())
        if len(moments) == 2:
            steps.stop(ImportRun.objects.get(pk=run.pk))
        return False

    job.is_stopping = stop_meanwhile
    assert perform(jobs.HANDLERS[steps.SAVE], job) == "is done"

    run.refresh_from_db()
    assert run.state == State.STOPPED
    assert Customer.objects.count() == moments[-1] < 10


def test_a_check_goes_on_after_the_rows_that_are_staged(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("customers.importing.runs.BATCH", 3)
    run = upload(f"{MANY}\nName 3,n3@example.org")
    steps.start_check(run)
    assert work_for(2) == "was handed back"
    staged = set(run.rows.values_list("pk", flat=True))
    assert 0 < len(staged) < 10

    run_due_jobs()

    run.refresh_from_db()
    assert counts(run) == {"new": 10, "refused": 1}
    assert staged < set(run.rows.values_list("pk", flat=True))


def test_a_mail_that_waits_goes_before_the_rest_of_an_import(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(working, "MAKES_WAIT", 0)
    monkeypatch.setattr(working, "TELL_EVERY", 0)
    run = checked(MANY)
    steps.start_saving(run)
    claimed = claiming.claim()
    long_ago = timezone.now() - timedelta(minutes=1)
    other = jobs.enqueue("customers.clear-aside", run_after=long_ago)

    assert claimed
    assert perform(*claimed) == "was handed back"
    taken = Customer.objects.count()
    run_due_jobs()

    assert taken < 10 == Customer.objects.count()
    other.refresh_from_db()
    run.job.refresh_from_db()
    assert other.finished_at < run.job.finished_at
    assert run.job.attempts == 1


def test_progress_says_stage_rows_speed_and_time_left():
    run = checked(MANY)
    assert steps.where(run).stage == ""
    steps.start_saving(run)
    assert steps.where(run).stage == "waiting"
    work_for(2)
    run.refresh_from_db()

    progress = steps.where(run)

    assert (progress.stage, progress.total) == ("saving", 10)
    assert 0 <= progress.done < 10
    assert steps.Progress("saving", 40, 100, 20.0, 3).seconds_left == 3


def test_a_file_that_is_gone_fails_with_a_sentence_and_can_be_removed():
    run = upload("Name\nAda\n")
    default_storage.delete(run.file.name)

    check(run)

    assert run.state == State.FAILED
    assert "Upload it again" in run.failure
    uploads.remove(run)
    assert not ImportRun.objects.exists()


def test_a_job_that_gives_up_says_so_and_the_import_can_go_on():
    run = half_saved()
    Job.objects.update(state=Job.State.FAILED)
    run.refresh_from_db()

    assert steps.where(run).stage == ""
    assert run.state == State.FAILED
    assert "Go on later" in run.failure
    save(run)

    assert counts(run) == {"new": 10}
    assert run.failure == ""


def test_an_error_at_the_last_attempt_fails_the_run():
    run = upload("Name\nAda\n")
    steps.start_check(run)
    ImportRun.objects.update(options={"match": 5})
    Job.objects.update(attempts=4)

    run_due_jobs()

    run.refresh_from_db()
    assert run.state == State.FAILED
