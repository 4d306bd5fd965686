"""Uploads and staged rows are copies of people: they go when nobody needs them any more."""

from contextlib import suppress
from datetime import timedelta
from pathlib import PurePath

from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from bookkinda.jobs import Job
from customers.importing.database import Turns
from customers.importing.local_files import clear_left_copies
from customers.models import ChangeSet, ImportRow, ImportRun
from customers.models.transfer import FOLDER

ROWS_ARE_KEPT = timedelta(days=30)
UNUSED_ARE_KEPT = timedelta(days=1)  # uploads that nobody checked, dry runs that were killed
State = ImportRun.State


def forget_rows(run: ImportRun) -> None:
    """Delete the staged rows of a run, some at a time."""
    turns = Turns()
    while True:
        last = run.rows.order_by("line").values_list("line", flat=True)[2000:2001].first()
        rows = run.rows.filter(line__lt=last) if last else run.rows.all()
        rows._raw_delete(rows.db)  # noqa: SLF001 nothing hangs on a staged row
        turns.end()
        if last is None:
            return


def forget(run: ImportRun) -> None:
    """Delete a run with its rows and files, as a dry run ends."""
    forget_files(run)
    forget_rows(run)
    run.delete()


def forget_files(run: ImportRun) -> None:
    """Delete the upload, what was put right in it, and its pictures; the run stays."""
    for kept in (run.file, run.photos):
        if kept:
            kept.delete(save=False)
    run.fixes.all().delete()
    ImportRun.objects.filter(pk=run.pk).update(file="", photos="", look={})
    run.look = {}


def forget_old_runs() -> None:
    """Let go of what is over: uploads that nobody checked and killed dry runs after a day, all
    other uploads, pictures and rows after 30 days; what was imported stays in the history."""
    for run in unused_runs():
        forget(run)
    ended = resting_runs().annotate(ended_at=Coalesce("finished_at", "started_at"))
    for run in ended.filter(ended_at__lt=timezone.now() - ROWS_ARE_KEPT):
        forget_old(run)
    clear_left_files()
    clear_left_copies()


def resting_runs() -> QuerySet[ImportRun]:
    """Runs that nobody works on. One that is said to be worked on is left alone as long as its job
    is not over; a command has none, and none takes 30 days."""
    is_at_work = Q(state__in=[State.CHECKING, State.SAVING], job__in=Job.objects.unfinished())
    return ImportRun.objects.exclude(is_at_work)


def unused_runs() -> QuerySet[ImportRun]:
    """Runs of more than a day ago that nobody came back to. Whoever puts cells right, or lets
    everything be checked anew, has come back."""
    yesterday = timezone.now() - UNUSED_ARE_KEPT
    old = resting_runs().filter(digest="", change_set=None, started_at__lt=yesterday)
    old = old.filter(fixes=None).exclude(job__created_at__gt=yesterday)
    return old.filter(source=ChangeSet.Source.COMMAND) | old.filter(
        checked_at=None, state__in=[State.UPLOADED, State.FAILED, State.CHECKING]
    )


def forget_old(run: ImportRun) -> None:
    """A run of more than 30 days ago: one of which nothing came goes as a whole."""
    if run.change_set_id is None and run.state != State.DONE:
        forget(run)
        return
    if run.file or run.photos:
        forget_files(run)
    if ImportRow.objects.filter(run=run).exists():
        forget_rows(run)
    if run.state != State.DONE:  # it cannot go on without its rows
        ImportRun.objects.filter(pk=run.pk, state=run.state).update(state=State.DONE)


def clear_left_files() -> None:
    """Delete the uploads that no run knows of, as a killed process leaves them, after a day."""
    if not default_storage.exists(FOLDER):
        return
    known = {name for pair in ImportRun.objects.values_list("file", "photos") for name in pair}
    for file_name in default_storage.listdir(FOLDER)[1]:
        name = str(PurePath(FOLDER) / file_name)
        with suppress(FileNotFoundError):
            written = default_storage.get_modified_time(name)
            if name not in known and written < timezone.now() - UNUSED_ARE_KEPT:
                default_storage.delete(name)
