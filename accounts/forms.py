"""What is typed to sign in and to keep one's own account."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm as PlainChangePasswordForm
from allauth.account.forms import LoginForm, ReauthenticateForm, ResetPasswordKeyForm, UserTokenForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.access import can_sign_in
from accounts.addresses import LONGEST_ADDRESS, normalize_address
from accounts.models import User
from accounts.roles import Role

LONGEST_PASSWORD = 1000  # letters; more would only cost time to hash
ROLES = [
    (Role.OWNER, _("Owner: everything, also settings, staff accounts and erasing for good")),
    (Role.MANAGER, _("Manager: customers, import and export")),
    (Role.FRONT_DESK, _("Front desk: add, edit and delete customers")),
    (Role.READ_ONLY, _("Read only: see customers")),
]
PASSWORD_HINT = _("At least 10 characters. Three or four unrelated words work well.")


def password_field(label: Any, autocomplete: str, **options: Any) -> forms.CharField:
    widget = forms.PasswordInput({"autocomplete": autocomplete})
    return forms.CharField(
        label=label, strip=False, max_length=LONGEST_PASSWORD, widget=widget, **options
    )


def address_field(**attributes: Any) -> forms.CharField:
    """A text field and not Django's e-mail field: normalize_address knows more, and says more."""
    widget = forms.EmailInput({"autocomplete": "username", **attributes})
    return forms.CharField(label=_("E-mail"), max_length=LONGEST_ADDRESS, widget=widget)


class SignInForm(LoginForm):
    """The address in its one spelling, the password, and whether to stay signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = address_field(autofocus=not self.is_bound)
        self.fields["password"] = password_field(_("Password"), "current-password")
        self.fields["remember"].label = _("Keep me signed in on this device")

    def clean_login(self) -> str:
        """What cannot be an address is answered like one that nobody has."""
        try:
            return normalize_address(self.cleaned_data["login"])
        except ValidationError:
            raise get_adapter().validation_error("email_password_mismatch") from None

    @property
    def is_limited(self) -> bool:
        """Whether there were too many tries, for this account or from this network address."""
        return self.has_error(NON_FIELD_ERRORS, "too_many_login_attempts")


class ForgotPasswordForm(forms.Form):
    """The address to which a link is sent if somebody signs in with it."""

    email = address_field(autofocus=True)

    def clean_email(self) -> str:
        return normalize_address(self.cleaned_data["email"])


class MailedCodeForm(forms.Form):
    """The six digits of a mail. Blanks, which some mail programs put in between, do not count."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split())


class NewPasswordMixin(forms.Form):
    """A new password, typed twice, that the rules accept and that is not the old one."""

    password1 = password_field(_("New password"), "new-password", help_text=PASSWORD_HINT)
    password2 = password_field(_("New password again"), "new-password")
    user: User

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.user)
        if self.user.check_password(password):
            raise ValidationError(_("This is the password you have now. Choose another one."))
        return password

    def clean_password2(self) -> str:
        password: str = self.cleaned_data["password2"]
        if "password1" in self.cleaned_data and self.cleaned_data["password1"] != password:
            raise ValidationError(_("The two new passwords are not the same."))
        return password


class ChangePasswordForm(NewPasswordMixin, PlainChangePasswordForm):
    oldpassword = password_field(_("Current password"), "current-password")
    field_order = ("oldpassword", "password1", "password2")


class ChoosePasswordForm(NewPasswordMixin, ResetPasswordKeyForm):
    """After the link in a mail."""


class FirstPasswordForm(NewPasswordMixin):
    """In place of the password that was sent."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user


class ResetKeyForm(UserTokenForm):
    """Whether the link in a mail is still good: unused, young, and of somebody who may sign in."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not self.reset_user or not can_sign_in(self.reset_user):
            raise get_adapter().validation_error("invalid_password_reset")
        return cleaned


class ConfirmPasswordForm(ReauthenticateForm):
    password = password_field(_("Password"), "current-password")


class NameForm(forms.ModelForm):
    """One's own name, as colleagues see it."""

    class Meta:
        model = User
        fields = ("name",)


class StaffForm(forms.Form):
    """Who works here, and what they may do."""

    name = forms.CharField(label=_("Name"), max_length=150)
    email = address_field(autocomplete="off")
    role = forms.ChoiceField(
        label=_("Role"), choices=ROLES, widget=forms.RadioSelect, initial=Role.FRONT_DESK
    )


class EditStaffForm(StaffForm):
    """The same for somebody who is there already."""

    second_factor_required = forms.BooleanField(
        label=_("Must use a second factor"),
        required=False,
        widget=forms.CheckboxInput({"role": "switch"}),
        help_text=_("Until one is set up, nothing else can be opened."),
    )

    def __init__(self, *args: Any, user: User, is_oneself: bool, **kwargs: Any) -> None:
        initial = {name: getattr(user, name) for name in self.base_fields}
        super().__init__(*args, **{**kwargs, "initial": initial})
        self.fields["email"].help_text = _("Another address signs the person out everywhere.")
        if is_oneself:
            self.fields["role"].disabled = True
            self.fields["role"].help_text = _("Another owner can change your role.")
