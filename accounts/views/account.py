"""One's own account: name, and where one is signed in."""

from typing import Any

from allauth.account.internal.flows.logout import logout
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, UpdateView, View

from accounts.access import signed_in
from accounts.forms import NameForm
from accounts.models import User
from accounts.second_factor import has_second_factor
from accounts.sessions import device_name, end_sessions


class Account(UpdateView):
    """For staff; customers have theirs in the panel."""

    form_class = NameForm
    template_name = "accounts/account.html"
    success_url = reverse_lazy("accounts:account")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not signed_in(request).is_staff and request.method != "POST":
            return redirect("portal:profile")
        return super().dispatch(request, *args, **kwargs)

    def get_object(self, queryset: Any = None) -> User:
        return User.objects.get(pk=signed_in(self.request).pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.object
        return super().get_context_data(
            session_count=len(UserSession.objects.purge_and_list(user)),
            factor_in_use=user.is_staff and has_second_factor(user),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not signed_in(request).is_staff:
            raise PermissionDenied
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your name is saved."))
        return super().form_valid(form)


class Sessions(TemplateView):
    """Where one is signed in: device, network address, when last seen."""

    template_name = "accounts/sessions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sessions = UserSession.objects.purge_and_list(signed_in(self.request))
        sessions.sort(key=lambda session: session.last_seen_at, reverse=True)
        rows = [{"session": each, "device": device_name(each.user_agent)} for each in sessions]
        return super().get_context_data(rows=rows, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Sign out everywhere, here too."""
        end_sessions(signed_in(request))
        logout(request)
        return redirect("accounts:sign-in")


class EndSession(View):
    """Sign out one device of one's own."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        session = get_object_or_404(UserSession, pk=pk, user=request.user)
        if session.is_current():
            logout(request)
            return redirect("accounts:sign-in")
        session.end()
        messages.success(request, _("That device is signed out."))
        return redirect("accounts:sessions")
