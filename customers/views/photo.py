"""Profile pictures are personal data: each look at one asks who may see it."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.generic import View

from accounts import roles
from accounts.access import CustomerRequired, StaffRequired, customer_of, signed_in
from customers.models import Customer
from customers.photos import version_of

A_YEAR = 31_536_000


class Photo(StaffRequired, View):
    """The picture that the customer has now; which file that is, nobody outside decides.

    `?v=` with the start of the file's name makes the address one of this picture only, so that a
    browser may keep it; without it, the browser asks again each time.
    """

    permission_required = roles.VIEW

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return picture_of(get_object_or_404(Customer, pk=pk), request)


class OwnPhoto(CustomerRequired, View):
    """The customer's own picture, in the Customer Panel."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return picture_of(customer_of(signed_in(request)), request)


def picture_of(customer: Customer, request: HttpRequest) -> HttpResponseBase:
    """The stored picture, or that the browser has it already. Raises Http404 without one."""
    name = customer.photo.name
    if not name or not default_storage.exists(name):
        raise Http404
    version = version_of(name)
    etag = f'"{version}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponseBase = HttpResponseNotModified()
    else:
        response = FileResponse(default_storage.open(name), content_type="image/webp")
        response["X-Content-Type-Options"] = "nosniff"
    named = request.GET.get("v") == version
    keep = f"max-age={A_YEAR}, immutable" if named else "no-cache"
    response["Cache-Control"] = f"private, {keep}"
    response["ETag"] = etag
    return response
