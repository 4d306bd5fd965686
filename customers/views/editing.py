"""The form of a customer: ADD NEW and Edit."""

from copy import copy
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from bookkinda.requests import is_ours
from customers import timeline
from customers.editing import (
    ArchivedCustomer,
    Difference,
    StaleCustomer,
    add_customer,
    differences_since,
    edit_customer,
)
from customers.forms.customer import CustomerForm
from customers.matching import find_matches
from customers.merged import where_is
from customers.models import ChangeSet, Customer
from customers.views.allowing import tell_what_is_sent
from customers.views.email import follow_up
from customers.views.plans import login_of, why_not
from customers.views.requests import business_of
from notifications import portal_access

SOURCE = ChangeSet.Source.BACK_OFFICE


class CustomerFormView(StaffRequired, View):
    """What adding and editing have in common: one form, one template."""

    def form(self, *sent: Any, customer: Customer | None = None) -> CustomerForm:
        business, user = business_of(self.request), signed_in(self.request)
        return CustomerForm(*sent, business=business, user=user, customer=customer)

    def show(self, form: CustomerForm, **context: Any) -> HttpResponse:
        """The page; nothing of a refused form is lost on it."""
        if form.is_bound:
            form.keep_photo()
        login = login_of(form.customer) if "allow_to_login" in form.fields else None
        context = {"form": form, "customer": form.customer, "login": login, **context}
        status = 422 if form.is_bound else 200
        return render(self.request, "customers/form.html", context, status=status)

    def can_log_in(self, form: CustomerForm) -> bool:
        """Whether the switch can be what it was set to; if not, it says why."""
        if not form.login_wish:
            return True
        email, phone = form.cleaned_data["email"], form.cleaned_data["phone"][0]
        wanted = copy(form.customer) or Customer()
        wanted.email, wanted.phone = email, phone
        reason = why_not(wanted)
        if reason:
            form.add_error("allow_to_login", reason)
        return not reason

    def save_login(self, form: CustomerForm, customer: Customer) -> None:
        """Allow or revoke, if the switch was moved. Raises ValidationError."""
        by = signed_in(self.request)
        if form.login_wish is False:
            these = Customer.objects.filter(pk=customer.pk)
            portal_access.revoke(these, by=by, source=SOURCE)
        elif form.login_wish:
            try:
                portal_access.allow_one(customer, by=by, source=SOURCE)
            except portal_access.CannotAllow as problem:
                raise ValidationError({"allow_to_login": str(problem)}) from None

    def tell_about_login(self, form: CustomerForm, customer: Customer) -> None:
        if form.login_wish:
            tell_what_is_sent(self.request, customer, is_new=True)
        elif form.login_wish is False:
            text = _("%(name)s can't log in any more.") % {"name": customer}
            messages.success(self.request, text)


class AddCustomer(CustomerFormView):
    """ADD NEW. The same form sent twice adds one customer."""

    permission_required = roles.ADD

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(self.form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST, request.FILES)
        if not form.is_valid() or not self.can_log_in(form):
            return self.show(form)
        try:
            customer = self.save(form)
        except ValidationError as problem:
            form.add_problems(problem)
            return self.show(form)
        form.forget_photo()
        messages.success(request, _("%(name)s is added.") % {"name": customer})
        self.tell_about_login(form, customer)
        tell_who_is_alike(request, customer)
        if "another" in request.POST:
            return redirect("customers:add")
        return redirect(on_with(request, customer))

    def save(self, form: CustomerForm) -> Customer:
        by, token = signed_in(self.request), form.cleaned_data["token"]
        with transaction.atomic():
            customer = add_customer(by=by, source=SOURCE, token=token, **form.fields_for_new())
            self.save_login(form, customer)
        return customer


def on_with(request: HttpRequest, customer: Customer) -> str:
    """The customer's profile; or the page that asked for somebody new, with the customer."""
    asked = request.GET.get("next", "")
    if not is_ours(request, asked):
        return reverse("customers:profile", args=[customer.pk])
    return f"{asked}{'&' if '?' in asked else '?'}customer={customer.pk}"


