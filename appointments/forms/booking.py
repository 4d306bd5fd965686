"""What a visitor types to book."""

from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from appointments.attaching import Visitor
from appointments.misspelt import probably_meant
from appointments.models import ConsentText
from bookkinda.preferences import FirstBooking, Preferences
from customers.forms.fields import TypedField, line
from customers.values import clean_email, clean_phone, clean_text

CARRIED = ("first_name", "last_name", "email", "phone", "note", "wants_login")


class NoteForm(forms.Form):
    """What every booking asks: a note, and the consent where the owner has a text for it."""

    note = TypedField(
        partial(clean_text, longest=1000),
        label=_("Anything we should know?"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    agrees = forms.BooleanField(
        label=_("I agree"),
        widget=forms.CheckboxInput({"aria-describedby": "consent"}),
        error_messages={"required": _("We can book it only if you agree to this.")},
    )
    # Nobody sees this field (templates/booking/details.html). Programs fill in all there are.
    website = forms.CharField(required=False)

    def __init__(
        self,
        *args: Any,
        business: Preferences,
        consent: ConsentText | None,
        is_mailed: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.business = business
        self.consent = consent
        self.is_mailed = is_mailed
        if consent is None:
            del self.fields["agrees"]

    @property
    def is_trapped(self) -> bool:
        """Whether a program wrote where no person can."""
        return bool(self.data.get("website"))


class DetailsForm(NoteForm):
    """Who books."""

    first_name = TypedField(
        line(100),
        label=_("Name"),
        widget=forms.TextInput({"autocomplete": "given-name"}),
        error_messages={"required": _("Please enter your name.")},
    )
    last_name = TypedField(
        line(100),
        label=_("Surname"),
        widget=forms.TextInput({"autocomplete": "family-name"}),
        error_messages={"required": _("Please enter your surname.")},
    )
    email = TypedField(
        clean_email,
        label=_("E-mail"),
        help_text=_("We send the confirmation there, with a link to change or cancel."),
        widget=forms.EmailInput({"autocomplete": "email", "inputmode": "email"}),
        error_messages={
            "required": _("Please enter your e-mail address. We send the confirmation there.")
        },
    )
    phone = TypedField(
        str,
        label=_("Phone"),
        required=False,
        help_text=_("Only if we need to reach you on the day."),
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )
    wants_login = forms.BooleanField(
        label=_("I want to see and change my appointments online"),
        required=False,
        help_text=_("After a first booking we send a password for it to your e-mail address."),
    )
    field_order = ("first_name", "last_name", "email", "phone", "note", "agrees", "wants_login")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asks = self.business.login_on_booking == FirstBooking.ASK
        if not (asks and self.business.customer_panel_enabled):
            del self.fields["wants_login"]
        if not self.is_mailed:
            self.fields["email"].help_text = _("By it we know you, the next time.")
            required = _("Please enter your e-mail address. By it we know you, the next time.")
            self.fields["email"].error_messages["required"] = required
        self.extension = ""
        self.suspected = self.meant = ""  # an address that looks wrong, and what it should be

    def clean_phone(self) -> str:
        typed: str = self.cleaned_data["phone"]
        number = clean_phone(typed, self.business.country)
        self.extension = number.extension
        return number.e164

    def clean_email(self) -> str:
        """Asks about an address that looks wrong, once: who says that it is right is believed."""
        address: str = self.cleaned_data["email"]
        meant = probably_meant(address)
        if meant and self.data.get("sure") != address:
            self.suspected, self.meant = address, meant
            raise ValidationError(
                _("Did you mean %(meant)s? If yours is right, press the button below once more.")
                % {"meant": meant}
            )
        return address

    def visitor(self, time_zone: str) -> Visitor:
        """What was typed, for the rules."""
        typed = self.cleaned_data
        return Visitor(
            first_name=typed["first_name"],
            last_name=typed["last_name"],
            email=typed["email"],
            phone=typed["phone"],
            phone_extension=self.extension,
            time_zone=time_zone,
        )
