"""By which channels a customer wants to hear from the business, as staff were told."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired
from customers.models import Customer
from notifications.models import OptOut
from notifications.opting_out import choose


class ChooseChannels(StaffRequired, View):
    """The switches on the profile."""

    permission_required = roles.SEND
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = get_object_or_404(Customer.objects.live(), pk=pk)
        choose(customer, wanted=request.POST.getlist("channel"), reason=OptOut.Reason.STAFF)
        messages.success(request, _("The choice of channels is saved."))
        return redirect("customers:profile", customer.pk)
