"""Imports of the pages with real workers: killed, restarted, stopped from another process."""

import os
import signal

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db import connections
from django.utils import timezone

from bookkinda.jobs import Job
from customers.importing import steps, uploads
from customers.models import Change, Customer, ImportRow, ImportRun
from tests.bookkinda.conftest import House, eventually

pytestmark = pytest.mark.slow
State = ImportRun.State
MANY = 40_000


@pytest.fixture
def run(house: House, monkeypatch: pytest.MonkeyPatch) -> ImportRun:
    """A large upload in the house's own storage."""
    storage = FileSystemStorage(house.folder / "media")
    monkeypatch.setattr(ImportRun.file.field, "storage", storage)
    rows = [f"Name {n},Surname,{f'n{n}@example.org' if n % 3 else ''}" for n in range(MANY)]
    table = "\n".join(["Name,Surname,E-mail", *rows]).encode()
    return uploads.accept_file(ContentFile(table), name="many.csv", by=None)


def state_of(run: ImportRun) -> str:
    return ImportRun.objects.get(pk=run.pk).state


def kill_worker_when(house: House, question: object) -> None:
    """Start a worker, kill it in the middle, and let its lease be over."""
    worker = house.start("worker")
    eventually(question)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    connections["default"].close()
    Job.objects.filter(state=Job.State.RUNNING).update(leased_until=timezone.now())


def test_a_check_and_an_import_survive_kill_minus_nine(house: House, run: ImportRun):
    steps.start_check(run)
    kill_worker_when(house, lambda: ImportRow.objects.count() > 5_000)
    assert state_of(run) == State.CHECKING
    staged = ImportRow.objects.count()
    assert staged < MANY

    worker = house.start("worker")
    eventually(lambda: state_of(run) == State.CHECKED)
    worker.terminate()
    worker.wait()
    assert ImportRow.objects.count() == MANY
    assert not Customer.objects.exists()

    steps.start_saving(run)
    kill_worker_when(house, lambda: Customer.objects.count() > 5_000)
    taken = Customer.objects.count()
    assert state_of(run) == State.SAVING
    assert taken == Change.objects.count() < MANY
    assert steps.where(ImportRun.objects.get(pk=run.pk)).stage == "saving"

    house.start("worker")
    eventually(lambda: state_of(run) == State.DONE)

    assert Customer.objects.count() == Change.objects.count() == MANY
    emails = [email for email in Customer.objects.values_list("email", flat=True) if email]
    assert len(set(emails)) == len(emails) == MANY * 2 // 3
    done = ImportRun.objects.get(pk=run.pk)
    assert done.counts["new"] == done.change_set.size == MANY


def test_an_import_is_stopped_at_once_from_another_process_and_goes_on(
    house: House, run: ImportRun
):
    house.start("worker")
    steps.start_check(run)
    eventually(lambda: state_of(run) == State.CHECKED)
    steps.start_saving(run)
    eventually(lambda: Customer.objects.count() > 2_000)

    steps.stop(run)

    taken = Customer.objects.count()
    job = run.job
    eventually(lambda: house.job(job).state == Job.State.DONE)
    assert state_of(run) == State.STOPPED
    assert Customer.objects.count() == taken < MANY
    steps.start_saving(run)
    eventually(lambda: state_of(run) == State.DONE)
    assert Customer.objects.count() == MANY
