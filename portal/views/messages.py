"""By which channels the customer wants to hear from the business."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.access import CustomerRequired, customer_of, signed_in
from notifications.opting_out import choose


class Messages(CustomerRequired, View):
    """Switches of the profile page."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        choose(customer_of(signed_in(request)), wanted=request.POST.getlist("channel"))
        messages.success(request, _("Your choice is saved."))
        return redirect("portal:profile")
