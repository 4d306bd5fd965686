"""Download my data: what is kept about the customer, as a ZIP."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.access import CustomerRequired, customer_of, signed_in
from bookkinda.requests import business_of
from customers.handing_out import hand_out
from customers.models import ExportRun

AN_HOUR = timedelta(hours=1)
MOST = 5  # in an hour: each one reads all that there is


class Download(CustomerRequired, View):
    """Without what staff wrote for each other; that it was taken stands in the history."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        user = signed_in(request)
        customer = customer_of(user)
        lately = ExportRun.objects.filter(
            customer=customer, by=user, at__gt=timezone.now() - AN_HOUR
        )
        if lately.count() >= MOST:
            messages.error(request, _("You took several copies just now. Wait an hour."))
            return redirect("portal:profile")
        name = f"my-data-{business_of(request).today():%Y-%m-%d}.zip"
        return StreamingHttpResponse(
            hand_out(customer, by=user, file_name=name, to_customer=True),
            content_type="application/zip",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
