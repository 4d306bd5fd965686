"""The order of the channels, and the hours in which people are left alone."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bookkinda.preferences import Preferences
from notifications.models import ChannelCode, Workflow

PLACES = (_("First"), _("Then"), _("Last"))


class OrderForm(forms.Form):
    """By all channels that are on, or by one after the other."""

    mode = forms.ChoiceField(
        label=_("How it goes"), choices=Workflow.Mode.choices, widget=forms.RadioSelect
    )

    def __init__(self, workflow: Workflow, data: Any = None) -> None:
        order = {f"place{number}": code for number, code in enumerate(workflow.channels)}
        super().__init__(data, initial={"mode": workflow.mode, **order})
        choices = [(code, ChannelCode(code).label) for code in workflow.channels]
        for name, label in zip(order, PLACES, strict=False):
            self.fields[name] = forms.ChoiceField(label=label, choices=choices)

    def places(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("place")]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        order = [cleaned.get(name) for name in self.fields if name.startswith("place")]
        if cleaned.get("mode") == Workflow.Mode.FALLBACK and len(set(order)) < len(order):
            raise ValidationError(_("Choose each channel once."))
        cleaned["order"] = [code for code in order if code]
        return cleaned


class QuietHoursForm(forms.ModelForm):
    """The hours in which only logins go out."""

    class Meta:
        model = Preferences
        fields = ("quiet_from", "quiet_until")
        widgets = {
            "quiet_from": forms.TimeInput({"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput({"type": "time"}, format="%H:%M"),
        }
        labels = {"quiet_from": _("From"), "quiet_until": _("Until")}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        begin, end = cleaned.get("quiet_from"), cleaned.get("quiet_until")
        if not self.errors and (begin is None) != (end is None):
            missing = "quiet_until" if end is None else "quiet_from"
            self.add_error(missing, _("Give both times, or none."))
        elif begin is not None and begin == end:
            self.add_error("quiet_until", _("Choose another time than the first one."))
        return cleaned
