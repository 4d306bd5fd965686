"""What customers send about an appointment of theirs."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments import booking
from appointments.models import Appointment, Provider
from appointments.openings import FreeTime, free_times
from appointments.picking import read_start
from appointments.refusals import StaleAppointment
from customers.models import ChangeSet

LONGEST_NOTE = 1000
LONGEST_REASON = 300
TAKEN = _("This time is not free any more. Please pick another one.")


class StartField(forms.CharField):
    """The moment that a link of a time names."""

    def clean(self, value: Any) -> datetime:
        start = read_start(str(value or ""))
        if start is None:
            raise ValidationError(_("Please pick a time."))
        return start


class MoveForm(forms.Form):
    """Another time for an appointment, with the same provider unless another one is named."""

    start = StartField(widget=forms.HiddenInput)
    provider = forms.IntegerField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, appointment: Appointment, data: QueryDict) -> None:
        super().__init__(data)
        self.appointment = appointment
        self.new_provider = appointment.provider

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "start" in data and not self.is_done():
            time = self.time_at(data["start"])
            chosen = self.chosen(time) if time else None
            if chosen is None:
                raise ValidationError(TAKEN)
            self.new_provider = chosen
        return data

    def time_at(self, start: datetime) -> FreeTime | None:
        """What is free at this moment, and with whom."""
        day = timezone.localtime(start).date()
        found = free_times(
            self.appointment.service, provider=None, first=day, last=day, moving=self.appointment
        )
        return next((time for time in found.get(day, []) if time.start == start), None)

    def chosen(self, time: FreeTime) -> Provider | None:
        """The one who is named, or the same as so far; with `with=anyone`, whoever is free."""
        able = {provider.pk: provider for provider in time.providers}
        named = self.cleaned_data.get("provider")
        if named:
            return able.get(named)
        same = able.get(self.appointment.provider_id)
        return same or (time.providers[0] if self.data.get("with") == "anyone" else None)

    def is_done(self) -> bool:
        """Whether it begins then already, with whom it was to be."""
        now = (self.appointment.start, self.appointment.provider_id)
        named = self.cleaned_data.get("provider") or self.appointment.provider_id
        return now == (self.cleaned_data.get("start"), named)

    def to_be(self) -> dict[str, Any]:
        """When and with whom it will be."""
        start = self.cleaned_data["start"]
        length: timedelta = self.appointment.end - self.appointment.start
        return {"start": start, "end": start + length, "provider": self.new_provider}

    def values_to_save(self) -> dict[str, Any]:
        """As booking.move takes them."""
        return {
            "start": self.cleaned_data["start"],
            "provider": self.new_provider,
            "expected_version": self.cleaned_data["version"],
        }

    def problem(self) -> str:
        """Why another time has to be picked."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)

    def sentence_for(self, error: Exception) -> str:
        """Why the rule refused it."""
        if isinstance(error, StaleAppointment):
            return _t("This appointment was changed meanwhile. Look at it, then pick a time again.")
        return str(TAKEN)


class CancelForm(forms.Form):
    """Why, if they like to say it; it stands in their note, which staff read."""

    reason = forms.CharField(
        label=_("Tell us why"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, appointment: Appointment, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.appointment = appointment

    def save(self, *, by: User | None, source: ChangeSet.Source) -> None:
        """Cancel it, with the reason. Raises TooLate, NotAllowed."""
        with transaction.atomic():
            cancelled = booking.cancel(self.appointment, by=by, source=source)
            reason = self.cleaned_data["reason"]
            is_news = self.appointment.status != Appointment.Status.CANCELLED
            if reason and is_news:
                said = _t("Cancelled: %(reason)s") % {"reason": reason}
                note = f"{cancelled.note}\n{said}".strip()[:LONGEST_NOTE]
                booking.edit_notes(cancelled, by=by, source=source, note=note)
