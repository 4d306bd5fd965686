"""Staged rows are copies of people: they go when nobody needs them any more."""

from datetime import timedelta

from django.utils import timezone

from customers.importing.database import Turns
from customers.models import ImportRow, ImportRun

ROWS_ARE_KEPT = timedelta(days=30)
DRY_RUNS_ARE_KEPT = timedelta(days=1)  # only one that was killed is still there then


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
    """Delete the upload and its pictures from the storage; the run knows nothing of them then."""
    for kept in (run.file, run.photos):
        if kept:
            kept.delete(save=False)
    ImportRun.objects.filter(pk=run.pk).update(file="", photos="", look={})
    run.look = {}


def forget_old_rows() -> None:
    """Delete the rows of imports older than 30 days, and dry runs that never came to their end."""
    now = timezone.now()
    for run in ImportRun.objects.filter(digest="", started_at__lt=now - DRY_RUNS_ARE_KEPT):
        forget(run)
    old = ImportRun.objects.filter(started_at__lt=now - ROWS_ARE_KEPT)
    for run in old.filter(pk__in=ImportRow.objects.values("run_id")):
        forget_rows(run)
