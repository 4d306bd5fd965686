"""What the owner sets in the back office: one row, read by everybody, imports nothing of ours."""

from typing import Any, Self
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def is_time_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(_("There is no time zone of this name."))


def one_day() -> list[int]:
    return [24]


class SignIn(models.TextChoices):
    """How customers get into the Customer Panel besides their password."""

    PASSWORD = "password", _("Password only")
    LINK = "link", _("Password, or a link sent by e-mail")
    CODE = "code", _("Password, or a 6-digit code sent by e-mail")


class FirstBooking(models.TextChoices):
    """Whether a first booking lets the customer log in, when that booking created the customer."""

    NEVER = "never", _("Never")
    ASK = "ask", _("Ask the customer")
    ALWAYS = "always", _("Always")


class Preferences(models.Model):
    """The settings of the one business that this installation serves."""

    business_name = models.CharField(_("business name"), max_length=100, default="Bookkinda")
    address = models.TextField(_("address"), max_length=500, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    logo = models.FileField(_("logo"), upload_to="logo/", blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/London", validators=[is_time_zone]
    )
    country = models.CharField(
        _("country"),
        max_length=2,
        default="GB",
        validators=[RegexValidator(r"^[A-Z]{2}$")],
        help_text=_("Phone numbers without a country code are read as numbers of this country."),
    )
    currency = models.CharField(
        _("currency"), max_length=3, default="GBP", validators=[RegexValidator(r"^[A-Z]{3}$")]
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    customer_panel_enabled = models.BooleanField(_("Customer Panel"), default=True)
    panel_sign_in = models.CharField(
        _("ways to sign in"), max_length=8, choices=SignIn.choices, default=SignIn.PASSWORD
    )
    one_time_days = models.PositiveSmallIntegerField(
        _("days that a sent password works"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
    )
    login_on_booking = models.CharField(
        _("login on the first booking"),
        max_length=6,
        choices=FirstBooking.choices,
        default=FirstBooking.ASK,
    )
    booking_enabled = models.BooleanField(_("booking page"), default=True)
    booking_step = models.PositiveSmallIntegerField(
        _("minutes between times offered"),
        default=15,
        validators=[MinValueValidator(5), MaxValueValidator(240)],
    )
    booking_notice = models.PositiveSmallIntegerField(
        _("hours before which must be booked"), default=2, validators=[MaxValueValidator(1344)]
    )
    booking_ahead = models.PositiveSmallIntegerField(
        _("days ahead that can be booked"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(730)],
    )
    cancel_notice = models.PositiveSmallIntegerField(
        _("hours of notice for cancelling"), default=24, validators=[MaxValueValidator(1344)]
    )
    reschedule_notice = models.PositiveSmallIntegerField(
        _("hours of notice for rescheduling"), default=24, validators=[MaxValueValidator(1344)]
    )
    most_coming = models.PositiveSmallIntegerField(
        _("appointments that a customer may have ahead"),
        null=True,
        blank=True,
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    booking_origins = models.JSONField(_("websites that show the booking page"), default=list)
    reminder_hours = models.JSONField(_("hours before, for reminders"), default=one_day)
    follow_up_hours = models.PositiveSmallIntegerField(
        _("hours after, for the follow-up"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(1344)],
    )
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    track_opens = models.BooleanField(_("see whether e-mails are opened"), default=False)
    sample_since = models.DateTimeField(null=True, editable=False)
    first_steps_done_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("settings")
        verbose_name_plural = _("settings")
        default_permissions = ()
        permissions = [("change_settings", _("Can change the settings and staff accounts"))]
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="preferences_one_row"),
        ]

    def __str__(self) -> str:
        return self.business_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

    @classmethod
    def load(cls) -> Self:
        """The one row; before it was ever saved, its defaults. One query."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def logo_url(self) -> str:
        """Where the logo is; another logo has another address, so it may be kept for ever."""
        name = (self.logo.name or "").rpartition("/")[2]
        return reverse("business:logo", args=[name]) if name else ""

    @property
    def is_sample(self) -> bool:
        """Whether the sample business is in this database."""
        return self.sample_since is not None

    def today(self) -> Any:
        """The date at the business, which is not everywhere the date of the server."""
        return timezone.localdate(timezone=self.zone)
