"""Who was merged into whom, and which two are known to be two people."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MergeQuerySet(models.QuerySet["Merge"]):
    """Merges, those in force and those that are history."""

    def in_force(self) -> "MergeQuerySet":
        """Those of customers who are still where the merge put them: an archived customer can only
        be restored, and that moves the version on."""
        return self.filter(customer__version=F("version"), customer__archived_at__isnull=False)


class Merge(models.Model):
    """That `customer` was merged into another one, and what undo needs to part them again.

    `version` is the customer's after the merge. `moved` says what went along: ids of `notes`, the
    `note` that holds what was not kept, ids of pairs told `apart` because of it, the `login`, the
    `created_at` that the kept customer had before, and for each of the `apps` above what it wrote
    down.
    """

    change_set = models.OneToOneField(
        "customers.ChangeSet", on_delete=models.CASCADE, related_name="merge"
    )
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.CASCADE, related_name="merges"
    )
    into = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="merged")
    version = models.PositiveIntegerField()
    moved = models.JSONField(default=dict)

    objects: ClassVar = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.customer_id} -> {self.into_id}"

    @property
    def is_in_force(self) -> bool:
        """Whether the customer is still where the merge put them."""
        return self.customer.is_archived and self.customer.version == self.version


class TwoPeople(models.Model):
    """That staff looked at two customers who are alike and found that they are not the same."""

    first = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("two people")
        verbose_name_plural = _("two people")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="two_people_once"),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="two_people_in_one_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"
