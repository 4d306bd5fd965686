"""Another time or provider for an appointment."""

from typing import Any

from django import forms

from appointments.advice import Wanted
from appointments.availability import MINUTE
from appointments.forms.when import WhenForm
from appointments.models import Appointment
from bookkinda.preferences import Preferences


class MoveForm(WhenForm):
    """Begins with the time that the appointment has, but for what the address says."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ("date", "time", "provider", "duration")

    def __init__(
        self, *args: Any, appointment: Appointment, business: Preferences, **kwargs: Any
    ) -> None:
        super().__init__(*args, business=business, **kwargs)
        self.appointment = appointment
        start = appointment.start.astimezone(business.zone)
        self.initial = {
            "date": start.date(),
            "time": start.time(),
            "provider": appointment.provider_id,
            "duration": (appointment.end - appointment.start) // MINUTE,
            "version": appointment.version,
            **self.initial,
        }

    def clean(self) -> dict[str, Any]:
        """Who leaves day and time alone means the moment that it has, also in an hour that the
        clock shows twice."""
        cleaned = super().clean()
        start = self.appointment.start.astimezone(self.business.zone)
        is_same = (cleaned.get("date"), cleaned.get("time")) == (start.date(), start.time())
        if is_same and "start" in cleaned:
            cleaned["start"] = self.appointment.start
        return cleaned

    def wanted(self) -> Wanted:
        """What was asked for. Call it when the form is valid."""
        cleaned, appointment = self.cleaned_data, self.appointment
        length = (
            cleaned["duration"] * MINUTE
            if cleaned["duration"]
            else appointment.end - appointment.start
        )
        return Wanted(
            appointment.service,
            cleaned["provider"],
            cleaned["start"],
            cleaned["start"] + length,
            appointment.customer,
            appointment,
        )
