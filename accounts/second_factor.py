"""The second factor of staff: an app with codes, a passkey, and recovery codes on paper."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from bookkinda.preferences import Preferences

PERIOD = 30  # seconds that an app shows a code
KEYS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def has_second_factor(user: User) -> bool:
    """Whether signing in asks for more than the password."""
    return Authenticator.objects.filter(user=user, type__in=KEYS).exists()


def lacks_required_factor(user: User) -> bool:
    """Whether the owner demands a second factor of this member of staff, who has none yet."""
    return user.is_staff and user.second_factor_required and not has_second_factor(user)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Names the business, not the host name, in apps and browsers."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right, or it was used already."),
    }

    def get_totp_issuer(self) -> str:
        return self._get_site_name()

    def _get_site_name(self) -> str:
        return Preferences.load().business_name

    def generate_authenticator_name(self, user: User, type: Any) -> str:  # noqa: A002 theirs
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return str(_("Passkey %(number)s") % {"number": number})


def code_field(label: Any) -> forms.CharField:
    attributes = {
        "autocomplete": "one-time-code",
        "inputmode": "text",
        "spellcheck": "false",
        "autofocus": True,
    }
    return forms.CharField(label=label, max_length=20, widget=forms.TextInput(attributes))


class OnceOnlyMixin(forms.Form):
    """A code that was accepted is refused for as long as it would be accepted again.

    The library remembers it for one period, but we let clocks be off by one each way.
    """

    user: User

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        periods = 2 * settings.MFA_TOTP_TOLERANCE + 2
        key = f"accounts.code-used:{self.user.pk}:{normalize_user_code(code)}"
        if not cache.add(key, True, timeout=periods * PERIOD):  # noqa: FBT003 the value is nothing
            raise SecondFactorAdapter().validation_error("incorrect_code")
        return code


class CodeForm(OnceOnlyMixin, AuthenticateForm):
    """The second step of signing in. A code from the app, or one from the recovery list."""

    code = code_field(_("Code"))
    code.help_text = _("From your authenticator app, or one of your recovery codes.")


class ConfirmCodeForm(OnceOnlyMixin, ReauthenticateForm):
    """A code again, before the second factor itself is changed."""

    code = code_field(_("Code"))
    code.help_text = _("From your authenticator app, or one of your recovery codes.")


class ActivateAppForm(OnceOnlyMixin, ActivateTOTPForm):
    """The first code, which proves that the app has the key."""

    code = code_field(_("Code from the app"))


@contextmanager
def refusing_nonsense() -> Iterator[None]:
    """What no browser sends is refused like a wrong passkey; the library would crash on it."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError):
        raise forms.ValidationError(_("This passkey is not one of yours.")) from None


class PasskeyForm(AuthenticateWebAuthnForm):
    """The second step of signing in, by passkey."""

    def clean_credential(self) -> Authenticator:
        with refusing_nonsense():
            return super().clean_credential()


class ConfirmPasskeyForm(ReauthenticateWebAuthnForm):
    """A passkey again, before the second factor itself is changed."""

    def clean_credential(self) -> Authenticator:
        with refusing_nonsense():
            return super().clean_credential()


class AddPasskeyForm(AddWebAuthnForm):
    """What the browser made, and how the person calls it."""

    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=60,
        help_text=_("So that you recognise it later, such as “Work laptop”."),
    )

    def clean(self) -> dict[str, Any]:
        with refusing_nonsense():
            return super().clean()


class RenamePasskeyForm(EditWebAuthnForm):
    name = forms.CharField(label=_("Name"), max_length=60)
