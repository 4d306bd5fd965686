"""What people do with an import, in which state, twice, and at the same time."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.files.storage import InMemoryStorage, default_storage
from django.utils import timezone

from accounts.models import User
from bookkinda import claiming, jobs
from bookkinda.jobs import Job
from bookkinda.worker import perform, run_due_jobs
from customers.bulk import begin_undoing
from customers.importing import saving, steps, uploads, working
from customers.importing.options import ImportOptions
from customers.importing.problems import FileRefused, NotNow
from customers.models import Change, ChangeSet, Customer, ImportRun
from customers.undoing import CannotUndo
from tests.customers.importing.runs import check, checked, counts, save, upload
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
State = ImportRun.State
SOURCE = ChangeSet.Source.BACK_OFFICE
MANY = "\n".join(["Name,E-mail", *(f"Name {n},n{n}@example.org" for n in range(10))])


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "CHUNK", 3)


def work_for(moments: int) -> str:
    """Let a worker do the next job until it has looked so many times whether it is to stop."""
    claimed = claiming.claim()
    assert claimed
    handler, job = claimed
    looks = iter(range(1_000))
    job.is_stopping = lambda: next(looks) >= moments
    return perform(handler, job)


def half_saved(moments: int = 2, content: str = MANY) -> ImportRun:
    run = checked(content)
    steps.start_saving(run)
    assert work_for(moments) == "was handed back"
    return run


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


def test_the_upload_may_be_on_another_machine(monkeypatch: pytest.MonkeyPatch):
    storage = InMemoryStorage()
    monkeypatch.setattr(ImportRun.file.field, "storage", storage)

    run = checked("Name,E-mail\nAda,ada@example.org\nAda,ada@example.org\n")
    stored = run.file.name
    assert storage.exists(stored)
    save(run)

    assert counts(run) == {"new": 1, "refused": 1}
    assert not storage.exists(stored)


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


def test_stopping_twice_is_stopping_once_and_a_check_that_is_stopped_starts_anew():
    run = upload(MANY)
    steps.start_check(run)
    steps.stop(run)
    steps.stop(run)
    assert run.state == State.UPLOADED

    assert counts(check(run)) == {"new": 10}


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
