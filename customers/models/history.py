"""The one history: every change to customers belongs to a change set that can be undone."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LONGEST_REQUEST = timedelta(minutes=2)


class ChangeSet(models.Model):
    """One act of one person, on one customer or on a hundred thousand.

    `token` names the form that asked for it: sent twice, it is done once. An act too large for a
    request has a `job` and, until it is finished, a `plan`: what the worker is to do. `total` is
    how many customers it was asked for, `size` how many it has changed, `left_out` the others:
    their number and the reasons of the first ones by id.
    """

    class Kind(models.TextChoices):
        ADD = "add", _("Added")
        EDIT = "edit", _("Edited")
        ARCHIVE = "archive", _("Deleted")
        RESTORE = "restore", _("Restored")
        ERASE = "erase", _("Erased for good")
        TAG = "tag", _("Tagged")
        IMPORT = "import", _("Imported")
        MERGE = "merge", _("Merged")
        ALLOW = "allow", _("Allowed to login")
        REVOKE = "revoke", _("Login revoked")
        CLOSING = "closing", _("Deletion of the account")
        BOOK = "book", _("Booked")
        MOVE = "move", _("Appointment moved")
        CANCEL = "cancel", _("Appointment cancelled")
        VISIT = "visit", _("Appointment changed")
        UNDO = "undo", _("Undone")
        SAMPLE = "sample", _("Sample business")

    class Source(models.TextChoices):
        BACK_OFFICE = "back-office", _("Back office")
        COMMAND = "command", _("Command line")
        PANEL = "panel", _("Customer Panel")
        BOOKING = "booking", _("Booking page")
        SYSTEM = "system", _("Bookkinda")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    source = models.CharField(max_length=12, choices=Source.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    size = models.PositiveIntegerField(default=0)
    undoes = models.OneToOneField(
        "self", null=True, on_delete=models.SET_NULL, related_name="undone_by"
    )
    token = models.UUIDField(null=True, unique=True)
    job = models.ForeignKey("bookkinda.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    plan = models.JSONField(null=True)
    total = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.size})"

    @property
    def has_stopped(self) -> bool:
        """Whether it ended before its end: the worker gave up, or a request was killed."""
        if self.plan is None:
            return False
        if self.job is None:
            return self.at < timezone.now() - LONGEST_REQUEST
        return self.job.state == self.job.State.FAILED


class Change(models.Model):
    """What a change set did to one customer: the fields that changed, before and after.

    `before` and `after` have the same keys, names of fields; "tags" holds names of tags. `version`
    is the customer's version after the change: undo refuses a customer whose version moved on.
    """

    class Action(models.TextChoices):
        ADDED = "added"
        EDITED = "edited"
        ARCHIVED = "archived"
        RESTORED = "restored"
        ALLOWED = "allowed"  # to log in; "access" before and after
        REVOKED = "revoked"
        CLOSING = "closing"  # the customer asked to have the account deleted
        KEPT = "kept"  # and took it back

    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="changes")
    customer = models.ForeignKey(
        "customers.Customer",
        on_delete=models.CASCADE,
        related_name="changes",
        db_index=False,  # change_by_customer begins with it
    )
    action = models.CharField(max_length=8, choices=Action.choices)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    version = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["customer", "change_set"], name="change_by_customer")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.action}"
