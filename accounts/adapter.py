"""Where the sign-in library asks us: which messages, which mails, which way to go."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import clean_client_ip
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.messages.constants import ERROR  # noqa: TID251 the library says it, not a view
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts.access import can_sign_in, may_see
from accounts.models import User
from accounts.notices import enqueue_notice

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 nothing is bound to it
PASSWORD_SEEN = "password_seen"  # noqa: S105 a key of the session
NEUTRAL = _("The e-mail or the password is not right. Check both and try again.")
TOO_MANY = _("Too many tries. Wait a few minutes, or choose a new password by e-mail.")

# What the library would say, by its own template names. What is not here is not said.
MESSAGES = {
    "account/messages/logged_out.txt": _("You are signed out."),
    "account/messages/password_changed.txt": _("Your password is changed."),
    "mfa/messages/totp_activated.txt": _("The authenticator app is set up."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app is removed."),
    "mfa/messages/recovery_codes_generated.txt": _("You have new recovery codes."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
}


class AccountAdapter(DefaultAccountAdapter):
    """allauth with our words, our mails as jobs, and no way to sign up."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": NEUTRAL,
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
        "incorrect_code": _("This code is not right, or it was used already."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        return False  # one kind of answer for every kind of client

    def get_login_stages(self) -> list[str]:
        return ["allauth.mfa.stages.AuthenticateStage"]

    def is_safe_url(self, url: str | None) -> bool:
        """Only addresses without a host: nothing leads away from here."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def post_login(
        self, request: HttpRequest, user: User, *, redirect_url: str | None, **kwargs: Any
    ) -> HttpResponse:
        """To the page that was asked for if the person may see it, else to their own place."""
        if not redirect_url or not may_see(user, redirect_url):
            redirect_url = reverse("home")
        response: HttpResponse = super().post_login(
            request, user, redirect_url=redirect_url, **kwargs
        )
        return response

    def get_client_ip(self, request: HttpRequest) -> str:
        """The network address that limits count and the list of sessions shows.

        As many entries of X-Forwarded-For are believed as TRUSTED_PROXIES says. A request that
        came past them (a health check, a unix socket) counts by its direct peer, it is no error.
        """
        hops = request.headers.get("X-Forwarded-For", "").split(",")
        trusted = settings.TRUSTED_PROXIES
        named = hops[-trusted] if 0 < trusted <= len(hops) else ""
        direct = request.META.get("REMOTE_ADDR", "")
        return clean_client_ip(named) or clean_client_ip(direct) or UNKNOWN_ADDRESS

    def logout(self, request: HttpRequest) -> None:
        UserSession.objects.filter(session_key=request.session.session_key).delete()
        super().logout(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:account")

    def reauthenticate(self, user: User, password: str) -> bool:
        """Through the limits on attempts, with the one address that a user has."""
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Remember by which password; `login` asks whether it is still the one."""
        request.session[PASSWORD_SEEN] = user.get_session_auth_hash()
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def login(self, request: HttpRequest, user: User) -> None:
        """Asked once more, because minutes may lie between the password and the second factor."""
        is_same = request.session.pop(PASSWORD_SEEN, "") == user.get_session_auth_hash()
        if not is_same or not can_sign_in(user):
            raise ImmediateHttpResponse(self.respond_user_inactive(request, user))
        super().login(request, user)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Back to the start with the same sentence as after a wrong password."""
        clear_login(request)
        self.add_message(request, ERROR, message=str(NEUTRAL))
        return HttpResponseRedirect(reverse("accounts:sign-in"))

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        text = message or MESSAGES.get(message_template or "")
        if text:
            super().add_message(request, level, extra_tags=extra_tags, message=text)

    def send_notification_mail(
        self, template_prefix: str, user: User, *args: Any, **kwargs: Any
    ) -> None:
        """A job, so that no request waits for a mail server."""
        enqueue_notice(user, template_prefix)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mails are made by the worker (notifications/login_mails.py), never in a request."""
        raise PermissionDenied(f"{template_prefix} must not be sent in a request.")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One count for each account, whatever host name it was reached by."""
        return f"account:{credentials['email']}"
