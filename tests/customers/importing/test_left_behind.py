"""Runs that were left half-way: by a worker that gave up, a command that was killed, a removal
that broke off; and those that only look as if they were."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from django.db.models import F

from bookkinda.jobs import Job
from customers.importing import steps, uploads
from customers.importing.fixing import fix_cell
from customers.importing.forgetting import forget_old_runs
from customers.importing.options import ImportOptions
from customers.importing.problems import NotNow
from customers.importing.runs import open_import
from customers.models import ImportRow, ImportRun
from tests.customers.importing.runs import checked, upload

pytestmark = pytest.mark.django_db
State = ImportRun.State
TABLE = "Name,E-mail\nAda,ada@example.org\nBob,bob@\n"


def make_older(days: int) -> None:
    past = timedelta(days=days)
    ImportRun.objects.update(started_at=F("started_at") - past, finished_at=F("finished_at") - past)
    Job.objects.update(created_at=F("created_at") - past)


def test_nothing_can_be_imported_while_a_run_is_being_removed(monkeypatch: pytest.MonkeyPatch):
    run = checked(TABLE)

    def break_off(*_args: object) -> None:
        raise OSError("The disk is away.")

    with monkeypatch.context() as broken:
        broken.setattr(FileSystemStorage, "delete", break_off)
        with pytest.raises(OSError, match="disk is away"):
            uploads.remove(run)

    for one in (run, ImportRun.objects.get()):
        with pytest.raises(NotNow, match="not checked"):
            steps.start_saving(one)
    uploads.remove(run)
    assert not ImportRow.objects.exists()


@pytest.mark.parametrize("state", [State.CHECKING, State.SAVING])
def test_rows_of_a_run_whose_job_gave_up_unseen_are_gone_after_thirty_days(state: State):
    run = steps.start_saving(checked(TABLE))
    Job.objects.update(state=Job.State.FAILED)
    ImportRun.objects.update(state=state)
    stored = run.file.storage

    make_older(29)
    forget_old_runs()
    assert ImportRow.objects.count() == 2
    make_older(2)
    forget_old_runs()

    assert not ImportRow.objects.exists()
    assert not stored.exists(str(run.file.name))


def test_rows_of_a_command_that_was_killed_are_gone_after_thirty_days(tmp_path: Path):
    path = tmp_path / "people.csv"
    path.write_text(TABLE)
    options = ImportOptions()
    work = open_import(path, name="people.csv", options=options, by=None, dry_run=False)
    ImportRow.objects.create(run=work.run, line=2, action="new", first_name="Ada")

    make_older(31)
    forget_old_runs()

    assert not ImportRun.objects.exists()
    assert not ImportRow.objects.exists()


def test_a_run_that_waits_for_a_worker_is_left_alone():
    run = steps.start_saving(checked(TABLE))

    make_older(31)
    forget_old_runs()

    assert ImportRow.objects.filter(run=run).count() == 2


def let_all_be_checked_anew(run: ImportRun) -> None:
    steps.start_check(run)
    Job.objects.filter(pk=run.job_id).update(state=Job.State.DONE)


def change_an_answer(run: ImportRun) -> None:
    steps.choose(run, ImportOptions(existing="update"))


@pytest.mark.parametrize("come_back", [let_all_be_checked_anew, change_an_answer])
def test_cells_that_were_put_right_outlive_the_day_on_which_all_is_checked_anew(
    come_back: Callable[[ImportRun], None],
):
    run = checked(TABLE)
    fix_cell(run, 3, 1, "bob@example.org", by=None)
    make_older(2)
    come_back(run)

    forget_old_runs()

    run = steps.start_check(ImportRun.objects.get(pk=run.pk))
    steps.stop(run)
    assert run.fixes.get().text == "bob@example.org"


def test_an_old_upload_that_is_being_checked_is_left_alone():
    run = upload(TABLE)
    make_older(2)
    steps.start_check(run)

    forget_old_runs()

    assert ImportRun.objects.filter(pk=run.pk).exists()
