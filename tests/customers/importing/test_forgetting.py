"""How long the rows of imported files stay, and what undoing an import does."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import F

from accounts.models import User
from customers.bulk import begin_undoing
from customers.erasing import erase_customers
from customers.importing import local_files
from customers.importing.fixing import fix_cell
from customers.importing.forgetting import forget_old_runs
from customers.models import ChangeSet, Customer, ImportRow, ImportRun
from customers.undoing import CannotUndo, begin_undo, is_undoable, undo
from tests.customers.importing.conftest import run_import
from tests.customers.importing.runs import checked, counts, save, upload
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]
SOURCE = ChangeSet.Source.BACK_OFFICE


def make_older(days: int) -> None:
    """As if all that was so many days ago."""
    past = timedelta(days=days)
    ImportRun.objects.update(started_at=F("started_at") - past, finished_at=F("finished_at") - past)


def test_rows_are_gone_after_thirty_days_and_the_run_stays(write: Write):
    run_import(write("Name\nAda\n"))
    forget_old_runs()
    assert ImportRow.objects.count() == 1

    make_older(31)
    forget_old_runs()

    assert not ImportRow.objects.exists()
    assert ImportRun.objects.get().counts["new"] == 1


def test_a_dry_run_that_was_killed_is_gone_after_a_day():
    run = ImportRun.objects.create(file_name="x", digest="")
    ImportRow.objects.create(run=run, line=2, action="new", first_name="Ada")
    make_older(2)

    forget_old_runs()

    assert not ImportRun.objects.exists()
    assert not ImportRow.objects.exists()


def test_rows_of_earlier_runs_of_a_file_are_gone_when_a_later_one_is_done(write: Write):
    path = write("Name\nAda\nBob\n")
    run_import(path)
    run_import(path)

    assert ImportRun.objects.count() == 2
    assert ImportRow.objects.count() == 2


def test_an_import_can_be_undone(write: Write, owner: User):
    Customer.objects.create(first_name="Old", email="old@example.org", note="before")
    path = write("Name,E-mail,Note\nAda,ada@example.org,\nOld,old@example.org,after\n")
    run_import(path, "--existing", "update")
    done = ChangeSet.objects.get()

    undo(done, by=owner, source=SOURCE, undoing=begin_undo(done, by=owner, source=SOURCE))

    assert Customer.objects.live().get().note == "before"
    assert run_import(path).counts == {"new": 1, "skipped": 1}


def test_erasing_reaches_staged_rows_also_refused_ones(write: Write, owner: User):
    run_import(write("Name,E-mail\nAda,ada@example.org\nAda L.,ADA@example.org\nBob,\n"))
    ada = Customer.objects.filter(email="ada@example.org")

    erase_customers(ada, by=owner, source=SOURCE)

    assert list(ImportRow.objects.values_list("first_name", flat=True)) == ["Bob"]


def test_an_upload_that_nobody_checked_is_gone_after_a_day_and_a_checked_one_after_thirty():
    unused, waiting = upload("Name\nAda\n"), checked("Name\nBob\n")
    make_older(2)

    forget_old_runs()

    assert list(ImportRun.objects.all()) == [waiting]
    assert not default_storage.exists(unused.file.name)
    assert counts(save(waiting)) == {"new": 1}
    waiting = checked("Name\nCy\n")
    make_older(31)
    forget_old_runs()
    assert not ImportRun.objects.filter(pk=waiting.pk).exists()
    assert not default_storage.exists(waiting.file.name)
    assert not ImportRow.objects.exists()


def test_a_stopped_import_of_a_month_ago_is_over_and_keeps_what_it_took():
    run = save(checked("Name\nAda\n"))
    ImportRun.objects.update(state=ImportRun.State.STOPPED)
    run.refresh_from_db()
    run.file.save("", ContentFile(b"x"))
    stored = run.file.name
    make_older(31)

    forget_old_runs()

    run.refresh_from_db()
    assert run.state == ImportRun.State.DONE
    assert not default_storage.exists(stored)
    assert Customer.objects.count() == 1


def test_files_that_no_run_knows_of_are_gone_after_a_day(monkeypatch: pytest.MonkeyPatch):
    kept = upload("Name\nAda\n").file.name
    left = default_storage.save("imports/left", ContentFile(b"Name"))
    forget_old_runs()
    assert default_storage.exists(left)

    monkeypatch.setattr("customers.importing.forgetting.UNUSED_ARE_KEPT", timedelta(seconds=-9))
    ImportRun.objects.update(state=ImportRun.State.CHECKED, checked_at=F("started_at"))
    forget_old_runs()

    assert not default_storage.exists(left)
    assert default_storage.exists(kept)


def test_copies_that_a_killed_worker_left_are_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left = tmp_path / f"{local_files.PREFIX}x"
    left.write_text("Ada")
    local_files.clear_left_copies()
    assert left.exists()

    monkeypatch.setattr(local_files, "LEFT_AFTER", -9)
    local_files.clear_left_copies()

    assert not left.exists()


def test_an_import_can_be_undone_for_thirty_days_and_then_not_any_more(owner: User):
    run = save(checked("Name\nAda\n"))
    make_older(29)
    run.change_set.refresh_from_db()
    assert is_undoable(ChangeSet.objects.get())
    make_older(2)

    assert not is_undoable(ChangeSet.objects.get())
    with pytest.raises(CannotUndo, match="30 days"):
        begin_undoing(run.change_set, by=owner, source=SOURCE)
    assert Customer.objects.live().count() == 1


def test_erasing_deletes_the_uploads_in_which_the_person_stands(owner: User):
    CustomerFactory(email="ada@example.org", phone="+447700900121")
    by_address = upload("Name,E-mail\nAda,ADA@example.org\n")
    by_number = upload("Name;Phone\nA;07700 900121\n")
    of_others = upload("Name,E-mail\nBob,bob@example.org\n")
    names = [run.file.name for run in (by_address, by_number, of_others)]

    erase_customers(Customer.objects.all(), by=owner, source=SOURCE)

    assert [default_storage.exists(name) for name in names] == [False, False, True]
    by_address.refresh_from_db()
    assert by_address.state == ImportRun.State.FAILED
    assert "erased for good" in by_address.failure
    assert by_address.look == {}
    assert of_others.state == ImportRun.State.UPLOADED


def test_erasing_takes_the_person_out_of_an_import_that_is_still_to_come(owner: User):
    ada = CustomerFactory(first_name="Ada", email="ada@example.org", phone="")
    run = checked("Name,E-mail\nAda,ada@example\nBob,bob@example.org\nCy,cy@example.org\n")
    fix_cell(run, 2, 1, "ada@example.org", by=None)
    stored = run.file.name

    erase_customers(Customer.objects.filter(pk=ada.pk), by=owner, source=SOURCE)

    run.refresh_from_db()
    assert not default_storage.exists(stored)
    assert not run.fixes.exists()
    assert counts(run) == {"new": 2}
    save(run)
    assert set(Customer.objects.values_list("first_name", flat=True)) == {"Bob", "Cy"}


def test_an_upload_in_which_only_the_check_found_the_person_is_deleted_too(owner: User):
    ada = CustomerFactory(email="ada@example.org", external_id="A-1")
    run = checked("Code,Name\nA-1,Ada\nB-1,Bob\n", told={"Code": "external_id"})
    stored = run.file.name
    assert counts(run) == {"new": 1, "skipped": 1}

    erase_customers(Customer.objects.filter(pk=ada.pk), by=owner, source=SOURCE)

    run.refresh_from_db()
    assert not default_storage.exists(stored)
    assert counts(run) == {"new": 1}


def test_erasing_somebody_without_address_or_number_deletes_every_waiting_upload(owner: User):
    nameless = CustomerFactory(first_name="Ada", email="", phone="")
    run = checked("Name,E-mail\nBob,bob@example.org\n")

    erase_customers(Customer.objects.filter(pk=nameless.pk), by=owner, source=SOURCE)

    run.refresh_from_db()
    assert not run.file
    assert counts(save(run)) == {"new": 1}


def test_erasing_takes_the_person_out_of_names_of_files(owner: User):
    ada = CustomerFactory(first_name="Ada", last_name="Byron")
    run = save(checked("Name\nBob\n", name="Ada Byron.csv"))
    other = save(checked("Name\nCy\n", name="autumn clients.csv"))
    run.picture_counts = {"problems": [["ada_byron.png", "x"], ["bob.png", "x"]]}
    run.save(update_fields=["picture_counts"])

    erase_customers(Customer.objects.filter(pk=ada.pk), by=owner, source=SOURCE)

    for one in (run, other):
        one.refresh_from_db()
    assert "Byron" not in run.file_name
    assert other.file_name == "autumn clients.csv"
    assert run.picture_counts["problems"] == [["bob.png", "x"]]
