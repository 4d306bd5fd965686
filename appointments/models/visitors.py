"""What surrounds a booking: consent, suggestions, who may not book, private calendar feeds."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.models.appointment import Appointment, new_token


class ConsentText(models.Model):
    """What visitors agree to, as it was worded from a moment on. Never changed: a new wording is a
    new row, and each appointment keeps the one that was agreed to. The newest counts."""

    text = models.TextField(_("text"), max_length=2000)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()


class Suggestion(models.Model):
    """What a returning visitor wrote that differs from the customer's record.

    `values` maps fields of Customer (first_name, last_name, phone) to what was written. Nothing is
    changed until staff accept it.
    """

    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.CASCADE, related_name="suggestions"
    )
    appointment = models.ForeignKey(
        Appointment, null=True, on_delete=models.SET_NULL, related_name="suggestions"
    )
    values = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    was_accepted = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(decided_at=None), name="suggestion_waiting"
            )
        ]


class Block(models.Model):
    """Who may not book on the booking page: by e-mail address, by phone, or both.

    The reason is for staff. Visitors are told the same neutral sentence as over any other limit.
    """

    email = models.CharField(_("e-mail"), max_length=254, blank=True)  # as customers keep it
    phone = models.CharField(_("phone"), max_length=16, blank=True)  # E.164
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)  # the last day; blank: for ever
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        default_permissions = ()
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(email="", phone=""),
                name="block_names_somebody",
                violation_error_message=_("Enter an e-mail address or a phone number."),
            )
        ]
        indexes = [
            models.Index(fields=["email"], name="block_by_email"),
            models.Index(fields=["phone"], name="block_by_phone"),
        ]


class CalendarFeed(models.Model):
    """The private address under which a customer's calendar program reads the appointments."""

    customer = models.OneToOneField(
        "customers.Customer", on_delete=models.CASCADE, related_name="calendar_feed"
    )
    token = models.CharField(max_length=40, unique=True, default=new_token)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
