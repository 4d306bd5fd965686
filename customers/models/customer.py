"""A person who books."""

import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.folding import derived_values
from customers.querysets import CustomerQuerySet

DERIVED_FROM = {"first_name", "last_name", "email", "phone", "date_of_birth"}
DERIVED = ("name_key", "given_key", "search_text", "birthday")


class Gender(models.TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")


class Access(models.IntegerChoices):
    """Whether the customer may use the Customer Panel; in the order that the list sorts by."""

    NONE = 0, _("No access")
    REVOKED = 1, _("Revoked")
    EXPIRED = 2, _("Expired")  # invited, and the password that was sent has run out
    INVITED = 3, _("Invited")
    ACTIVE = 4, _("Active")


HAVE_ACCESS = (Access.EXPIRED, Access.INVITED, Access.ACTIVE)  # who has a login


def photo_path(customer: "Customer", filename: str) -> str:
    """A name that tells nothing and cannot be guessed, whatever the file was called."""
    name = secrets.token_urlsafe(24)
    return f"photos/{name[:2]}/{name}.webp"


class Customer(models.Model):
    """A customer of the business. Never a login: at most, one is attached (`user`).

    The e-mail address is optional and may be shared by a family; among those who may log in it is
    unique. Deleting is archiving: `archived_at` is set, and nothing is lost.
    """

    first_name = models.CharField(_("name"), max_length=100)
    last_name = models.CharField(_("surname"), max_length=100, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True)  # E.164
    phone_extension = models.CharField(_("extension"), max_length=10, blank=True)
    gender = models.CharField(_("gender"), max_length=6, choices=Gender.choices, blank=True)
    date_of_birth = models.DateField(_("date of birth"), null=True, blank=True)
    note = models.TextField(_("note"), max_length=1000, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    external_id = models.CharField(_("external ID"), max_length=100, blank=True)
    photo = models.FileField(_("profile picture"), upload_to=photo_path, blank=True)
    tags = models.ManyToManyField(
        "customers.Tag",
        through="customers.CustomerTag",
        related_name="customers",
        blank=True,
        verbose_name=_("tags"),
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="customer",
    )
    # Written by notifications/portal_access.py alone, together with the login.
    access = models.PositiveSmallIntegerField(
        _("panel access"),
        choices=Access.choices,
        default=Access.NONE,
        db_default=Access.NONE,
        editable=False,
    )
    invited_at = models.DateTimeField(_("invited"), null=True, editable=False)
    # Written by appointments/visits.py alone; a minute late at most.
    last_visit_at = models.DateTimeField(_("last visit"), null=True, editable=False)
    next_visit_at = models.DateTimeField(_("next visit"), null=True, editable=False)
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)
    archived_at = models.DateTimeField(_("deleted"), null=True, editable=False)
    import_run = models.ForeignKey(
        "customers.ImportRun",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="customers",
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    name_key = models.CharField(max_length=420, editable=False)
    given_key = models.CharField(max_length=420, editable=False)
    search_text = models.TextField(editable=False)
    birthday = models.PositiveSmallIntegerField(null=True, editable=False)

    objects: ClassVar[Any] = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        default_permissions = ("view", "add", "change")
        permissions = [
            ("archive_customer", _("Can delete and restore customers")),
            ("erase_customer", _("Can erase customers for good")),
            ("import_customer", _("Can import customers")),
            ("export_customer", _("Can export customers")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(first_name=""),
                name="customer_has_a_name",
                violation_error_message=_("A customer needs a name."),
            ),
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(user__isnull=False),
                name="customer_email_unique_among_logins",
                violation_error_message=_("Another customer logs in with this e-mail address."),
            ),
            models.UniqueConstraint(
                fields=["external_id"],
                condition=Q(archived_at=None) & ~Q(external_id=""),
                name="customer_external_id_unique",
                violation_error_message=_("Another customer has this external ID."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["name_key", "id", "search_text"],
                condition=Q(archived_at=None),
                name="customer_by_surname",
            ),
            models.Index(
                fields=["given_key", "id"], condition=Q(archived_at=None), name="customer_by_name"
            ),
            models.Index(
                fields=["email", "id"], condition=Q(archived_at=None), name="customer_by_email"
            ),
            models.Index(
                fields=["phone", "id"], condition=Q(archived_at=None), name="customer_by_phone"
            ),
            models.Index(
                fields=["created_at", "id"], condition=Q(archived_at=None), name="customer_by_added"
            ),
            models.Index(
                fields=["access", "id"], condition=Q(archived_at=None), name="customer_by_access"
            ),
            models.Index(
                fields=["last_visit_at", "id"],
                condition=Q(archived_at=None),
                name="customer_by_last_visit",
            ),
            models.Index(
                fields=["next_visit_at", "id"],
                condition=Q(archived_at=None),
                name="customer_by_next_visit",
            ),
            models.Index(
                fields=["birthday", "id"],
                condition=Q(archived_at=None, birthday__isnull=False),
                name="customer_by_birthday",
            ),
            models.Index(
                fields=["archived_at", "id"],
                condition=Q(archived_at__isnull=False),
                name="customer_by_archived",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps what search and sorting need true, also when only some fields are written."""
        derived = derived_values(
            self.first_name, self.last_name, self.email, self.phone, self.date_of_birth
        )
        self.name_key, self.given_key, self.search_text, self.birthday = derived
        fields = kwargs.get("update_fields")
        if fields is not None and DERIVED_FROM & set(fields):
            kwargs["update_fields"] = {*fields, *DERIVED}
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.date_of_birth and self.date_of_birth > timezone.localdate():
            raise ValidationError({"date_of_birth": _("A date of birth cannot be in the future.")})

    @property
    def full_name(self) -> str:
        """Name and surname, as they are spoken."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_archived(self) -> bool:
        """Whether staff deleted the customer (who can be restored)."""
        return self.archived_at is not None
