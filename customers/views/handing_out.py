"""The answer to somebody who asks what is kept about them."""

from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from customers.handing_out import hand_out
from customers.models import Customer
from customers.views.requests import business_of


class HandOut(StaffRequired, View):
    """One person's data as a ZIP, also of who is deleted; each is in the history as an export."""

    permission_required = roles.EXPORT
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        customer = get_object_or_404(Customer, pk=pk)
        name = f"customer-{pk}-{business_of(request).today():%Y-%m-%d}.zip"
        return StreamingHttpResponse(
            hand_out(customer, by=signed_in(request), file_name=name),
            content_type="application/zip",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
