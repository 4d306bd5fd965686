"""The accounts of staff, which the owner manages."""

from http import HTTPStatus
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.generic import FormView, TemplateView, View

from accounts import roles, staff
from accounts.access import StaffRequired, can_sign_in, signed_in
from accounts.forms import EditStaffForm, StaffForm
from accounts.models import User
from accounts.notices import mail_is_sent
from accounts.second_factor import KEYS
from notifications.login_mails import password_link, reset_hours


def all_staff() -> QuerySet[User]:
    """Staff, suspended ones last, each with whether a second factor is set up."""
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=KEYS)
    people = User.objects.exclude(role="").annotate(has_factor=Exists(factors))
    return people.order_by("-is_active", "name", "email")


class ForOneOfStaff(StaffRequired):
    """For pages about one member of staff; a customer's login is not found here."""

    permission_required = roles.SETTINGS
    kwargs: dict[str, Any]

    def get_user(self) -> User:
        return get_object_or_404(all_staff(), pk=self.kwargs["pk"])


class StaffList(StaffRequired, TemplateView):
    permission_required = roles.SETTINGS
    template_name = "accounts/staff.html"

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        return super().get_context_data(people=all_staff(), **kwargs)


class AddStaff(StaffRequired, FormView):
    """A new member of staff chooses their password by a link: nobody else ever knows it."""

    permission_required = roles.SETTINGS
    template_name = "accounts/staff_add.html"
    form_class = StaffForm

    def form_valid(self, form: Form) -> HttpResponse:
        given = form.cleaned_data
        try:
            user = staff.add_staff(given["email"], role=given["role"], name=given["name"])
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        if mail_is_sent():
            text = _("%(name)s is added. A mail with a link to choose a password is on its way.")
        else:
            text = _("%(name)s is added. Now hand over a link to choose a password.")
        messages.success(self.request, text % {"name": user})
        return redirect("accounts:edit-staff", pk=user.pk)

    def form_invalid(self, form: Form) -> HttpResponse:
        context = self.get_context_data(form=form)
        return self.render_to_response(context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


class EditStaff(ForOneOfStaff, FormView):
    template_name = "accounts/staff_edit.html"
    form_class = EditStaffForm

    def get_form_kwargs(self) -> dict[str, Any]:
        self.person = self.get_user()
        self.is_oneself = self.person.pk == self.request.user.pk
        return {**super().get_form_kwargs(), "user": self.person, "is_oneself": self.is_oneself}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "person": self.get_user(),
            "is_oneself": self.is_oneself,
            "mail_is_sent": mail_is_sent(),
        }

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            staff.edit_staff(self.person, by=signed_in(self.request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, _("%(name)s is saved.") % {"name": self.person})
        return redirect("accounts:staff")

    def form_invalid(self, form: Form) -> HttpResponse:
        context = self.get_context_data(form=form)
        return self.render_to_response(context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


class PasswordLink(ForOneOfStaff, View):
    """Shows a link once, or mails it. It works until a password is chosen, an hour at most."""

    @method_decorator(reauthentication_required())
    @method_decorator(sensitive_variables())
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        user = self.get_user()
        if not can_sign_in(user):
            messages.error(request, _("%(name)s is suspended.") % {"name": user})
            return redirect("accounts:edit-staff", pk=user.pk)
        if "mail" in request.POST:
            staff.invite_again(user)
            messages.success(request, _("A mail is on its way to %(to)s.") % {"to": user.email})
            return redirect("accounts:edit-staff", pk=user.pk)
        context = {"person": user, "link": password_link(user), "hours": reset_hours()}
        return render(request, "accounts/staff_link.html", context)


class Suspend(ForOneOfStaff, View):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        user = self.get_user()
        try:
            staff.suspend(user, by=signed_in(request))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("%(name)s cannot sign in any more.") % {"name": user})
        return redirect("accounts:edit-staff", pk=user.pk)


class Reinstate(ForOneOfStaff, View):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        user = self.get_user()
        staff.reinstate(user)
        messages.success(request, _("%(name)s can sign in again.") % {"name": user})
        return redirect("accounts:edit-staff", pk=user.pk)


class ForgetFactor(ForOneOfStaff, View):
    @method_decorator(reauthentication_required())
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        user = self.get_user()
        staff.forget_second_factor(user)
        text = _("%(name)s signs in with the password alone until a new second factor is set up.")
        messages.success(request, text % {"name": user})
        return redirect("accounts:edit-staff", pk=user.pk)
