"""How each channel is doing, and who does not want to hear from us by it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ChannelCode(models.TextChoices):
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")
    WHATSAPP = "whatsapp", _("WhatsApp")


class ChannelState(models.Model):
    """How a channel is doing. Stopped while its settings are wrong: its messages wait."""

    channel = models.CharField(max_length=10, choices=ChannelCode.choices, unique=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_code = models.CharField(max_length=60, blank=True)
    last_success_at = models.DateTimeField(null=True)
    last_failure_at = models.DateTimeField(null=True)
    last_failure_code = models.CharField(max_length=60, blank=True)
    slot_at = models.DateTimeField(default=timezone.now)  # when the throttle lets the next one go

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        default_permissions = ()


class OptOut(models.Model):
    """The customer does not want to be reached by this channel, or cannot be."""

    class Reason(models.TextChoices):
        STAFF = "staff", _("Set by staff")
        CUSTOMER = "customer", _("Chosen in the Customer Panel")
        STOP = "stop", _("Answered STOP")
        PROVIDER = "provider", _("Blocked at the provider")

    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.CASCADE, related_name="opt_outs"
    )
    channel = models.CharField(max_length=10, choices=ChannelCode.choices)
    reason = models.CharField(max_length=10, choices=Reason.choices)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("opt-out")
        verbose_name_plural = _("opt-outs")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["customer", "channel"], name="opt_out_one_by_channel")
        ]
