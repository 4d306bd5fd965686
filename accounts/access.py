"""The only place that decides who may do what."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.mixins import AccessMixin, PermissionRequiredMixin
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve
from django.utils.decorators import method_decorator
from django.views.generic import View

from accounts.models import User
from bookkinda.preferences import Preferences


def can_sign_in(user: User) -> bool:
    """Whether the user may be signed in now; asked at sign-in and again at every request.

    Staff unless suspended. Customers while the Customer Panel is on and their record is not
    deleted. Who is neither has no business here.
    """
    if not user.is_active:
        return False
    return True if user.is_staff else is_panel_customer(user)


def is_panel_customer(user: User) -> bool:
    """Whether the login belongs to a customer who may use the Customer Panel today."""
    customer = customer_of(user)
    return (
        customer is not None
        and not customer.is_archived
        and Preferences.load().customer_panel_enabled
    )


def customer_of(user: User) -> Any:
    """The customer whose login this is, or None."""
    return getattr(user, "customer", None)


def is_contradictory(user: User) -> bool:
    """Whether a customer's login holds a role. No rule makes one; whoever did may not use it."""
    return user.is_staff and customer_of(user) is not None


def signed_in(request: HttpRequest) -> User:
    """The user of a request that got past the sign-in page."""
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    return user


class StaffRequired(PermissionRequiredMixin):
    """For views of the back office: names the permissions in `permission_required`.

    Signed-out visitors are sent to sign in; everybody else without the right gets 403.
    """

    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.is_staff:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class StaffOnly(AccessMixin, View):
    """For pages that every member of staff has, whatever the role, and no customer."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if not request.user.is_staff:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class CustomerRequired(AccessMixin, View):
    """For pages of the Customer Panel: every object is fetched through `request.user.customer`.

    While the owner has the panel off, there is one page in place of all of them, for everybody.
    """

    @method_decorator(login_not_required)  # the page says that it is off to who is signed out, too
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not Preferences.load().customer_panel_enabled:
            return TemplateResponse(request, "portal/off.html")
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if request.user.is_staff or not is_panel_customer(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


def may_see(user: User | AnonymousUser, path: str) -> bool:
    """Whether the page at this local path is one that the user may open."""
    try:
        view = resolve(path.partition("?")[0].partition("#")[0]).func
    except Resolver404:
        return False
    kind = getattr(view, "view_class", type(None))
    if issubclass(kind, StaffRequired):
        return user.is_staff and user.has_perms(permissions_of(kind))
    if issubclass(kind, StaffOnly):
        return user.is_staff
    if issubclass(kind, CustomerRequired):
        return user.is_authenticated and not user.is_staff
    return True


def permissions_of(view: Any) -> Sequence[str]:
    wanted: Any = view.permission_required
    return [wanted] if isinstance(wanted, str) else list(wanted or [])