def tell_who_is_alike(request: HttpRequest, customer: Customer) -> None:
    """A hint for those who saw none while typing, because their browser runs no scripts."""
    alike = find_matches(
        first_name=customer.first_name,
        last_name=customer.last_name,
        email=customer.email,
        phone=customer.phone,
        date_of_birth=customer.date_of_birth,
        other_than=customer.pk,
    )
    for match in alike[:1]:
        words = {"name": match.customer, "reason": match.reason}
        may = signed_in(request).has_perms(roles.MERGE)
        tags = f"compare:{match.customer.pk} with:{customer.pk}" if may else ""
        messages.info(request, _("%(name)s has %(reason)s.") % words, extra_tags=tags)


class EditCustomer(CustomerFormView):
    """Edit. The second of two people is shown what the first one changed, and chooses."""

    permission_required = roles.CHANGE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = get_object_or_404(Customer, pk=pk)
        if customer.is_archived:
            return redirect("customers:profile", pk)
        return self.show(self.form(customer=customer))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = get_object_or_404(Customer, pk=pk)
        form = self.form(request.POST, request.FILES, customer=customer)
        if not form.is_valid() or not self.can_log_in(form):
            return self.show(form)
        if "theirs" in request.POST:
            return self.take_theirs(form, customer, request.POST["theirs"])
        try:
            self.save(form, customer)
        except StaleCustomer as stale:
            return self.show_differences(form, stale)
        except ArchivedCustomer:
            form.add_error(None, why_gone(customer))
            return self.show(form)
        except ValidationError as problem:
            form.add_problems(problem)
            return self.show(form)
        form.forget_photo()
        messages.success(request, _("%(name)s is saved.") % {"name": form.full_name})
        self.tell_about_login(form, customer)
        return redirect("customers:profile", pk)

    def save(self, form: CustomerForm, customer: Customer) -> None:
        expected = form.cleaned_data["version"] or 0
        by = signed_in(self.request)
        values = form.fields_to_save()
        with transaction.atomic():
            if form.login_wish is False:  # first, or the login would wait for a new address
                self.save_login(form, customer)
            edit_customer(customer, by=by, source=SOURCE, expected_version=expected, **values)
            if form.login_wish:
                self.save_login(form, customer)
            elif form.login_wish is None:
                follow_up(self.request, customer, values["email"])

    def show_differences(self, form: CustomerForm, stale: StaleCustomer) -> HttpResponse:
        """What others changed and you did not touch is taken over; the rest is yours to choose."""
        form.fill("seen_version", [form.cleaned_data["version"] or 0])
        form.fill("version", [stale.customer.version])
        theirs = [each.field for each in stale.differences if not each.is_conflict]
        form.take_theirs(theirs, stale.customer)
        return self.show(form, differences=shown(stale.differences))

    def take_theirs(self, form: CustomerForm, customer: Customer, name: str) -> HttpResponse:
        """The field as somebody else saved it, in place of what was typed here."""
        seen = form.cleaned_data["seen_version"] or 0
        yours = {key: value for key, value in form.values_to_compare().items() if key != name}
        form.take_theirs([name], customer)
        left = differences_since(customer, seen, yours)
        return self.show(form, differences=shown(left))


def why_gone(customer: Customer) -> str:
    """What became of a customer who can't be edited any more."""
    kept = where_is(Customer.objects.filter(pk=customer.pk).first() or customer)
    if kept != customer:
        words = {"name": kept}
        return _("This customer was merged into %(name)s meanwhile. Edit that one.") % words
    return _("This customer was deleted meanwhile. Restore, then SAVE.")


def shown(differences: list[Difference]) -> list[dict[str, Any]]:
    """The differences in words, for the page."""
    return [
        {
            "field": each.field,
            "label": timeline.label_of(each.field),
            "theirs": timeline.shown(each.field, each.theirs),
            "yours": timeline.shown(each.field, each.yours),
            "is_conflict": each.is_conflict,
        }
        for each in differences
        if each.theirs != each.yours
    ]
