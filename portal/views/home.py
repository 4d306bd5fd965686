"""Where customers land after signing in."""

from typing import Any

from django.views.generic import TemplateView

from accounts.access import CustomerRequired, customer_of, signed_in


class Home(CustomerRequired, TemplateView):
    """The customer's appointments."""

    template_name = "portal/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(customer=customer_of(signed_in(self.request)), **kwargs)
