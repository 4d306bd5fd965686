"""Forgotten and changed passwords."""

from typing import Any

from allauth.account.views import PasswordChangeView, PasswordResetFromKeyView
from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.generic import FormView, TemplateView

from accounts.access import signed_in
from accounts.forms import ForgotPasswordForm
from accounts.models import User
from accounts.notices import enqueue_password_reset
from accounts.sessions import end_other_sessions, end_sessions
from notifications import portal_access


@method_decorator(login_not_required, name="dispatch")
class ForgotPassword(FormView):
    """Answers the same, in the same time, whether anybody signs in with the address or not."""

    form_class = ForgotPasswordForm
    template_name = "accounts/password_forgotten.html"
    success_url = reverse_lazy("account_reset_password_done")

    def form_valid(self, form: ForgotPasswordForm) -> HttpResponse:
        address = form.cleaned_data["email"]
        limited = ratelimit.consume_or_429(self.request, action="reset_password", key=address)
        if limited:
            return limited
        enqueue_password_reset(User.objects.filter(email=address).only("pk").first())
        return super().form_valid(form)


@method_decorator(login_not_required, name="dispatch")
class ForgotPasswordDone(TemplateView):
    template_name = "accounts/password_forgotten_done.html"


@method_decorator([sensitive_post_parameters(), sensitive_variables()], name="dispatch")
class ChoosePassword(PasswordResetFromKeyView):
    """The page behind the link in a mail. Whoever was signed in as this user is signed out."""

    template_name = "accounts/password_choose.html"

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            portal_access.activate(self.reset_user)
            response: HttpResponse = super().form_valid(form)
            end_sessions(self.reset_user)
        return response


@method_decorator(login_not_required, name="dispatch")
class ChoosePasswordDone(TemplateView):
    template_name = "accounts/password_choose_done.html"


@method_decorator([sensitive_post_parameters(), sensitive_variables()], name="dispatch")
class ChangePassword(PasswordChangeView):
    """With the current password. Signs out everywhere else."""

    template_name = "accounts/password_change.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Who signs in by e-mail alone has no password yet, and is mailed a link to choose one."""
        if not signed_in(request).has_usable_password():
            return redirect("account_reset_password")
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        end_other_sessions(signed_in(self.request), keep=self.request.session.session_key)
        return response
