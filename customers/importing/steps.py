"""What people do with an import: answer, check, fix, start, stop, keep or go on.

Each step is allowed in some states only and raises NotNow elsewhere; two who press at once are told
apart by the lock on the run. The work itself is done by the worker (customers/tasks.py), which is
fenced off by `fence`: raise it, and whoever worked on the run before writes nothing any more.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookkinda import jobs
from customers.importing import looking, remembering
from customers.importing.forgetting import forget_files
from customers.importing.options import ImportOptions
from customers.importing.problems import NotNow
from customers.importing.runs import digest_of
from customers.models import ChangeSet, ImportRow, ImportRun

CHECK = "customers.check-import"
SAVE = "customers.save-import"
State = ImportRun.State
Action = ImportRow.Action
WORKING = (State.CHECKING, State.SAVING)


@dataclass(frozen=True)
class Progress:
    """How far the worker is. `stage` is "waiting", "checking", "saving", "pictures" or ""."""

    stage: str
    done: int = 0
    total: int = 0
    rows_per_second: float = 0
    seconds_left: int | None = None  # None: not known yet


def choose(run: ImportRun, options: ImportOptions) -> ImportRun:
    """Keep the answers; what was checked by others is to be checked again. Raises NotNow.

    What was told about columns is remembered for the next file with the same headers.
    """
    with transaction.atomic():
        hold(run, State.UPLOADED, State.CHECKED, State.FAILED)
        refuse_if_something_was_taken(run)
        before = ImportOptions.from_json(run.options)
        if (options.delimiter, options.sheet) != (before.delimiter, before.sheet):
            run.fixes.all().delete()  # the cells are others
            if options.told == before.told:  # said of the columns as they were
                options = replace(options, told={})
        run.options, run.state, run.failure = options.as_json(), State.UPLOADED, ""
        run.counts, run.checked_at = {}, None
        run.save(update_fields=["options", "state", "failure", "counts", "checked_at"])
    headers = run.look.get("headers", [])
    by_meaning, _because = looking.matched(headers, {})
    told, _because = looking.matched(headers, options.told)
    differing = {at: name for at, name in enumerate(told) if name != by_meaning[at]}
    remembering.remember(headers, differing)
    return run


def start_check(run: ImportRun) -> ImportRun:
    """Let the worker check every row; nothing is written to the customers. Raises NotNow.

    Pressed twice, it is checked once.
    """
    with transaction.atomic():
        hold(run, State.UPLOADED, State.CHECKED, State.FAILED, State.CHECKING)
        if run.state == State.CHECKING:
            return run
        refuse_if_something_was_taken(run)
        run.table, run.counts, run.checked_at, run.other_names = {}, {}, None, 0
        hand_over(run, State.CHECKING, CHECK)
    return run


def start_saving(run: ImportRun, *, by: User | None = None) -> ImportRun:
    """Let the worker import the checked rows, or those that are left. Raises NotNow.

    Pressed twice, it is imported once.
    """
    with transaction.atomic():
        hold(run, State.CHECKED, State.STOPPED, State.FAILED, State.SAVING)
        if run.state == State.SAVING:
            return run
        if run.checked_at is None:
            raise NotNow(_("The rows of this file are not checked yet."))
        if is_undone(run):
            raise NotNow(_("This import was undone."))
        if by is not None and run.change_set is None:
            run.by, run.by_name = by, str(by)
        run.digest = digest_of(run.file_digest, run.options)
        hand_over(run, State.SAVING, SAVE)
    return run


def hand_over(run: ImportRun, state: ImportRun.State, kind: str) -> None:
    """Write the job, and fence off whoever worked on the run before."""
    run.state, run.failure, run.finished_at = state, "", None
    run.fence += 1
    run.job = jobs.enqueue(kind, {"run": run.pk}, priority=jobs.Job.Priority.BULK)
    run.save()


def stop(run: ImportRun) -> ImportRun:
    """Stop at once; what whole chunks have taken stays until it is kept or undone. Raises NotNow.

    A check that is stopped can be started anew.
    """
    with transaction.atomic():
        hold(run, *WORKING, State.STOPPED, State.UPLOADED)
        if run.state in WORKING:
            was_saving = run.state == State.SAVING
            run.state = State.STOPPED if was_saving else State.UPLOADED
            run.finished_at = timezone.now() if was_saving else None
            run.fence += 1
            run.save(update_fields=["state", "finished_at", "fence"])
    return run


def keep_what_was_taken(run: ImportRun) -> ImportRun:
    """End an import that was stopped, or gave up, as it stands. Raises NotNow."""
    with transaction.atomic():
        hold(run, State.STOPPED, State.FAILED, State.DONE)
        if run.change_set is None:
            raise NotNow(_("Nothing was imported yet."))
        end(run)
    return run


def end(run: ImportRun) -> None:
    """Let nothing more come of the run, because it is taken back. Raises NotNow while the worker is
    at it."""
    hold(run, State.STOPPED, State.FAILED, State.DONE)
    if run.state != State.DONE:
        run.counts, run.state = counts_of_taken(run), State.DONE
        run.finished_at = run.finished_at or timezone.now()
        run.save(update_fields=["counts", "state", "finished_at"])
        transaction.on_commit(lambda: forget_files(run))


def give_up(run: ImportRun, sentence: str) -> None:
    """Put the run into FAILED with the reason, unless somebody has taken it over."""
    held = ImportRun.objects.filter(pk=run.pk, fence=run.fence, state__in=WORKING)
    held.update(state=State.FAILED, failure=sentence, finished_at=timezone.now())


def where(run: ImportRun) -> Progress:
    """How far the worker is with the run."""
    settle(run)
    job = run.job
    if run.state not in WORKING or job is None:
        return Progress("")
    if job.state == job.State.QUEUED and not job.progress:
        return Progress("waiting")
    kept = job.progress
    speed = float(kept.get("per_second") or 0)
    left = max(kept.get("total", 0) - kept.get("done", 0), 0)
    return Progress(
        stage=kept.get("stage", "waiting"),
        done=kept.get("done", 0),
        total=kept.get("total", 0),
        rows_per_second=speed,
        seconds_left=round(left / speed) if speed else None,
    )


def counts_of_taken(run: ImportRun) -> dict[str, int]:
    """The counts of what is in the customers by now, and `left`: rows that were not imported."""
    found = dict(
        run.rows.filter(done=False).values_list("action").annotate(Count("line")).order_by()
    )
    counts = dict(run.counts)
    for action, name in ((Action.NEW, "new"), (Action.UPDATE, "update")):
        counts[name] = counts.get(name, 0) - found.get(action, 0)
    return {**counts, "left": sum(found.values())}


def is_undone(run: ImportRun) -> bool:
    """Whether somebody has taken the import back, or begun to."""
    return run.change_set is not None and hasattr(run.change_set, "undone_by")


def refuse_if_something_was_taken(run: ImportRun) -> None:
    """Raises NotNow: customers have come of it, so it can only be kept, gone on with or undone."""
    if run.change_set_id is not None:
        raise NotNow(_("Rows of this file are imported already."))


def settle(run: ImportRun) -> None:
    """Put the run into FAILED when its job gave up without a word, say killed too many times."""
    is_of_command = run.source == ChangeSet.Source.COMMAND and run.job is None
    if run.state not in WORKING or is_of_command:
        return
    if run.job is None or run.job.state == run.job.State.FAILED:
        give_up(run, _("This was tried several times and did not come to its end. Go on later."))
        run.refresh_from_db()


def hold(run: ImportRun, *states: str) -> None:
    """Lock the run for the transaction and read it anew. Raises NotNow in any other state."""
    run.refresh_from_db(from_queryset=ImportRun.objects.select_for_update())
    settle(run)
    if run.state not in states:
        raise NotNow(sentence_about(run))


def sentence_about(run: ImportRun) -> str:
    """Why a step cannot be done in the state that the run is in."""
    sentences: dict[str, Any] = {
        State.UPLOADED: _("The rows of this file are not checked yet."),
        State.CHECKING: _("The rows are being checked. Wait for that, or stop it."),
        State.CHECKED: _("The rows are checked and not imported yet."),
        State.SAVING: _("This file is being imported. Wait for that, or stop it."),
        State.STOPPED: _("This import was stopped. Keep what was imported, go on, or undo it."),
        State.DONE: _("This import is done."),
        State.FAILED: _("This import did not come to its end."),
    }
    return str(sentences[run.state])
