"""What views of every app ask of a request."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
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
    if for_dialog(request):
        return HttpResponseClientRedirect(address)
    return HttpResponseRedirect(address)


def way_back(request: HttpRequest, otherwise: str) -> str:
    """Where the form says that the person came from, if that is one of our pages; else
    `otherwise`."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    return address if is_ours(request, address) else otherwise


def is_ours(request: HttpRequest, address: str) -> bool:
    """Whether the address leads to a page of this installation."""
    return address.startswith(("/", "http")) and url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
