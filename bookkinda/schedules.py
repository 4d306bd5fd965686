"""Periodic work: a row for each period, moved on by compare-and-set, so nobody doubles it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from bookkinda.jobs import PERIODS, Job, Schedule, enqueue


def write_missing_schedules() -> None:
    """A row for each period that this version knows; a new one is due at once."""
    known = set(Schedule.objects.values_list("name", flat=True))
    Schedule.objects.bulk_create(
        [Schedule(name=name, next_run_at=timezone.now()) for name in PERIODS if name not in known],
        ignore_conflicts=True,
    )


def start_due_schedules() -> int:
    """Enqueue a job for each period that is due, and say for how many.

    Periods that passed while no worker ran are not made up for.
    """
    due = Schedule.objects.filter(name__in=PERIODS, next_run_at__lte=timezone.now())
    return sum(start(schedule, PERIODS[schedule.name]) for schedule in due)


def start(schedule: Schedule, period: timedelta) -> bool:
    """Enqueue the schedule's job, unless another worker just did or the last one still runs."""
    with transaction.atomic():
        moved = Schedule.objects.filter(pk=schedule.pk, next_run_at=schedule.next_run_at).update(
            next_run_at=timezone.now() + period
        )
        if not moved or is_unfinished(schedule.last_job_id):
            return False
        Schedule.objects.filter(pk=schedule.pk).update(last_job=enqueue(schedule.name))
    return True


def is_unfinished(job_id: int | None) -> bool:
    return job_id is not None and Job.objects.unfinished().filter(pk=job_id).exists()
