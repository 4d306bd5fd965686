"""Work that outlives a request: the job row, claiming it, and the worker's loop. Knows no app."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone


class Job(models.Model):
    """One piece of work for the worker. Written in the transaction of the change that causes it."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    kind = models.CharField(max_length=100)
    payload = models.JSONField(default=dict)
    priority = models.SmallIntegerField(default=0)
    run_after = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=7, choices=State.choices, default=State.QUEUED)
    fence = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    expired_leases = models.PositiveSmallIntegerField(default=0)
    error_code = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()


class Schedule(models.Model):
    """When a kind of periodic work is due next."""

    name = models.CharField(max_length=100, unique=True)
    next_run_at = models.DateTimeField()

    class Meta:
        default_permissions = ()


def enqueue(
    kind: str,
    payload: dict[str, Any] | None = None,
    *,
    priority: int = 0,
    run_after: datetime | None = None,
) -> Job:
    """Write a job. Call it inside the transaction of the change that causes it."""
    return Job.objects.create(
        kind=kind, payload=payload or {}, priority=priority, run_after=run_after or timezone.now()
    )
