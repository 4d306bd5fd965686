"""When somebody is there: by the week, and the days that differ.

Times are minutes since midnight on the clock of the business, 0 to 1440, so that a day may end at
midnight. What they mean on days of 23 and 25 hours says appointments/availability.py.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models.provider import Provider


class WorkingHours(models.Model):
    """A stretch of one day of every week; two of them with a gap make a break.

    Without a provider they are the business's.
    """

    provider = models.ForeignKey(
        Provider, null=True, on_delete=models.CASCADE, related_name="working_hours"
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"))  # 0 is Monday
    start = models.PositiveSmallIntegerField(_("from"))
    end = models.PositiveSmallIntegerField(_("to"))

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        default_permissions = ()
        ordering = ("weekday", "start")
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6, start__lt=F("end"), end__lte=1440),
                name="working_hours_within_a_day",
                violation_error_message=_("Hours end after they begin, on the same day."),
            )
        ]


class DayException(models.Model):
    """Days that differ from the week: closed (a holiday, a day off), or open at other hours.

    Without a provider it is for everybody. Both days are included. Of a day with an exception only
    its exceptions count: rows with times are the hours of that day, a row without them closes it.
    A closing of the business closes everybody; a provider's own rows come before the business's
    other hours.
    """

    provider = models.ForeignKey(
        Provider, null=True, blank=True, on_delete=models.CASCADE, related_name="exceptions"
    )
    name = models.CharField(_("name"), max_length=100, blank=True)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    start = models.PositiveSmallIntegerField(_("from"), null=True, blank=True)
    end = models.PositiveSmallIntegerField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        default_permissions = ()
        ordering = ("first_day", "start", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")),
                name="exception_ends_after_it_begins",
                violation_error_message=_("The last day can't be before the first."),
            ),
            models.CheckConstraint(
                condition=Q(start=None, end=None) | Q(start__lt=F("end"), end__lte=1440),
                name="exception_within_a_day",
                violation_error_message=_("Hours end after they begin, on the same day."),
            ),
        ]
        indexes = [models.Index(fields=["last_day"], name="exception_by_last_day")]
