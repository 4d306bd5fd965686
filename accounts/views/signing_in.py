"""Signing in and out, and the way to one's own place."""

from http import HTTPStatus

from allauth.account.views import LoginView, LogoutView
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from accounts.forms import SignInForm


@method_decorator([sensitive_post_parameters(), sensitive_variables()], name="dispatch")
class SignIn(LoginView):
    """One page for staff and customers."""

    template_name = "accounts/sign_in.html"

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        status = HTTPStatus.TOO_MANY_REQUESTS if form.is_limited else HTTPStatus.OK
        return self.render_to_response(self.get_context_data(form=form), status=status)


class SignOut(LogoutView):
    """Asks on GET, signs out on POST: a link in a page or mail signs nobody out."""

    template_name = "accounts/sign_out.html"


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """Staff to the dashboard, customers to their panel, everybody else to sign in."""
    if not request.user.is_authenticated:
        return redirect("accounts:sign-in")
    return redirect("business:dashboard" if request.user.is_staff else "portal:home")
