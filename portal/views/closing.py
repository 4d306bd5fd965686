"""Delete my account: asked for with the password, carried out after two weeks, taken back until
then."""

from http import HTTPStatus
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.generic import FormView, View

from accounts.access import CustomerRequired, customer_of, signed_in
from customers import closing
from customers.models import ChangeSet
from portal.forms.profile import ProofForm

SOURCE = ChangeSet.Source.PANEL
SHOWN = 20  # appointments to come


@method_decorator([sensitive_post_parameters(), sensitive_variables()], name="dispatch")
class Close(CustomerRequired, FormView):
    """Says what will happen and what is booked, and asks for the password."""

    form_class = ProofForm
    template_name = "portal/close.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": signed_in(self.request)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        customer = customer_of(signed_in(self.request))
        coming = customer.appointments.coming().select_related("service", "provider")
        return super().get_context_data(
            closing=closing.waiting_for(customer),
            coming=coming[:SHOWN],
            days=closing.COOLING_OFF.days,
            **kwargs,
        )

    def form_valid(self, form: ProofForm) -> HttpResponse:
        user = signed_in(self.request)
        if not ratelimit.consume(self.request, action="close_account", user=user):
            return render(self.request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
        if not form.is_proven(self.request):
            return self.form_invalid(form)
        closing.ask(customer_of(user), by=user, source=SOURCE)
        return redirect("portal:close")

    def form_invalid(self, form: ProofForm) -> HttpResponse:
        context = self.get_context_data(form=form)
        return self.render_to_response(context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


class Keep(CustomerRequired, View):
    """The account stays."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        if closing.keep(customer_of(user), by=user, source=SOURCE):
            messages.success(request, _("Your account stays."))
        return redirect("portal:home")
