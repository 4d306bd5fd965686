"""What customers book."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from customers.models import Tag

DAY = 24 * 60  # minutes
WEEKS = 24 * 7 * 8  # hours, the longest notice


class Service(models.Model):
    """Something that customers book: how long it takes, what it costs, who provides it.

    Minutes and hours are whole numbers. An archived service is offered to nobody and stays on the
    appointments that were booked.
    """

    name = models.CharField(_("name"), max_length=100)
    category = models.CharField(_("category"), max_length=60, blank=True)
    description = models.TextField(_("description"), max_length=500, blank=True)
    duration = models.PositiveSmallIntegerField(
        _("duration"), default=60, validators=[MinValueValidator(5), MaxValueValidator(DAY)]
    )
    buffer_before = models.PositiveSmallIntegerField(
        _("time kept free before"), default=0, validators=[MaxValueValidator(DAY // 2)]
    )
    buffer_after = models.PositiveSmallIntegerField(
        _("time kept free after"), default=0, validators=[MaxValueValidator(DAY // 2)]
    )
    price = models.DecimalField(
        _("price"),
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    currency = models.CharField(
        _("currency"), max_length=3, blank=True, validators=[RegexValidator(r"^[A-Z]{3}$")]
    )  # blank: the business's
    tone = models.CharField(
        _("colour"), max_length=6, choices=Tag.Tone.choices, default=Tag.Tone.PINE
    )
    is_online = models.BooleanField(_("on the booking page"), default=True)
    needs_approval = models.BooleanField(_("staff approve each booking"), default=False)
    # Hours; blank: the business's. 0: at any time.
    cancel_notice = models.PositiveSmallIntegerField(
        _("notice for cancelling"), null=True, blank=True, validators=[MaxValueValidator(WEEKS)]
    )
    reschedule_notice = models.PositiveSmallIntegerField(
        _("notice for rescheduling"), null=True, blank=True, validators=[MaxValueValidator(WEEKS)]
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        default_permissions = ()
        permissions = [("change_service", _("Can change services, providers and hours"))]
        ordering = ("position", "name", "pk")
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                condition=models.Q(archived_at=None),
                name="service_name_unique_any_case",
                violation_error_message=_("There is a service of this name already."),
            ),
            models.CheckConstraint(
                condition=models.Q(duration__gte=1), name="service_takes_some_time"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def buffers(self) -> int:
        """Minutes kept free before and after it together."""
        return self.buffer_before + self.buffer_after
