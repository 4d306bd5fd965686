"""Who provides services."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from appointments.models.service import Service
from customers.models import Tag


class Provider(models.Model):
    """Somebody (or a room, or a chair) that one appointment at a time is booked with.

    With or without a staff login. Without hours of their own they work the business's.
    """

    name = models.CharField(_("name"), max_length=100)
    email = models.EmailField(_("e-mail"), blank=True)  # where their own messages go
    phone = models.CharField(_("phone"), max_length=16, blank=True)  # E.164
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="provider",
        verbose_name=_("staff account"),
    )
    services = models.ManyToManyField(
        Service, related_name="providers", blank=True, verbose_name=_("services")
    )
    tone = models.CharField(
        _("colour"), max_length=6, choices=Tag.Tone.choices, default=Tag.Tone.PINE
    )
    is_online = models.BooleanField(_("on the booking page"), default=True)
    has_own_hours = models.BooleanField(_("hours of their own"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        default_permissions = ()
        ordering = ("position", "name", "pk")
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                condition=models.Q(archived_at=None),
                name="provider_name_unique_any_case",
                violation_error_message=_("There is a provider of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name
