"""Imports as the pages start them: an upload, its check and its import, done by the worker."""

from typing import Any

from django.core.files.base import ContentFile

from accounts.models import User
from bookkinda.worker import run_due_jobs
from customers.importing import steps, uploads
from customers.importing.options import ImportOptions
from customers.models import ImportRun


def upload(
    content: str | bytes, *, by: User | None = None, name: str = "people.csv", **options: Any
) -> ImportRun:
    """An upload with these answers."""
    data = content if isinstance(content, bytes) else content.encode()
    run = uploads.accept_file(ContentFile(data), name=name, by=by)
    if options:
        kept = ImportOptions.from_json(run.options).as_json()
        steps.choose(run, ImportOptions.from_json({**kept, **options}))
    return run


def check(run: ImportRun) -> ImportRun:
    """Checked by the worker."""
    steps.start_check(run)
    run_due_jobs()
    run.refresh_from_db()
    return run


def save(run: ImportRun, *, by: User | None = None) -> ImportRun:
    """Imported by the worker."""
    steps.start_saving(run, by=by)
    run_due_jobs()
    run.refresh_from_db()
    return run


def checked(content: str | bytes, **options: Any) -> ImportRun:
    return check(upload(content, **options))


def counts(run: ImportRun) -> dict[str, int]:
    """What will become, or became, of how many rows, without the zeros."""
    return {name: number for name, number in run.counts.items() if number}


def problems(run: ImportRun) -> dict[int, str]:
    """Row -> what is wrong with it."""
    return {
        row.line: " ".join(sentence for _header, sentence in row.problems or [])
        for row in run.rows.filter(action="refused").order_by("line")
    }
