"""What is asked at every request of somebody signed in."""

import time
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.one_time import must_choose
from accounts.second_factor import lacks_required_factor

Handler = Callable[[HttpRequest], HttpResponse]
NOTED = "activity_noted"
NOTE_AGAIN_AFTER = 60  # seconds


class SessionActivityMiddleware:
    """Keeps "last seen" of a session true to the minute, and its network address at once.

    allauth's own writes at every request, which on SQLite makes every page wait for its turn.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.session.session_key and request.user.is_authenticated:
            self.note(request)
        return self.get_response(request)

    def note(self, request: HttpRequest) -> None:
        address = get_adapter().get_client_ip(request)
        noted_at, noted_address = request.session.get(NOTED, (0, ""))
        if address != noted_address or time.time() - noted_at >= NOTE_AGAIN_AFTER:
            UserSession.objects.create_from_request(request)
            request.session[NOTED] = (int(time.time()), address)


class SecondFactorMiddleware:
    """Staff who must use a second factor and have none can only set one up, or sign out."""

    # Setting one up asks for the password again, hence the pages that confirm.
    open_to_them = frozenset(
        {
            "mfa_index",
            "mfa_activate_totp",
            "mfa_add_webauthn",
            "account_reauthenticate",
            "accounts:sign-in",
            "accounts:sign-out",
        }
    )

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        missing = request.user.is_authenticated and lacks_required_factor(request.user)
        request.second_factor_missing = missing  # type: ignore[attr-defined]
        if missing and request.path not in {reverse(name) for name in self.open_to_them}:
            return HttpResponseRedirect(reverse("accounts:second-factor"))
        return self.get_response(request)


class OneTimePasswordMiddleware:
    """Whoever signed in with a password that was sent can only choose another, or sign out."""

    # The logo stands on the page where they choose.
    open_to_them = frozenset({"portal:first-password", "accounts:sign-out", "business:logo"})

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        if not request.user.is_authenticated or not must_choose(request.user):
            return None
        match = request.resolver_match
        if match and match.view_name in self.open_to_them:
            return None
        return HttpResponseRedirect(reverse("portal:first-password"))
