"""Moving customers in: each import is a row that can be looked up, and so are its rows."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ImportRun(models.Model):
    """One file of customers on its way in.

    `digest` is the SHA-256 of the file with the options, so that the same file is known again after
    a crash, and `file_digest` that of the file alone; `counts` has the keys new, update, unchanged,
    skipped, refused, blank. `fence` grows when a process takes the run over, and the one before it
    stops.
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("Checking")
        CHECKED = "checked", _("Checked")
        SAVING = "saving", _("Importing")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    state = models.CharField(max_length=8, choices=State.choices, default=State.CHECKING)
    file_name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64, db_index=True)
    file_digest = models.CharField(max_length=64, default="", db_index=True)
    fence = models.PositiveIntegerField(default=0)
    options = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
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
    it came where that is needed: for refused rows.
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
