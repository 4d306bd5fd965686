"""What every answer needs: the business it speaks for, and headers that keep it private."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
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


class SmallPagesMiddleware(GZipMiddleware):
    """Pages travel compressed to whoever takes them so; files and exports go as they are. Django
    adds some bytes at random, so that no length tells what stands in a page (BREACH)."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


class PrivacyHeadersMiddleware:
    """No page is stored by browsers or proxies unless its view says otherwise.

    Stands outside of everything that may answer early, so that refusals get the headers too.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cache-Control", "no-store")
        if response.get("Content-Type", "").startswith("text/html"):
            # The same address answers htmx with a part of the page.
            patch_vary_headers(response, ["HX-Request"])
        response.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
