"""What customers type about themselves."""

import time
from functools import partial
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.addresses import LONGEST_ADDRESS, normalize_address
from accounts.forms import password_field
from accounts.models import User
from bookkinda.choices import languages
from bookkinda.preferences import Preferences
from customers.editing import StaleCustomer
from customers.forms.fields import TypedField, line
from customers.forms.picture import PictureFields
from customers.models import Customer
from customers.timeline import label_of, shown
from customers.values import check_date_of_birth, clean_phone, example_phone, show_phone

JUST_NOW = 300  # seconds
NAMES = ("first_name", "last_name", "date_of_birth", "language")


class ProfileForm(PictureFields):
    """What customers may change of their record. The e-mail address has a page of its own."""

    first_name = TypedField(
        line(100),
        label=_("Name"),
        widget=forms.TextInput({"autocomplete": "given-name"}),
        error_messages={"required": _("Please give a name.")},
    )
    last_name = TypedField(
        line(100),
        label=_("Surname"),
        required=False,
        widget=forms.TextInput({"autocomplete": "family-name"}),
    )
    phone = TypedField(
        str,
        label=_("Phone"),
        required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )
    date_of_birth = forms.DateField(
        label=_("Date of birth"),
        required=False,
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput({"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the date as year-month-day, like 1991-04-09.")},
    )
    language = forms.ChoiceField(label=_("Language of messages"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        files: Any = None,
        *,
        customer: Customer,
        business: Preferences,
        user: User,
    ) -> None:
        initial: dict[str, Any] = {name: getattr(customer, name) for name in NAMES}
        initial["phone"] = show_phone(customer.phone, customer.phone_extension)
        super().__init__(data, files, initial={**initial, "version": customer.version})
        self.customer, self.business, self.user = customer, business, user
        phone: Any = self.fields["phone"]
        phone.read = partial(clean_phone, country=business.country)
        example = {"example": example_phone(business.country)}
        phone.help_text = _("In any usual spelling, such as %(example)s.") % example
        choices = [("", _("As the business writes")), *languages()]
        if customer.language and customer.language not in dict(choices):
            choices.append((customer.language, customer.language))
        language: Any = self.fields["language"]
        language.choices = choices
        self.fields["date_of_birth"].widget.attrs["max"] = business.today().isoformat()

    def clean_date_of_birth(self) -> Any:
        born = self.cleaned_data["date_of_birth"]
        if born and born != self.initial["date_of_birth"]:
            check_date_of_birth(born, self.business.today())
        return born

    def values(self) -> dict[str, Any]:
        """The fields as customers/editing.py takes them."""
        values = {name: self.cleaned_data[name] for name in NAMES}
        values["phone"], values["phone_extension"] = self.cleaned_data["phone"]
        values["photo"] = self.picture_to_save()
        return values

    def show_what_changed(self, stale: StaleCustomer) -> None:
        """Somebody else was faster: say what they wrote, and keep what was typed."""
        self.fill("version", [stale.customer.version])
        for each in stale.differences:
            words = {"field": label_of(each.field), "value": shown(each.field, each.theirs) or "–"}
            text = _t("Meanwhile, “%(field)s” was changed to: %(value)s. SAVE again for yours.")
            self.add_error(None, text % words)

    def add_problems(self, problem: ValidationError) -> None:
        """Show what a rule refused at the fields that it is about."""
        for name, errors in getattr(problem, "error_dict", {NON_FIELD_ERRORS: problem}).items():
            self.add_error(name if name in self.fields else None, errors)


def came_by_mail_just_now(request: HttpRequest) -> bool:
    """Whether the customer signed in by a link or code within the last five minutes."""
    ways = get_authentication_records(request, request.user)
    return any(way["method"] == "mail" and way["at"] > time.time() - JUST_NOW for way in ways)


class ProofForm(forms.Form):
    """The password of the customer, for what a stranger at an open screen must not do."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.has_usable_password():
            self.fields["password"] = password_field(_("Your password"), "current-password")

    def is_proven(self, request: HttpRequest) -> bool:
        """Whether it is the customer at the screen: by the password, through the limits on
        attempts; for who has none, by having come in by mail just now."""
        if "password" not in self.fields:
            if not came_by_mail_just_now(request):
                self.add_error(
                    None, _("You have no password. Sign out, come in by mail, and do it at once.")
                )
            return self.is_valid()
        try:
            if get_adapter(request).reauthenticate(self.user, self.cleaned_data["password"]):
                return True
        except ValidationError as too_many:
            self.add_error("password", too_many)
        else:
            self.add_error("password", _("This is not your password."))
        return False


class EmailForm(ProofForm):
    """The new address, and the password of who wants it."""

    email = forms.CharField(
        label=_("New e-mail"),
        max_length=LONGEST_ADDRESS,
        widget=forms.EmailInput({"autocomplete": "email", "autofocus": True}),
    )
    field_order = ("email", "password")

    def clean_email(self) -> str:
        address = normalize_address(self.cleaned_data["email"])
        if address == self.user.email:
            raise ValidationError(_("This is the address that you have now."))
        return address
