"""The outbox: what is to be said to whom, and what became of it by each channel."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bookkinda.jobs import Job
from notifications.models.channel import ChannelCode


class Message(models.Model):
    """One thing that is said to one person, by one channel or by several.

    Written in the transaction of the change that causes it, with its job and its deliveries. Holds
    ids and plain choices, never a text and never a secret: the worker makes both when it sends.
    """

    event = models.CharField(max_length=40)  # a code of notifications/events.py
    # The person: a customer, or a member of staff for the mails about their own login.
    customer = models.ForeignKey(
        "customers.Customer",
        null=True,
        on_delete=models.SET_NULL,
        related_name="messages",
        db_index=False,  # message_newest_of_customer begins with it
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    context = models.JSONField(default=dict)  # what the event needs besides: ids and choices
    # Says once what may be asked for twice (a birthday of a year); NULL where nothing repeats.
    key = models.CharField(max_length=100, null=True, unique=True)  # noqa: DJ001 NULLs differ
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The act on many customers that this message is part of.
    change_set = models.ForeignKey(
        "customers.ChangeSet", null=True, on_delete=models.SET_NULL, related_name="messages"
    )
    # No constraint: old jobs are deleted by the thousand, and the message stays.
    job = models.ForeignKey(
        Job, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="messages"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        default_permissions = ()
        permissions = [("send_message", _("Can send messages to customers"))]
        indexes = [
            models.Index(fields=["customer", "event", "-id"], name="message_newest_of_customer")
        ]


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> Any:
        """Keeps the event true, as `Delivery.save` does."""
        deliveries = list(objs)
        for delivery in deliveries:
            delivery.event = delivery.message.event
        return super().bulk_create(deliveries, *args, **kwargs)


class Delivery(models.Model):
    """What becomes of a message by one channel.

    Deliveries are read in the order of their ids, which is the order in which they were written.
    The event stands here once more, so that one index answers the log whatever it is filtered by
    (notifications/log.py).
    """

    class State(models.TextChoices):
        """In the order in which they are reached; reports of a provider come in any order."""

        QUEUED = "queued", _("Waiting")
        SENT = "sent", _("Sent")  # the provider took it
        DELIVERED = "delivered", _("Delivered")
        OPENED = "opened", _("Opened")
        BOUNCED = "bounced", _("Bounced")  # taken, and came back
        FAILED = "failed", _("Failed")  # refused, or tried too often
        SKIPPED = "skipped", _("Not sent")  # not needed or not wanted any more

    message = models.ForeignKey(
        Message,
        on_delete=models.CASCADE,
        related_name="deliveries",
        db_index=False,  # delivery_one_by_message_and_channel begins with it
    )
    event = models.CharField(max_length=40, editable=False)  # the message's
    channel = models.CharField(max_length=10, choices=ChannelCode.choices)
    position = models.PositiveSmallIntegerField(default=0)  # in the order of fallback
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    code = models.CharField(max_length=60, blank=True)  # of the last failure, or why it was skipped
    to = models.CharField(max_length=254, blank=True)  # the address or number it went to
    # The text it was made from: a template at a version, or NULL for the text of the house.
    template = models.ForeignKey(
        "notifications.MessageTemplate", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    template_version = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=10, blank=True)
    provider = models.CharField(max_length=40, blank=True)
    provider_id = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(event=""), name="delivery_has_an_event"),
            models.UniqueConstraint(
                fields=["message", "channel"], name="delivery_one_by_message_and_channel"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "channel", "event", "-id"], name="delivery_in_the_log"),
            models.Index(
                fields=["state", "changed_at"],
                condition=Q(state__in=["bounced", "failed"]),
                name="delivery_failed",
            ),
            # Not only of those that have one: SQLite would use such an index for no question.
            models.Index(fields=["to", "-id"], name="delivery_by_address"),
            models.Index(fields=["provider_id"], name="delivery_by_provider_id"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Takes the event over from the message."""
        if self._state.adding:
            self.event = self.message.event
        super().save(*args, **kwargs)
