"""Whom the front desk keeps from booking online."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.models import Block
from bookkinda.preferences import Preferences
from customers.forms.fields import PLAIN, TypedField, line
from customers.values import clean_email, clean_phone, show_phone


class BlockForm(forms.ModelForm):
    """An address, a number, or both; the reason is for staff."""

    email = TypedField(
        clean_email, label=_("E-mail"), required=False, widget=forms.EmailInput(PLAIN)
    )
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"type": "tel", **PLAIN}),
    )
    reason = TypedField(
        line(300),
        label=_("Reason"),
        required=False,
        widget=forms.TextInput(PLAIN),
        help_text=_("Staff see it; the visitor does not."),
    )

    class Meta:
        model = Block
        fields = ("email", "phone", "reason", "until")
        labels = {"until": _("Until")}
        help_texts = {"until": _("The last day of it. Blank: until somebody takes it away.")}
        widgets = {"until": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, business: Preferences, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.business = business
        if self.instance.pk and self.instance.phone:
            self.initial["phone"] = show_phone(self.instance.phone)

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"], self.business.country).e164

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until and until < self.business.today() and "until" in self.changed_data:
            raise ValidationError(_("This day is over already."))
        return until

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        in_force = Q(until=None) | Q(until__gte=self.business.today())
        others = Block.objects.filter(in_force).exclude(pk=self.instance.pk)
        for name in ("email", "phone"):
            value = cleaned.get(name)
            if value and others.filter(**{name: value}).exists():
                self.add_error(name, _("This is blocked already."))
        return cleaned
