"""What the house itself does now and then: throw away what nobody needs any more."""

from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from bookkinda import jobs
from bookkinda.jobs import Job, WorkerSign

KEEP_DONE = timedelta(days=7)
KEEP_FAILED = timedelta(days=90)
BATCH = 1_000


@jobs.every("bookkinda.clean-jobs", timedelta(hours=1))
def clean_jobs(job: jobs.RunningJob) -> None:
    """Old finished jobs go, the failed ones last, and with them the signs of dead workers."""
    now = timezone.now()
    WorkerSign.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()
    finished = Job.objects.order_by("finished_at")
    delete_in_batches(job, finished.filter(state=Job.State.DONE, finished_at__lt=now - KEEP_DONE))
    delete_in_batches(
        job, finished.filter(state=Job.State.FAILED, finished_at__lt=now - KEEP_FAILED)
    )


def delete_in_batches(job: jobs.RunningJob, old: QuerySet[Job]) -> None:
    """Short transactions, because on SQLite a delete keeps every other writer waiting."""
    while batch := list(old.values_list("pk", flat=True)[:BATCH]):
        Job.objects.filter(pk__in=batch).delete()
        job.heartbeat()
        if job.stopping:
            raise jobs.HandBack


@jobs.every("bookkinda.clear-sessions", timedelta(days=1))
def clear_sessions(job: jobs.RunningJob) -> None:
    """Sessions that ended by themselves are still rows; they go."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
