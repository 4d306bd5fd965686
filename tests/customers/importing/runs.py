"""Imports as the pages start them: an upload, its check and its import, done by the worker."""

from typing import Any

from django.core.files.base import ContentFile

from accounts.models import User
from bookkinda import claiming
from bookkinda.worker import perform, run_due_jobs
from customers.importing import steps, uploads
from customers.importing.options import ImportOptions
from customers.models import ImportRun

MANY = "\n".join(["Name,E-mail", *(f"Name {n},n{n}@example.org" for n in range(10))])


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


def work_for(moments: int) -> str:
    """Let a worker do the next job until it has looked so many times whether it is to stop."""
    claimed = claiming.claim()
    assert claimed
    handler, job = claimed
    looks = iter(range(1_000))
    job.is_stopping = lambda: next(looks) >= moments
    return perform(handler, job)


def half_saved() -> ImportRun:
    """Of ten rows the worker has taken some, and was told to stop."""
    run = checked(MANY)
    steps.start_saving(run)
    assert work_for(2) == "was handed back"
    return run


def counts(run: ImportRun) -> dict[str, int]:
    """What will become, or became, of how many rows, without the zeros."""
    return {name: number for name, number in run.counts.items() if number}


def problems(run: ImportRun) -> dict[int, str]:
    """Row -> what is wrong with it."""
    return {
        row.line: " ".join(sentence for _header, sentence in row.problems or [])
        for row in run.rows.filter(action="refused").order_by("line")
    }
