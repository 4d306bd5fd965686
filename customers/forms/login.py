"""The switch "Allow to login" on the form of a customer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.models import User
from customers.models import HAVE_ACCESS, Customer


class LoginSwitch(forms.Form):
    """Whether the customer may log in. Only a switch that was moved says anything: what colleagues
    did about the login while the form was open stays."""

    allow_to_login = forms.BooleanField(
        label=_("Allow to login"),
        required=False,
        widget=forms.CheckboxInput({"role": "switch"}),
    )
    login_shown = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def offer_login(self, user: User, customer: Customer | None) -> None:
        """Show how it stands, to those who may change it."""
        if not user.has_perm(roles.SEND):
            del self.fields["allow_to_login"], self.fields["login_shown"]
            return
        has_access = customer is not None and customer.access in HAVE_ACCESS
        self.initial["allow_to_login"] = self.initial["login_shown"] = has_access

    @property
    def login_wish(self) -> bool | None:
        """What SAVE is to do: allow, revoke, or (None) nothing."""
        wish = self.cleaned_data.get("allow_to_login")
        return None if wish == self.cleaned_data.get("login_shown") else wish
