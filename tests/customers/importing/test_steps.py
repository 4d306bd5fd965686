"""What people do with an import, in which state, twice, and at the same time."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from django.core.files.storage import default_storage

from accounts.models import User
from bookkinda.jobs import Job
from bookkinda.worker import run_due_jobs
from customers.bulk import begin_undoing
from customers.importing import steps, uploads
from customers.importing.options import ImportOptions
from customers.importing.problems import FileRefused, NotNow
from customers.models import Change, ChangeSet, Customer, ImportRun
from customers.undoing import CannotUndo
from tests.customers.importing.runs import (
    MANY,
    check,
    checked,
    counts,
    half_saved,
    save,
    upload,
)
from tests.factories import CustomerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_chunks")]
State = ImportRun.State
SOURCE = ChangeSet.Source.BACK_OFFICE


def test_a_check_writes_no_customer_sends_nothing_and_says_what_would_be(owner: User):
    CustomerFactory(first_name="Ada", email="ada@example.org")

    run = checked("Name,E-mail\nAda,ada@example.org\nBob,bob@example.org\nCy,nonsense\n", by=owner)

    assert run.state == State.CHECKED
    assert counts(run) == {"new": 1, "skipped": 1, "refused": 1}
    assert Customer.objects.count() == 1
    assert not Change.objects.exists()
    assert [job.kind for job in Job.objects.all()] == [steps.CHECK]


def test_an_import_says_who_started_it_and_lets_go_of_the_upload(owner: User, manager: User):
    run = checked("Name\nAda\n", by=owner)
    stored = run.file.name
    assert default_storage.exists(stored)

    save(run, by=manager)

    assert run.state == State.DONE
    assert run.change_set.by == manager
    assert run.change_set.source == SOURCE
    assert not run.file
    assert not default_storage.exists(stored)


def test_pressed_twice_each_step_is_done_once(owner: User):
    run = upload("Name\nAda\n", by=owner)
    steps.start_check(run)
    steps.start_check(run)
    assert Job.objects.count() == 1
    run_due_jobs()

    other = ImportRun.objects.get(pk=run.pk)
    steps.start_saving(run, by=owner)
    steps.start_saving(other, by=owner)
    run_due_jobs()

    assert Job.objects.filter(kind=steps.SAVE).count() == 1
    assert Customer.objects.count() == 1


def test_nothing_is_imported_that_was_not_checked_under_these_answers():
    run = checked("Name\nAda\n")
    steps.choose(run, ImportOptions(existing="update"))

    with pytest.raises(NotNow):
        steps.start_saving(run)


def test_answers_cannot_change_while_the_worker_is_at_it():
    run = upload("Name\nAda\n")
    steps.start_check(run)

    with pytest.raises(NotNow, match="being checked"):
        steps.choose(run, ImportOptions())


def test_an_import_that_is_stopped_keeps_whole_chunks_and_goes_on():
    run = half_saved()
    taken = Customer.objects.count()
    assert 0 < taken < 10

    steps.stop(run)
    assert run.state == State.STOPPED
    assert run_due_jobs() == 1  # the job of the stopped import, which finds nothing to do
    assert Customer.objects.count() == taken == Change.objects.count()

    save(run)
    assert run.state == State.DONE
    assert counts(run) == {"new": 10}
    assert Customer.objects.count() == 10 == Change.objects.count() == run.change_set.size


def test_an_import_that_gave_up_half_way_is_not_checked_anew_with_other_answers():
    run = half_saved()
    ImportRun.objects.filter(pk=run.pk).update(state=State.FAILED)

    with pytest.raises(NotNow, match="imported already"):
        steps.choose(run, ImportOptions(existing="update"))
    with pytest.raises(NotNow, match="imported already"):
        steps.start_check(run)


def test_what_a_stopped_import_has_taken_can_be_kept():
    run = half_saved()
    steps.stop(run)

    steps.keep_what_was_taken(run)

    taken = Customer.objects.count()
    assert run.state == State.DONE
    assert counts(run) == {"new": taken, "left": 10 - taken}
    with pytest.raises(NotNow):
        steps.start_saving(run)
    again = save(checked(MANY))
    assert counts(again) == {"new": 10 - taken, "skipped": taken}


def test_what_a_stopped_import_has_taken_can_be_undone(owner: User):
    run = half_saved()
    steps.stop(run)

    begin_undoing(run.change_set, by=owner, source=SOURCE)

    assert not Customer.objects.live().exists()
    run.refresh_from_db()
    assert run.state == State.DONE
    with pytest.raises(NotNow):
        steps.start_saving(run)
    assert counts(save(checked(MANY))) == {"new": 10}


def test_an_import_that_runs_cannot_be_undone_but_stopped(owner: User):
    run = half_saved()
    run.refresh_from_db()

    with pytest.raises(CannotUndo, match="stop it"):
        begin_undoing(run.change_set, by=owner, source=SOURCE)
    steps.stop(run)
    begin_undoing(run.change_set, by=owner, source=SOURCE)


def test_an_import_whose_worker_gave_up_can_be_undone(owner: User):
    run = half_saved()
    run.refresh_from_db()
    Job.objects.filter(pk=run.job_id).update(state=Job.State.FAILED)

    begin_undoing(run.change_set, by=owner, source=SOURCE)

    assert not Customer.objects.live().exists()
    assert run.state == State.DONE


def test_stopping_twice_is_stopping_once_and_a_check_that_is_stopped_starts_anew():
    run = upload(MANY)
    steps.start_check(run)
    steps.stop(run)
    steps.stop(run)
    assert run.state == State.UPLOADED

    assert counts(check(run)) == {"new": 10}


def test_an_import_that_has_written_nothing_can_be_removed_with_its_files():
    run = checked("Name\nAda\n")
    stored = run.file.name

    uploads.remove(run)

    assert not ImportRun.objects.exists()
    assert not default_storage.exists(stored)


def test_an_import_that_has_written_something_cannot_be_removed():
    run = half_saved()
    steps.stop(run)

    with pytest.raises(NotNow, match="imported already"):
        uploads.remove(run)


def test_what_colleagues_do_between_check_and_import_costs_no_row(owner: User):
    gone = CustomerFactory(email="gone@example.org")
    run = checked(
        "Name,E-mail,Note\nGone,gone@example.org,x\nNew,new@example.org,x\nOther,other@example.org,x",
        existing="update",
    )
    assert counts(run) == {"update": 1, "new": 2}
    ada = CustomerFactory(first_name="New", email="new@example.org")
    Customer.objects.filter(pk=gone.pk).update(archived_at=ada.created_at)

    save(run)

    assert counts(run) == {"update": 1, "new": 1, "refused": 1}
    assert Customer.objects.get(email="new@example.org").note == "x"
    refused = run.rows.get(action="refused")
    assert "deleted after the check" in str(refused.problems)
    assert refused.cells == ["Gone", "gone@example.org", "x"]


def test_the_same_file_uploaded_and_checked_twice_adds_nobody_twice():
    one, two = checked("Name\nAda\nBob\n"), checked("Name\nAda\nBob\n")
    save(one)

    save(two)

    assert Customer.objects.count() == 2
    assert counts(two) == {"skipped": 2}


def test_what_was_told_about_columns_is_remembered_for_the_same_headers():
    run = upload("Kunde,Wer,Code\nx,Ada,7\n")
    steps.choose(run, ImportOptions(told={"#1": "", "#2": "first_name", "#3": "external_id"}))

    again = upload("kunde;WER;Code\ny;Bob;8\n")
    other = upload("Kunde,Wer\ny,Bob\n")

    save(check(again))
    assert Customer.objects.get().external_id == "8"
    assert Customer.objects.get().first_name == "Bob"
    assert other.options["told"] == {}


def test_the_same_address_under_another_name_is_counted_for_the_offer():
    CustomerFactory(first_name="Ada", last_name="Byron", email="byron@example.org")
    content = (
        "Name,Surname,E-mail\nAda,Byron,byron@example.org\nAllegra,Byron,byron@example.org\n"
        "Kim,Lee,lee@example.org\nJo,Lee,lee@example.org\nJo,Lee,lee@example.org\n"
    )
    run = checked(content)
    assert run.other_names == 3

    again = checked(content, shared_email=True)

    assert again.other_names == 0
    assert counts(again)["new"] == counts(run)["new"] + 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "empty"), (b"%PDF-1.7", "PDF"), (b"Name\n", "no rows"), (b"PK\x03\x04junk", "damaged")],
)
def test_what_cannot_be_read_is_refused_at_once_and_nothing_is_kept(content: bytes, sentence: str):
    with pytest.raises(FileRefused, match=sentence):
        upload(content)

    assert not ImportRun.objects.exists()


def test_a_table_can_be_pasted(owner: User):
    run = uploads.accept_paste("Name\tE-mail\nAda\tada@example.org\n", by=owner)

    assert counts(check(run)) == {"new": 1}
    with pytest.raises(FileRefused, match="pasted"):
        uploads.accept_paste("  \n", by=owner)


Steps = Callable[[ImportRun], object]


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize(
    "step",
    [steps.start_check, steps.start_saving, steps.stop, steps.keep_what_was_taken, uploads.remove],
)
def test_each_step_in_each_state_is_done_or_refused_with_a_sentence(state: State, step: Steps):
    run = upload("Name\nAda\n")
    ImportRun.objects.filter(pk=run.pk).update(state=state)

    with suppress(NotNow):
        step(run)
    assert not Customer.objects.exists()
