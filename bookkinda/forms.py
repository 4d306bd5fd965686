"""What the owner types about the business."""

from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bookkinda import choices
from bookkinda.logo import prepare_logo
from bookkinda.preferences import Preferences
from customers.values import clean_phone, show_phone


class SettingsForm(forms.ModelForm):
    """The settings of the business."""

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=choices.time_zones)
    country = forms.ChoiceField(
        label=_("Country"),
        choices=choices.countries,
        help_text=_("Phone numbers without a country code are read as numbers of this country."),
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=choices.currencies)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=choices.languages,
        help_text=_("What most of your customers speak. Old files are read in its letters."),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        widget=forms.ClearableFileInput(
            {"accept": "image/jpeg,image/png,image/webp", "data-preview": "logo-preview"}
        ),
        help_text=_("JPEG, PNG or WEBP, up to 5 MB. Everybody who opens the sign-in page sees it."),
    )

    class Meta:
        model = Preferences
        fields = (
            "business_name",
            "address",
            "phone",
            "logo",
            "time_zone",
            "country",
            "currency",
            "language",
            "customer_panel_enabled",
            "panel_sign_in",
            "one_time_days",
        )
        widgets = {
            "address": forms.Textarea({"rows": 3, "autocomplete": "street-address"}),
            "phone": forms.TextInput({"type": "tel", "autocomplete": "tel"}),
            "customer_panel_enabled": forms.CheckboxInput({"role": "switch"}),
            "panel_sign_in": forms.RadioSelect,
            "one_time_days": forms.NumberInput({"min": 1, "max": 90}),
        }
        labels = {
            "customer_panel_enabled": _("Customers who were allowed to can sign in"),
            "panel_sign_in": _("How customers sign in"),
            "one_time_days": _("Days that a sent password works"),
        }
        help_texts = {
            "customer_panel_enabled": _(
                "Off: they are signed out at once and see that the panel is not open."
            ),
            "one_time_days": _(
                "Counted from when it is sent. It counts for what is sent from now."
            ),
        }

    def clean_logo(self) -> Any:
        """A new picture is drawn anew; what stood there, or False for none, is left as it is."""
        logo = self.cleaned_data["logo"]
        return prepare_logo(logo) if "logo" in self.files else logo

    def save(self, commit: bool = True) -> Preferences:  # noqa: FBT001, FBT002 Django's own
        """Saves the settings; the file of a logo that is no longer used goes after the commit."""
        before = Preferences.load().logo
        business: Preferences = super().save(commit)
        if before.name and before.name != business.logo.name:
            transaction.on_commit(partial(before.storage.delete, before.name))
        return business

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        try:
            number = clean_phone(cleaned.get("phone", ""), cleaned.get("country", ""))
        except ValidationError as error:
            self.add_error("phone", error)
        else:
            cleaned["phone"] = show_phone(*number)
        return cleaned
