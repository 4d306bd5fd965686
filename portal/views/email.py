"""Another e-mail address, which is the username: asked for, confirmed by its link, or left."""

from http import HTTPStatus
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.generic import FormView, View

from accounts.access import CustomerRequired, customer_of, signed_in
from customers import changing_email
from customers.changing_email import AddressTaken
from customers.models import ChangeSet
from portal.forms.profile import EmailForm

SOURCE = ChangeSet.Source.PANEL


@method_decorator([sensitive_post_parameters(), sensitive_variables()], name="dispatch")
class ChangeEmail(CustomerRequired, FormView):
    """Asks for the password, and says nothing of whether somebody else has the address."""

    form_class = EmailForm
    template_name = "portal/email.html"
    success_url = reverse_lazy("portal:profile")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": signed_in(self.request)}

    def form_valid(self, form: EmailForm) -> HttpResponse:
        user = signed_in(self.request)
        if not ratelimit.consume(self.request, action="change_email", user=user):
            return render(self.request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
        if not form.is_proven(self.request):
            return self.form_invalid(form)
        with transaction.atomic():
            changing_email.ask(
                customer_of(user), form.cleaned_data["email"], by=user, source=SOURCE
            )
        return super().form_valid(form)


class AskAgain(CustomerRequired, View):
    """Another mail to the address that waits."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        if not ratelimit.consume(request, action="change_email", user=user):
            return render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
        if changing_email.ask_again(customer_of(user)):
            messages.success(request, _("Another link is on its way."))
        return redirect("portal:profile")


class KeepEmail(CustomerRequired, View):
    """Leave the address as it is."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        if changing_email.cancel(customer_of(signed_in(request))):
            messages.success(request, _("Your e-mail address stays as it is."))
        return redirect("portal:profile")


@method_decorator(login_not_required, name="dispatch")
class ConfirmEmail(View):
    """The page behind the link. It asks, because mail programs open links before people do; whoever
    reads the mail of the address may be told that somebody signs in with it."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.show(request, changing_email.find(token))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        waiting = changing_email.find(token)
        try:
            confirmed = changing_email.confirm(token)
        except AddressTaken:
            return self.show(request, waiting, is_taken=True)
        if confirmed is None:
            return self.show(request, None)
        return self.show(request, waiting, is_done=True)

    def show(self, request: HttpRequest, waiting: object, **state: bool) -> HttpResponse:
        return render(request, "portal/confirm_email.html", {"waiting": waiting, **state})
