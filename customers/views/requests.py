"""What the views ask of a request."""

from django.http import HttpRequest
from django.urls import reverse

from bookkinda.requests import business_of, for_dialog, is_ours, leave

__all__ = ["business_of", "for_dialog", "leave", "way_back"]


def way_back(request: HttpRequest, otherwise: str = "") -> str:
    """Where the person came from, if that is one of our pages; else `otherwise`, or the list."""
    asked = request.POST.get("next") or request.GET.get("next")
    shown = request.headers.get("HX-Current-URL") or request.headers.get("Referer")
    for address in (asked, None if otherwise else shown):
        if address and is_ours(request, address):
            return address
    return otherwise or reverse("customers:list")
