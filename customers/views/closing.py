"""When a customer who asked to be deleted calls: the account stays."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from customers import closing
from customers.models import ChangeSet, Customer


class KeepAccount(StaffRequired, View):
    """Takes back what the customer asked for."""

    permission_required = roles.CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = get_object_or_404(Customer, pk=pk)
        if closing.keep(customer, by=signed_in(request), source=ChangeSet.Source.BACK_OFFICE):
            messages.success(request, _("The account stays."))
        return redirect("customers:profile", pk)
