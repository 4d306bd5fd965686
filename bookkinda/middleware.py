"""What every answer needs: the business it speaks for, and headers that keep it private."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from bookkinda.preferences import Preferences

Handler = Callable[[HttpRequest], HttpResponse]


class BusinessMiddleware:
    """Gives each request `request.business` and lets it think in the business's time zone."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        business = Preferences.load()
        request.business = business  # type: ignore[attr-defined]
        with timezone.override(business.zone):
            return self.get_response(request)


class PrivacyHeadersMiddleware:
    """Signed-in pages are never stored; htmx and plain answers never mixed up by a cache."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        patch_vary_headers(response, ["HX-Request"])
        response.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
