"""Delete, Restore, Erase for good: of one customer."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from customers import dependents
from customers.archiving import archive_customers, restore_customers
from customers.erasing import erase_customers
from customers.forms.confirming import EraseForm
from customers.models import ChangeSet, Customer
from customers.views.requests import for_dialog, way_back

SOURCE = ChangeSet.Source.BACK_OFFICE


class DeleteCustomer(StaffRequired, View):
    """Asks, then takes the customer out of every list; the message after it offers Undo."""

    permission_required = roles.ARCHIVE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = get_object_or_404(Customer, pk=pk)
        if customer.is_archived:
            return redirect("customers:profile", pk)
        reasons = dependents.reasons_to_keep(Customer.objects.filter(pk=pk))
        context = {"customer": customer, "reason": reasons.get(pk), "next": way_back(request)}
        part = "#dialog" if for_dialog(request) else ""
        return render(request, f"customers/delete.html{part}", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = get_object_or_404(Customer, pk=pk)
        done = archive_customers(
            Customer.objects.filter(pk=pk), by=signed_in(request), source=SOURCE
        )
        if done.kept:
            messages.error(request, done.kept.reasons[pk])
            return redirect("customers:profile", pk)
        if done.change_set.size:
            text = _("%(name)s is deleted.") % {"name": customer}
            messages.success(request, text, extra_tags=f"undo:{done.change_set.pk}")
        here = reverse("customers:profile", args=[pk])
        address = way_back(request)
        return redirect(reverse("customers:list") if here in address else address)


class RestoreCustomer(StaffRequired, View):
    """Brings a deleted customer back."""

    permission_required = roles.ARCHIVE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = get_object_or_404(Customer, pk=pk)
        done = restore_customers(
            Customer.objects.filter(pk=pk), by=signed_in(request), source=SOURCE
        )
        if done.kept:
            messages.error(request, done.kept.reasons[pk])
        elif done.change_set.size:
            messages.success(
                request,
                _("%(name)s is restored.") % {"name": customer},
                extra_tags=f"undo:{done.change_set.pk}",
            )
        return redirect(way_back(request, reverse("customers:profile", args=[pk])))


class EraseCustomer(StaffRequired, View):
    """Erase for good: of a deleted customer only, and only after the typed word."""

    permission_required = roles.ERASE

    def show(self, customer: Customer, form: EraseForm) -> HttpResponse:
        context: dict[str, Any] = {"customer": customer, "form": form}
        part = "#dialog" if for_dialog(self.request) else ""
        status = 422 if form.is_bound else 200
        return render(self.request, f"customers/erase.html{part}", context, status=status)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(get_object_or_404(Customer.objects.archived(), pk=pk), EraseForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = get_object_or_404(Customer.objects.archived(), pk=pk)
        form = EraseForm(request.POST)
        if not form.is_valid():
            return self.show(customer, form)
        erase_customers(Customer.objects.filter(pk=pk), by=signed_in(request), source=SOURCE)
        messages.success(request, _("One customer is erased for good."))
        return redirect("customers:archived")
