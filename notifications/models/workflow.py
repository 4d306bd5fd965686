"""What the owner decides about each event: by which channels, and in which words."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.models.channel import ChannelCode


class Workflow(models.Model):
    """By which channels an event is told. Without a row the event's own defaults count."""

    class Mode(models.TextChoices):
        ALL = "all", _("By all channels that are on")
        FALLBACK = "fallback", _("By the first one that takes it, in this order")

    event = models.CharField(max_length=40, unique=True)
    channels = models.JSONField(default=list)  # codes of the channels that are on, in order
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.ALL)

    class Meta:
        verbose_name = _("workflow")
        verbose_name_plural = _("workflows")
        default_permissions = ()


class MessageTemplate(models.Model):
    """The owner's words for one event, channel and language. Without a row the house's count.

    WhatsApp has no words of ours: templates that Meta approved, named by their ContentSid, with
    the shortcodes that fill their variables {{1}}, {{2}} … in this order. Access to Customer Panel
    takes two of them: `content_sid` for the password alone (an authentication template) and
    `second_content_sid` for the rest (a utility template).
    """

    event = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, choices=ChannelCode.choices)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=200, blank=True)  # of e-mails
    body = models.TextField(max_length=10_000, blank=True)
    content_sid = models.CharField(max_length=34, blank=True)
    variables = models.JSONField(default=list, blank=True)
    second_content_sid = models.CharField(max_length=34, blank=True)
    second_variables = models.JSONField(default=list, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["event", "channel", "language"], name="template_one_by_language"
            )
        ]


class TemplateVersion(models.Model):
    """Words as they were saved, to look at and to take back; the newest ones are kept."""

    template = models.ForeignKey(MessageTemplate, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    words = models.JSONField()  # the fields of the template that are words
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("version of a template")
        verbose_name_plural = _("versions of templates")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["template", "version"], name="template_version_counted_once"
            )
        ]
