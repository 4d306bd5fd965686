"""When, with whom, and who is told: what booking and moving by staff ask alike."""

import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.models import Provider
from appointments.models.service import DAY
from bookkinda.preferences import Preferences

YEARS = 20  # from today, either way


class WhenForm(forms.Form):
    """A moment on the clock of the business, as `start` in what is cleaned.

    `accepted` are the codes of the warnings that stood on the page when it was sent.
    """

    provider = forms.ModelChoiceField(
        label=gettext_lazy("Provider"),
        queryset=Provider.objects.none(),
        empty_label=gettext_lazy("Choose"),
        error_messages={"required": gettext_lazy("Choose who provides it.")},
    )
    date = forms.DateField(
        label=gettext_lazy("Day"),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Choose a day."),
            "invalid": gettext_lazy("Write the date as year-month-day, like 2026-11-19."),
        },
    )
    time = forms.TimeField(
        label=gettext_lazy("Time"),
        input_formats=["%H:%M", "%H.%M", "%H:%M:%S"],
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={
            "required": gettext_lazy("Choose a time."),
            "invalid": gettext_lazy("Write the time as hours and minutes, like 14:30."),
        },
    )
    duration = forms.IntegerField(
        label=gettext_lazy("Minutes"),
        required=False,
        min_value=5,
        max_value=DAY,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    accepted = forms.CharField(required=False, widget=forms.HiddenInput)
    tell = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, business: Preferences, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.business = business
        self.providers = Provider.objects.filter(archived_at=None)
        cast("forms.ModelChoiceField", self.fields["provider"]).queryset = self.providers

    def clean_date(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["date"]
        if abs(day.year - self.business.today().year) > YEARS:
            raise ValidationError(_("This day is too far away."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "date" in cleaned and "time" in cleaned:
            try:
                cleaned["start"] = moment_at(cleaned["date"], cleaned["time"], self.business.zone)
            except ValueError:
                text = _("The clock goes forward then: this time does not come on that day.")
                self.add_error("time", text)
        return cleaned

    @property
    def is_untold(self) -> bool:
        """Whether it was sent with the wish that nobody is told."""
        return self.is_bound and not self.data.get("tell")

    def has_accepted(self, codes: set[str]) -> bool:
        """Whether all these warnings stood on the page."""
        return codes <= set(self.cleaned_data["accepted"].split())


def moment_at(day: datetime.date, at: datetime.time, zone: ZoneInfo) -> datetime.datetime:
    """When the clock shows this, for the first time where it does twice. Raises ValueError where it
    never does."""
    naive = datetime.datetime.combine(day, at).replace(second=0, microsecond=0)
    moment = naive.replace(tzinfo=zone).astimezone(datetime.UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != naive:
        raise ValueError
    return moment
