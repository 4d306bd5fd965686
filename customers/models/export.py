"""Taking customers out: each export is a row that can be looked up."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def export_path(run: "ExportRun", filename: str) -> str:
    """A name that tells nothing and cannot be guessed, whatever the file is called."""
    return f"exports/{secrets.token_urlsafe(24)}"


class ExportRun(models.Model):
    """That somebody took customers out: who, when, which, how many.

    A small export is streamed and not kept. A large one has a `job` and, until it is finished, a
    `plan`: the query string of the list, the columns and the form; its `file` is kept until
    `kept_until`, for whoever asked. `fence` grows when what the worker has written must not be
    handed out. `customer` is whose own data it is, in the answer to a privacy request.
    """

    class State(models.TextChoices):
        WRITING = "writing", _("Being written")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")
        FAILED = "failed", _("Failed")
        EXPIRED = "expired", _("Expired")
        REMOVED = "removed", _("Removed")

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    format = models.CharField(max_length=4)
    file_name = models.CharField(max_length=255, blank=True)
    query = models.JSONField(default=dict)
    count = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=7, choices=State.choices, default=State.DONE)
    job = models.ForeignKey("bookkinda.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    plan = models.JSONField(null=True)
    total = models.PositiveIntegerField(default=0)
    fence = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to=export_path, blank=True)
    kept_until = models.DateTimeField(null=True)
    customer = models.ForeignKey(
        "customers.Customer", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["by"],
                condition=Q(state="writing"),
                name="one_export_at_a_time",
                violation_error_message=_("An export of yours is still being written."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} ({self.count})"

    @property
    def is_ready(self) -> bool:
        """Whether there is a file to fetch."""
        return (
            bool(self.file)
            and self.state == self.State.DONE
            and self.kept_until is not None
            and self.kept_until > timezone.now()
        )

    @property
    def has_failed(self) -> bool:
        """Whether the worker gave up before the end."""
        given_up = self.job is None or self.job.state == self.job.State.FAILED
        return self.state == self.State.FAILED or (self.state == self.State.WRITING and given_up)


class ExportChoice(models.Model):
    """What somebody chose when they exported last: it is offered to them the next time."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    form = models.CharField(max_length=4)
    delimiter = models.CharField(max_length=1, default=",")
    columns = models.JSONField(default=list)
    order = models.JSONField(default=list)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.form
