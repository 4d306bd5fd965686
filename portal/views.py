"""Pages of this app. Everything is fetched through `request.user.customer`."""

from typing import Any

from django.views.generic import TemplateView

from accounts.access import CustomerRequired, customer_of, signed_in


class Home(CustomerRequired, TemplateView):
    """Where customers land after signing in."""

    template_name = "portal/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(customer=customer_of(signed_in(self.request)), **kwargs)
