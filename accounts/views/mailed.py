"""Signing in by a link or a code that comes by e-mail, where the owner offers it to customers."""

from http import HTTPStatus
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.generic import FormView, View

from accounts import mailed_sign_in
from accounts.forms import ForgotPasswordForm, MailedCodeForm
from accounts.models import User
from accounts.one_time import Replaced, go_without_password, must_choose
from bookkinda.preferences import SignIn
from notifications import portal_access

ASKED = "mailed_sign_in"  # the key of the session: which row this browser asked for


class Offered(View):
    """For pages that are there while the owner lets customers sign in by e-mail."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.way = mailed_sign_in.ways()
        if self.way == SignIn.PASSWORD:
            raise Http404
        if request.user.is_authenticated:
            return redirect("home")
        return super().dispatch(request, *args, **kwargs)


@method_decorator(login_not_required, name="dispatch")
class AskByMail(Offered, FormView):
    """Answers the same, in the same time, whether anybody signs in with the address or not."""

    form_class = ForgotPasswordForm
    template_name = "accounts/mailed_ask.html"
    success_url = reverse_lazy("accounts:sign-in-mail-sent")

    def form_valid(self, form: ForgotPasswordForm) -> HttpResponse:
        address = form.cleaned_data["email"]
        limited = ratelimit.consume_or_429(self.request, action="mailed_sign_in", key=address)
        if limited:
            return limited
        self.request.session[ASKED] = mailed_sign_in.ask(address).pk
        return super().form_valid(form)


@method_decorator([sensitive_post_parameters(), sensitive_variables()], name="dispatch")
@method_decorator(login_not_required, name="dispatch")
class MailSent(Offered, FormView):
    """Where to look now and, where the mail holds a code, the place to type it."""

    form_class = MailedCodeForm
    template_name = "accounts/mailed_sent.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.way != SignIn.CODE or ASKED not in request.session:
            return redirect("accounts:sign-in-mail")
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: MailedCodeForm) -> HttpResponse:
        asked = self.request.session[ASKED]
        limited = ratelimit.consume_or_429(self.request, action="mailed_code")
        if limited:
            return limited
        user = mailed_sign_in.use_code(asked, form.cleaned_data["code"])
        if user is None:
            form.add_error("code", _("This code is not right, or its time is over."))
            return self.form_invalid(form)
        return let_in(self.request, user)

    def form_invalid(self, form: MailedCodeForm) -> HttpResponse:
        context = self.get_context_data(form=form)
        return self.render_to_response(context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@method_decorator(sensitive_variables(), name="dispatch")
@method_decorator(login_not_required, name="dispatch")
class OpenLink(Offered):
    """The page behind the link. It asks, because mail programs open links before people do."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        asked = mailed_sign_in.find_link(token) if self.way == SignIn.LINK else None
        return render(request, "accounts/mailed_link.html", {"asked": asked})

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        limited = ratelimit.consume_or_429(request, action="mailed_link")
        if limited:
            return limited
        user = mailed_sign_in.use_link(token) if self.way == SignIn.LINK else None
        if user is None:
            return render(request, "accounts/mailed_link.html", {"asked": None})
        return let_in(request, user)


def let_in(request: HttpRequest, user: User) -> HttpResponse:
    """Sign the customer in. A password that was sent to them, and not used, is done with."""
    request.session.pop(ASKED, None)
    was_sent_one = must_choose(user)
    try:
        with transaction.atomic():
            portal_access.activate(user)
            if was_sent_one:
                go_without_password(user)
    except Replaced:
        return redirect("accounts:sign-in")
    record_authentication(request, user, method="mail")
    response: HttpResponse = perform_login(request, Login(user=user, email=user.email))
    return response
