"""What is booked, and the holds that keep a time free while somebody fills in the form."""

import re
import secrets
import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.models.provider import Provider
from appointments.models.service import Service

TOKEN = re.compile(r"[A-Za-z0-9_-]{1,40}")


def new_token() -> str:
    """192 random bits: whoever has it may see, move and cancel the one appointment."""
    return secrets.token_urlsafe(24)


def is_token(text: str) -> bool:
    """Whether it could be one. PostgreSQL takes no text with a NUL, so ask before the database."""
    return bool(TOKEN.fullmatch(text))


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Questions about appointments that can be chained. None of them writes."""

    def taking_time(self) -> "AppointmentQuerySet":
        """Those that keep others from their time."""
        return self.exclude(status__in=FREE)

    def expected(self) -> "AppointmentQuerySet":
        """Those that somebody will come to, or came to: not cancelled, nobody missing."""
        return self.filter(status__in=EXPECTED)

    def coming(self, now: datetime | None = None) -> "AppointmentQuerySet":
        """Those that are to take place and have not begun, the next one first."""
        now = now or timezone.now()
        return self.filter(status__in=OPEN, start__gt=now).order_by("start", "pk")

    def over(self, now: datetime | None = None) -> "AppointmentQuerySet":
        """Those that have begun or were cancelled, the newest first."""
        now = now or timezone.now()
        return self.exclude(status__in=OPEN, start__gt=now).order_by("-start", "-pk")

    def overlapping(self, start: datetime, end: datetime) -> "AppointmentQuerySet":
        """Those that need any of this time, with the time kept free around them."""
        return self.filter(blocked_from__lt=end, blocked_until__gt=start)


class Booked(models.Manager.from_queryset(AppointmentQuerySet)):  # type: ignore[misc]
    """Appointments without the holds."""

    def get_queryset(self) -> AppointmentQuerySet:
        found: AppointmentQuerySet = super().get_queryset().exclude(status=Appointment.Status.HELD)
        return found


class Appointment(models.Model):
    """A customer's time with a provider.

    A hold is a row, too, so that one rule of the database (appointments/no_double_booking.py)
    refuses whatever overlaps. When the form is sent its row becomes the appointment; its token
    stays, as the link that every message holds. `objects` leaves holds out.

    `blocked_from` and `blocked_until` are start and end with the service's buffers. Price and
    currency are those of the day of booking. An erased customer leaves the appointment without
    the person.
    """

    class Status(models.TextChoices):
        HELD = "held", _("Being booked")
        PENDING = "pending", _("Pending")
        CONFIRMED = "confirmed", _("Confirmed")
        CANCELLED = "cancelled", _("Cancelled")
        DONE = "done", _("Done")
        NO_SHOW = "no-show", _("No-show")

    class Source(models.TextChoices):
        BOOKING = "booking", _("Booking page")
        BACK_OFFICE = "back-office", _("Back office")
        PANEL = "panel", _("Customer Panel")

    customer = models.ForeignKey(
        "customers.Customer",
        null=True,
        on_delete=models.SET_NULL,
        related_name="appointments",
        db_index=False,  # appointment_of_customer begins with it
    )
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="appointments")
    provider = models.ForeignKey(
        Provider,
        on_delete=models.PROTECT,
        related_name="appointments",
        db_index=False,  # appointment_of_provider begins with it
    )
    start = models.DateTimeField(_("start"))
    end = models.DateTimeField(_("end"))
    blocked_from = models.DateTimeField(editable=False)
    blocked_until = models.DateTimeField(editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices)
    held_until = models.DateTimeField(null=True, editable=False)  # of a hold alone
    note = models.TextField(_("note"), max_length=1000, blank=True)  # the customer's own words
    staff_note = models.TextField(_("note for staff"), max_length=1000, blank=True)
    source = models.CharField(max_length=12, choices=Source.choices, editable=False)
    price = models.DecimalField(max_digits=9, decimal_places=2, null=True, editable=False)
    currency = models.CharField(max_length=3, blank=True, editable=False)
    time_zone = models.CharField(max_length=64, blank=True, editable=False)  # the visitor's
    consent = models.ForeignKey(
        "appointments.ConsentText", null=True, on_delete=models.PROTECT, related_name="+"
    )
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)  # iCalendar's
    sequence = models.PositiveIntegerField(default=0, editable=False)  # iCalendar's
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[Booked] = Booked()
    with_holds = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    start__lt=F("end"), blocked_from__lte=F("start"), blocked_until__gte=F("end")
                ),
                name="appointment_ends_after_it_begins",
                violation_error_message=_("An appointment ends after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(status="held", held_until__isnull=False)
                | (~Q(status="held") & Q(held_until=None)),
                name="appointment_only_holds_run_out",
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "blocked_from"], name="appointment_of_provider"),
            models.Index(fields=["customer", "start"], name="appointment_of_customer"),
            models.Index(fields=["start", "id"], name="appointment_by_start"),
            models.Index(fields=["created_at", "id"], name="appointment_by_booked"),
            models.Index(fields=["status", "start"], name="appointment_by_status"),
            models.Index(
                fields=["held_until"],
                condition=Q(held_until__isnull=False),
                name="appointment_held",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.start:%Y-%m-%d %H:%M}"

    @property
    def is_open(self) -> bool:
        """Whether it is still to take place, as far as its status says."""
        return self.status in OPEN


OPEN = (Appointment.Status.PENDING, Appointment.Status.CONFIRMED)
EXPECTED = (*OPEN, Appointment.Status.DONE)
FREE = (Appointment.Status.CANCELLED, Appointment.Status.NO_SHOW)  # others may have their time


class AppointmentChange(models.Model):
    """What a change set of the one history did to an appointment: fields before and after.

    `before` and `after` have the same keys; moments are ISO 8601, provider and service their
    numbers. `version` is the appointment's after the change: undo refuses one that moved on.
    """

    class Action(models.TextChoices):
        BOOKED = "booked"
        MOVED = "moved"
        CANCELLED = "cancelled"
        EDITED = "edited"  # status, service, notes

    change_set = models.ForeignKey(
        "customers.ChangeSet", on_delete=models.CASCADE, related_name="appointment_changes"
    )
    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="changes")
    action = models.CharField(max_length=9, choices=Action.choices)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    version = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.action}"
