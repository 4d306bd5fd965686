"""Moving customers in: each import is a row that can be looked up, and so are its rows."""

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models.history import ChangeSet

FOLDER = "imports"


def upload_path(run: "ImportRun", name: str) -> str:
    """A storage name that nobody can guess and that says nothing about the file."""
    return f"{FOLDER}/{secrets.token_urlsafe(24)}"


class ImportRun(models.Model):
    """One file of customers on its way in.

    `file` is the upload, kept until the import is done; a command keeps none. `digest` is the
    SHA-256 of the file with the options, so that the same file is known again after a crash (blank
    as long as nothing but a check was asked for), and `file_digest` that of the file alone.
    `counts` has the keys new, update, unchanged, skipped, refused, blank, and `left` for rows that
    were not imported because somebody stopped it. `other_names` counts the rows that have the
    address of a customer or of an earlier row and another name: the option shared_email would make
    them new people. `look` is what the file showed before the check (customers/importing/
    looking.py), `table` what the check went by. `fence` grows when a process takes the run over,
    and the one before it stops; `revision` with each cell that is fixed.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        CHECKING = "checking", _("Checking")
        CHECKED = "checked", _("Checked")
        SAVING = "saving", _("Importing")
        STOPPED = "stopped", _("Stopped")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    state = models.CharField(max_length=8, choices=State.choices, default=State.CHECKING)
    source = models.CharField(
        max_length=12, choices=ChangeSet.Source.choices, default=ChangeSet.Source.COMMAND
    )
    file = models.FileField(upload_to=upload_path, max_length=200, blank=True)
    photos = models.FileField(upload_to=upload_path, max_length=200, blank=True)
    photos_name = models.CharField(max_length=255, blank=True)
    job = models.ForeignKey("bookkinda.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    failure = models.TextField(blank=True)
    look = models.JSONField(default=dict)
    table = models.JSONField(default=dict)
    picture_counts = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    other_names = models.PositiveIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)
    file_name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64, db_index=True)
    file_digest = models.CharField(max_length=64, default="", db_index=True)
    fence = models.PositiveIntegerField(default=0)
    options = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(max_length=254, blank=True)
    change_set = models.OneToOneField(
        "customers.ChangeSet", null=True, on_delete=models.SET_NULL, related_name="import_run"
    )
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        default_permissions = ()

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """One row of the file, checked: what it will do, or what is wrong with it.

    A column that is NULL was blank or not in the file and changes nothing. `cells` keeps the row as
    it is in the file, or was put right, where that is needed: for refused rows, for those that they
    repeat, and for those that were put right. `repeats` is the line of the earlier row that says
    the same.
    """

    class Action(models.TextChoices):
        NEW = "new"
        UPDATE = "update"
        UNCHANGED = "unchanged"
        SKIP = "skip"
        REFUSED = "refused"

    run = models.ForeignKey(
        ImportRun, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    line = models.PositiveIntegerField()
    action = models.CharField(max_length=9, choices=Action.choices)
    # Neither index nor constraint: they would cost every import, and nobody looks up by customer
    # but erasing, which reads all rows anyhow.
    customer = models.ForeignKey(
        "customers.Customer",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    done = models.BooleanField(default=False)
    problems = models.JSONField(null=True)
    cells = models.JSONField(null=True)
    repeats = models.PositiveIntegerField(null=True)
    first_name = models.CharField(max_length=100, null=True)  # noqa: DJ001 NULL says "not in the file"
    last_name = models.CharField(max_length=100, null=True)  # noqa: DJ001
    email = models.CharField(max_length=254, null=True)  # noqa: DJ001
    phone = models.CharField(max_length=16, null=True)  # noqa: DJ001
    phone_extension = models.CharField(max_length=10, null=True)  # noqa: DJ001
    gender = models.CharField(max_length=6, null=True)  # noqa: DJ001
    date_of_birth = models.DateField(null=True)
    note = models.TextField(null=True)  # noqa: DJ001
    language = models.CharField(max_length=10, null=True)  # noqa: DJ001
    time_zone = models.CharField(max_length=64, null=True)  # noqa: DJ001
    external_id = models.CharField(max_length=100, null=True)  # noqa: DJ001
    tags = models.JSONField(null=True)
    name_key = models.CharField(max_length=420, null=True)  # noqa: DJ001
    given_key = models.CharField(max_length=420, null=True)  # noqa: DJ001
    search_text = models.TextField(null=True)  # noqa: DJ001
    birthday = models.PositiveSmallIntegerField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["run", "line"], name="import_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.action}"


class ImportFix(models.Model):
    """A cell that somebody put right on the page; it stands for that of the file from then on.

    `column` counts from 0. Kept beside the rows, because a new check of the file makes those anew.
    """

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="fixes")
    line = models.PositiveIntegerField()
    column = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["run", "line", "column"], name="import_fix_once"),
        ]

    def __str__(self) -> str:
        return f"{self.line}/{self.column}"


class RememberedColumns(models.Model):
    """Which field each column of a file was, for the next file with the same headers.

    `headers` is a SHA-256 of them: a file without headers has a person in its first line. `fields`
    maps the position of a column, as text, to the name of a field, or to "" for "not imported".
    """

    headers = models.CharField(max_length=64, unique=True)
    fields = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{len(self.fields)}"
