"""Another e-mail address for a customer who can log in: what SAVE began, and what staff do then."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from customers import changing_email
from customers.models import ChangeSet, Customer
from notifications import portal_access
from notifications.portal_access import CannotAllow

SOURCE = ChangeSet.Source.BACK_OFFICE


def follow_up(request: HttpRequest, before: Customer, address: str) -> None:
    """Say what became of another address. Who never signed in is sent a new password there, in the
    transaction of the edit: the earlier one opens nothing any more."""
    if before.user_id is None or address == before.email:
        return
    now = Customer.objects.get(pk=before.pk)
    words = {"address": address, "old": before.email}
    if now.email != address:
        text = _(
            "A link is on its way to %(address)s. Until it is opened, %(old)s signs in and stays."
        )
        messages.info(request, text % words)
        return
    try:
        portal_access.resend(now, by=signed_in(request), source=SOURCE)
    except CannotAllow as why:
        messages.warning(request, str(why))
    else:
        messages.info(request, _("A new password is on its way to %(address)s.") % words)


class AskEmailAgain(StaffRequired, View):
    """Another mail to the address that waits to be confirmed."""

    permission_required = roles.CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if changing_email.ask_again(get_object_or_404(Customer, pk=pk)):
            messages.success(request, _("Another link is on its way."))
        return redirect("customers:profile", pk)


class KeepEmail(StaffRequired, View):
    """Leave the address as it is."""

    permission_required = roles.CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if changing_email.cancel(get_object_or_404(Customer, pk=pk)):
            messages.success(request, _("The e-mail address stays as it is."))
        return redirect("customers:profile", pk)
