"""The filters of the list of appointments: what the address line may say, checked.

As in the list of customers, unknown parameters are ignored, and one that cannot be read finds
nothing and says why.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.models import Appointment, Provider, Service
from appointments.models.appointment import AppointmentQuerySet
from bookkinda.preferences import Preferences
from customers.filters import LONGEST_QUERY, ByNumberFilter, DayFilter
from customers.values import read_number

Status = Appointment.Status
WHEN = [
    ("coming", _("To come")),
    ("today", _("Today")),
    ("week", _("Next 7 days")),
    ("over", _("Over or cancelled")),
    ("any", _("Any time")),
]
USUAL = "coming"
STATUSES = [(status.value, status.label) for status in Status if status != Status.HELD]
KEPT = ("q", "when", "day_from", "day_to", "status", "provider", "service", "customer")


class AppointmentFilter(django_filters.FilterSet):  # type: ignore[misc]  # has no types
    """Everything but the words. Days are those of the business."""

    q = django_filters.CharFilter(max_length=LONGEST_QUERY, label=_("Search"), method="leave")
    when = django_filters.ChoiceFilter(choices=WHEN, label=_("When"), method="leave")
    status = django_filters.MultipleChoiceFilter(
        choices=STATUSES,
        label=_("Status"),
        method="with_status",
        widget=forms.CheckboxSelectMultiple,
    )
    provider = ByNumberFilter(
        queryset=Provider.objects.all(), label=_("Provider"), method="provided_by"
    )
    service = ByNumberFilter(
        queryset=Service.objects.all(), label=_("Service"), method="of_service"
    )
    customer = django_filters.CharFilter(label=_("Customer"), method="of_customer")

    day_from = DayFilter(label=_("From"), method="leave")
    day_to = DayFilter(label=_("To"), method="leave")

    class Meta:
        model = Appointment
        fields: list[str] = []

    def __init__(self, *args: Any, business: Preferences, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.business = business

    @property
    def chosen(self) -> dict[str, Any]:
        return getattr(self.form, "cleaned_data", {}) if self.is_valid() else {}

    @property
    def has_days(self) -> bool:
        """Whether a span of days is asked for."""
        return bool(self.chosen.get("day_from") or self.chosen.get("day_to"))

    @property
    def stretch(self) -> str:
        """Which stretch of time: what is to come, unless it or days are asked for."""
        wanted = str(self.chosen.get("when") or USUAL)
        return "any" if self.has_days and wanted == USUAL else wanted

    def filter_queryset(self, queryset: AppointmentQuerySet) -> AppointmentQuerySet:
        found: AppointmentQuerySet = super().filter_queryset(queryset)
        found = self.between(found, self.chosen.get("day_from"), self.chosen.get("day_to"))
        today = self.business.today()
        match self.stretch:
            case "today":
                return self.between(found, today, today)
            case "week":
                return self.between(found, today, today + timedelta(days=6))
            case "any":
                return found
        return self.before_or_after_now(found)

    def before_or_after_now(self, found: AppointmentQuerySet) -> AppointmentQuerySet:
        """What is to come, or all the rest. Whoever asks for a status means the time alone."""
        if self.stretch == "over":
            only = {"start__lte": timezone.now()} if self.chosen["status"] else None
            return found.filter(**only) if only else found.over()
        return found.filter(start__gt=timezone.now()) if self.chosen["status"] else found.coming()

    def between(
        self, found: AppointmentQuerySet, first: date | None, last: date | None
    ) -> AppointmentQuerySet:
        """Those that begin on these days, both included."""
        if first:
            found = found.filter(start__gte=self.midnight(first))
        return found.filter(start__lt=self.midnight(last + timedelta(days=1))) if last else found

    def midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.business.zone)

    def leave(self, found: AppointmentQuerySet, _name: str, _value: Any) -> AppointmentQuerySet:
        """The words are search's own, and time is told by several of these."""
        return found

    def with_status(
        self, found: AppointmentQuerySet, _name: str, wanted: list[str]
    ) -> AppointmentQuerySet:
        return found.filter(status__in=wanted) if wanted else found

    def provided_by(
        self, found: AppointmentQuerySet, _name: str, providers: QuerySet[Provider]
    ) -> AppointmentQuerySet:
        return found.filter(provider__in=[each.pk for each in providers]) if providers else found

    def of_service(
        self, found: AppointmentQuerySet, _name: str, services: QuerySet[Service]
    ) -> AppointmentQuerySet:
        return found.filter(service__in=[each.pk for each in services]) if services else found

    def of_customer(
        self, found: AppointmentQuerySet, _name: str, value: str
    ) -> AppointmentQuerySet:
        """Those of one customer, live or deleted, by number."""
        return found.filter(customer=read_number(value) or 0)
