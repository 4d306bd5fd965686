"""Allow to login, Resend access, Revoke login: of one customer, asked first."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from customers.models import HAVE_ACCESS, Access, ChangeSet, Customer
from customers.views.plans import channels_now, plan_of
from customers.views.requests import for_dialog, way_back
from notifications import portal_access
from notifications.portal_access import CannotAllow

SOURCE = ChangeSet.Source.BACK_OFFICE


class AccessView(StaffRequired, View):
    """A question about the login of one customer, and its answer."""

    permission_required = roles.SEND
    template = ""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = get_object_or_404(Customer, pk=pk)
        if customer.is_archived or not self.is_due(customer):
            return redirect("customers:profile", pk)
        return self.ask(customer)

    def ask(self, customer: Customer, problem: str = "") -> HttpResponse:
        context = {
            "customer": customer,
            "problem": problem,
            "next": way_back(self.request),
            **self.more(customer),
        }
        part = "#dialog" if for_dialog(self.request) else ""
        status = 422 if problem else 200
        return render(
            self.request, f"customers/access/{self.template}{part}", context, status=status
        )

    def is_due(self, customer: Customer) -> bool:
        """Whether there is anything to ask."""
        return customer.access in HAVE_ACCESS

    def more(self, customer: Customer) -> dict[str, Any]:
        """What else the question needs to say."""
        return {}

    def back(self, pk: int) -> HttpResponse:
        return redirect(way_back(self.request, reverse("customers:profile", args=[pk])))


class AllowLogin(AccessView):
    """Who may log in, and what is sent by which channels."""

    template = "allow.html"

    def is_due(self, customer: Customer) -> bool:
        return customer.access not in HAVE_ACCESS

    def more(self, customer: Customer) -> dict[str, Any]:
        return plan_of(Customer.objects.filter(pk=customer.pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = get_object_or_404(Customer, pk=pk)
        try:
            message = portal_access.allow_one(customer, by=signed_in(request), source=SOURCE)
        except CannotAllow as problem:
            return self.ask(customer, str(problem))
        tell_what_is_sent(request, customer, is_new=message is not None)
        return self.back(pk)


class ResendAccess(AccessView):
    """A new one-time password, which ends the one before."""

    template = "resend.html"

    def more(self, customer: Customer) -> dict[str, Any]:
        reasons = portal_access.reasons_not_to_allow(Customer.objects.filter(pk=customer.pk))
        return {
            "reason": reasons.get(customer.pk),
            "is_active": customer.access == Access.ACTIVE,
            "channels": channels_now(),
        }

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = get_object_or_404(Customer, pk=pk)
        try:
            portal_access.resend(customer, by=signed_in(request), source=SOURCE)
        except CannotAllow as problem:
            return self.ask(customer, str(problem))
        text = _("A new one-time password for %(name)s is on its way %(channels)s.")
        messages.success(request, text % {"name": customer, "channels": by_channels()})
        return self.back(pk)


class RevokeAccess(AccessView):
    """Nobody gets in with the login any more, from this moment on."""

    template = "revoke.html"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = get_object_or_404(Customer, pk=pk)
        done = portal_access.revoke(
            Customer.objects.filter(pk=pk), by=signed_in(request), source=SOURCE
        )
        if done.change_set.size:
            messages.success(request, _("%(name)s can't log in any more.") % {"name": customer})
        else:
            messages.info(request, _("Nothing had to be changed."))
        return self.back(pk)


def tell_what_is_sent(request: HttpRequest, customer: Customer, *, is_new: bool) -> None:
    """After somebody was allowed to log in."""
    if not is_new:
        messages.info(request, _("%(name)s can log in already.") % {"name": customer})
        return
    text = _("%(name)s may log in. A one-time password is on its way %(channels)s.")
    messages.success(request, text % {"name": customer, "channels": by_channels()})


def by_channels() -> str:
    """By e-mail and SMS: the channels that are on."""
    names = [channel["spoken"] for channel in channels_now() if channel["on"]]
    return _("by %(channels)s") % {"channels": get_text_list(names, _("and"))}
