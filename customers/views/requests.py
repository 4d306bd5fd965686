"""What the views ask of a request."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from bookkinda.preferences import Preferences


def business_of(request: HttpRequest) -> Preferences:
    """The business, as the middleware read it for this request."""
    business: Preferences = request.business  # type: ignore[attr-defined]
    return business


def for_dialog(request: HttpRequest) -> bool:
    """Whether only a part of the page is asked for, by htmx."""
    return bool(request.htmx)  # type: ignore[attr-defined]


def leave(request: HttpRequest, address: str) -> HttpResponse:
    """Go to another page, also when htmx asked for a part of this one."""
    return HttpResponseClientRedirect(address) if for_dialog(request) else redirect(address)


def way_back(request: HttpRequest, otherwise: str = "") -> str:
    """Where the person came from, if that is one of our pages; else `otherwise`, or the list."""
    asked = request.POST.get("next") or request.GET.get("next")
    shown = request.headers.get("HX-Current-URL") or request.headers.get("Referer")
    for address in (asked, None if otherwise else shown):
        if (
            address
            and address.startswith(("/", "http"))
            and url_has_allowed_host_and_scheme(
                address, {request.get_host()}, require_https=request.is_secure()
            )
        ):
            return address
    return otherwise or reverse("customers:list")
