"""The second factor: only staff have these pages. The library's views with our templates."""

from typing import Any

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCodeView
from allauth.mfa.recovery_codes.views import (
    DownloadRecoveryCodesView,
    GenerateRecoveryCodesView,
    ViewRecoveryCodesView,
)
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    EditWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from accounts.access import StaffOnly


@method_decorator([sensitive_post_parameters(), sensitive_variables()], name="dispatch")
class SecondStep(AuthenticateView):
    """Between the password and being signed in."""

    template_name = "accounts/second_step.html"


@method_decorator([sensitive_post_parameters(), sensitive_variables()], name="dispatch")
class ConfirmPassword(ReauthenticateView):
    """The password again, before something that a thief at the screen must not do."""

    template_name = "accounts/confirm_password.html"


@method_decorator([sensitive_post_parameters(), sensitive_variables()], name="dispatch")
class ConfirmCode(StaffOnly, ReauthenticateByCodeView):
    template_name = "accounts/confirm_code.html"


class ConfirmPasskey(StaffOnly, ReauthenticateWebAuthnView):
    template_name = "accounts/confirm_passkey.html"


class SecondFactor(StaffOnly, IndexView):
    template_name = "accounts/second_factor.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = super().get_context_data(**kwargs)["authenticators"]
        return {
            "view": self,
            "app": found.get("totp"),
            "passkeys": found.get("webauthn", []),
            "recovery": found.get("recovery_codes"),
        }


class AddApp(StaffOnly, ActivateTOTPView):
    template_name = "accounts/app_add.html"


class RemoveApp(StaffOnly, DeactivateTOTPView):
    template_name = "accounts/app_remove.html"


class RecoveryCodes(StaffOnly, ViewRecoveryCodesView):
    template_name = "accounts/recovery_codes.html"


class NewRecoveryCodes(StaffOnly, GenerateRecoveryCodesView):
    template_name = "accounts/recovery_codes_new.html"


class DownloadRecoveryCodes(StaffOnly, DownloadRecoveryCodesView):
    template_name = "accounts/recovery_codes.txt"


class AddPasskey(StaffOnly, AddWebAuthnView):
    template_name = "accounts/passkey_add.html"


class RemovePasskey(StaffOnly, RemoveWebAuthnView):
    template_name = "accounts/passkey_remove.html"
    success_url = reverse_lazy("accounts:second-factor")


class RenamePasskey(StaffOnly, EditWebAuthnView):
    template_name = "accounts/passkey_rename.html"
    success_url = reverse_lazy("accounts:second-factor")
