"""A customer's wish to have the account deleted, while there is time to change one's mind."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Closing(models.Model):
    """Asked for by the customer; from `due_at` on the worker deletes the customer (who can be
    restored or erased by staff) and ends the login. `closed_at` is when that happened: the row
    stays, so that staff see whose wish it was.
    """

    customer = models.OneToOneField(
        "customers.Customer", on_delete=models.CASCADE, related_name="closing"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("wish to be deleted")
        verbose_name_plural = _("wishes to be deleted")
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(closed_at=None), name="closing_waiting"
            )
        ]
