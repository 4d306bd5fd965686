"""The one page that a sent password opens."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.generic import FormView

from accounts.access import CustomerRequired, customer_of, signed_in
from accounts.forms import FirstPasswordForm
from accounts.notices import News, enqueue_news
from accounts.one_time import Replaced, choose_password, must_choose
from accounts.sessions import end_other_sessions
from notifications import portal_access


@method_decorator([sensitive_post_parameters(), sensitive_variables()], name="dispatch")
class FirstPassword(CustomerRequired, FormView):
    """Choose a password of one's own; then the panel opens."""

    form_class = FirstPasswordForm
    template_name = "portal/first_password.html"
    success_url = reverse_lazy("portal:home")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not must_choose(request.user):
            return redirect("home")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": signed_in(self.request)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(customer=customer_of(signed_in(self.request)), **kwargs)

    def form_valid(self, form: FirstPasswordForm) -> HttpResponse:
        user = form.user
        try:
            with transaction.atomic():
                portal_access.activate(user)
                choose_password(user, form.cleaned_data["password1"])
                enqueue_news(user, News.PASSWORD_CHANGED)
        except Replaced:
            logout(self.request)
            messages.error(
                self.request, _("You were sent a newer password. Sign in with that one.")
            )
            return redirect("accounts:sign-in")
        update_session_auth_hash(self.request, user)
        end_other_sessions(user, keep=self.request.session.session_key)
        messages.success(self.request, _("Your password is saved."))
        return super().form_valid(form)
