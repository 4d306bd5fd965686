"""One's own record: what the customer may change of it, with the same rules as staff."""

from http import HTTPStatus
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.access import CustomerRequired, customer_of, signed_in
from bookkinda.preferences import Preferences
from customers import changing_email, closing
from customers.editing import StaleCustomer, edit_customer
from customers.models import ChangeSet
from notifications.opting_out import choices_of
from portal.forms.profile import ProfileForm

SOURCE = ChangeSet.Source.PANEL


class Profile(CustomerRequired, View):
    """Name, phone and the like; beside it the way to everything else about the account."""

    def form(self, *sent: Any) -> ProfileForm:
        user = signed_in(self.request)
        return ProfileForm(
            *sent, customer=customer_of(user), business=Preferences.load(), user=user
        )

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(self.form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form)
        try:
            edit_customer(
                form.customer, by=signed_in(request), source=SOURCE,
                expected_version=form.cleaned_data["version"], **form.values(),
            )  # fmt: skip
        except StaleCustomer as stale:
            form.show_what_changed(stale)
            return self.show(form)
        except ValidationError as problem:
            form.add_problems(problem)
            return self.show(form)
        form.forget_photo()
        messages.success(request, _("Your profile is saved."))
        return redirect("portal:profile")

    def show(self, form: ProfileForm) -> HttpResponse:
        if form.is_bound:
            form.keep_photo()
        customer = form.customer
        context = {
            "form": form,
            "closing": closing.waiting_for(customer),
            "customer": customer,
            "waiting": changing_email.waiting_for(customer),
            "channels": choices_of(customer),
            "session_count": len(UserSession.objects.purge_and_list(customer.user)),
        }
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
        return render(self.request, "portal/profile.html", context, status=status)
