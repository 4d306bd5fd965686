"""What the account pages need in every template."""

from django.http import HttpRequest


def account_layout(request: HttpRequest) -> dict[str, str]:
    """The layout around one's own account: the back office for staff who may use it, the panel for
    customers."""
    user = getattr(request, "user", None)
    if getattr(request, "second_factor_missing", False):
        return {"account_layout": "accounts/own_layout.html"}
    if user is not None and user.is_authenticated and user.is_staff:
        return {"account_layout": "layouts/backoffice.html"}
    return {"account_layout": "portal/layout.html"}
