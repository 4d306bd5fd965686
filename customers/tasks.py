"""What the worker does for this app."""

import time
from datetime import timedelta

from bookkinda import jobs
from customers import bulk, changing_email, closing, kept_exports, photos, search_index
from customers.importing import forgetting, steps, working
from customers.importing.database import Turns
from customers.models import ChangeSet, ExportRun
from customers.querysets import CustomerQuerySet
from notifications import portal_access

TOLD_EVERY = 0.5  # seconds


@jobs.handles(bulk.JOB)
def act_on_many(job: jobs.RunningJob) -> None:
    """An act on many customers, some hundred in a transaction; stops between two of them."""
    change_set = ChangeSet.objects.filter(pk=job.payload["change_set"]).first()
    if change_set is None:
        return
    turns = Turns()

    def pause() -> None:
        turns.end()
        job.heartbeat({"done": change_set.size, "total": change_set.total})
        if job.stopping:
            raise jobs.HandBack

    bulk.carry_out(change_set, pause)


@jobs.handles(kept_exports.JOB)
def write_export(job: jobs.RunningJob) -> None:
    """A file with many customers, for whoever asked for it."""
    run = ExportRun.objects.filter(pk=job.payload["run"]).first()
    if run is None:
        return
    told_at = 0.0

    def tell(count: int) -> None:
        nonlocal told_at
        if job.stopping:
            raise jobs.HandBack
        if count == 0 or time.monotonic() > told_at + TOLD_EVERY:
            job.heartbeat({"done": count, "total": run.total})
            told_at = time.monotonic()

    kept_exports.write(run, tell=tell, finish=job.finish)


@jobs.handles(search_index.TIDY)
def tidy_search(job: jobs.RunningJob) -> None:
    """After erasing: nothing of who is gone stays in the index of search."""

    def pause() -> None:
        job.heartbeat()
        if job.stopping:
            raise jobs.HandBack

    search_index.tidy(pause)


@jobs.every("customers.clear-aside", timedelta(hours=1))
def clear_aside(job: jobs.RunningJob) -> None:
    """Pictures of forms that nobody came back to are gone after a day."""
    photos.clear_aside()


@jobs.every("customers.forget-exports", timedelta(minutes=15))
def forget_exports(job: jobs.RunningJob) -> None:
    """Export files are gone after a day."""
    kept_exports.forget_old_files()


@jobs.every("customers.forget-staged-rows", timedelta(days=1))
def forget_staged_rows(job: jobs.RunningJob) -> None:
    """Uploads and rows of imported files are gone after 30 days, unused ones after a day."""
    forgetting.forget_old_runs()


@jobs.every("customers.forget-email-changes", timedelta(days=1))
def forget_email_changes(job: jobs.RunningJob) -> None:
    """Addresses that nobody confirmed are gone a month after their time."""
    changing_email.forget_old()


@jobs.every("customers.close-accounts", timedelta(hours=1))
def close_accounts(job: jobs.RunningJob) -> None:
    """Customers who asked to be deleted two weeks ago are, once nothing of theirs is to come."""

    def end_logins(customers: CustomerQuerySet) -> None:
        portal_access.revoke(customers, by=None, source=ChangeSet.Source.SYSTEM)

    for each in closing.due():
        closing.carry_out(each, end_logins)
        job.heartbeat()
        if job.stopping:
            raise jobs.HandBack


@jobs.handles(steps.CHECK, max_attempts=working.ATTEMPTS)
def check_import(job: jobs.RunningJob) -> None:
    """Every row of an upload, checked and staged."""
    working.check_run(job)


@jobs.handles(steps.SAVE, max_attempts=working.ATTEMPTS)
def save_import(job: jobs.RunningJob) -> None:
    """The checked rows of an upload, taken in."""
    working.save_run(job)
