"""How a name and a password become a user."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from accounts.access import can_sign_in, is_contradictory
from accounts.models import User
from accounts.one_time import has_run_out


class SignInBackend(ModelBackend):
    """Looks people up by User.email alone, and asks at every request whether they may still come.

    Not allauth's backend: that one also accepts the addresses in its own table, and lets the right
    password of a suspended person be told from a wrong one. Django's hashes once for an unknown
    address too, so that both answers take the same time.
    """

    @sensitive_variables()
    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        user = super().authenticate(request, username, password, **kwargs)
        if not isinstance(user, User) or is_contradictory(user):
            return None
        return user

    def user_can_authenticate(self, user: Any) -> bool:
        return user is not None and can_sign_in(user) and not has_run_out(user)
