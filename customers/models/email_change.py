"""A customer's other e-mail address, while it waits to be confirmed."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models.history import ChangeSet


class EmailChange(models.Model):
    """The address that a customer who can log in is to have, once it is shown to be theirs.

    Until then the old one signs in. What the link in the mail holds is kept as a keyed hash, blank
    until it is sent; `round` grows with every mail, and only the last one's link opens.
    """

    customer = models.OneToOneField(
        "customers.Customer", on_delete=models.CASCADE, related_name="email_change"
    )
    address = models.CharField(max_length=254)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    source = models.CharField(max_length=12, choices=ChangeSet.Source.choices)
    # A keyed hash of the login and its password: with either changed, nothing is confirmed.
    login = models.CharField(max_length=64, default="")
    round = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("e-mail to confirm")
        verbose_name_plural = _("e-mails to confirm")
        default_permissions = ()

    @property
    def is_over(self) -> bool:
        """Whether its time has passed: it can only be asked for again."""
        return self.expires_at <= timezone.now()
