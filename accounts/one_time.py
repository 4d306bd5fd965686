"""The password that was sent to a customer: until when it opens anything, and how it is replaced.

`User.one_time_until` says that the password is such a one. Whoever signs in with it can only choose
another (accounts/middleware.py).
"""

from django.contrib.auth.hashers import make_password
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from accounts.models import User


class Replaced(Exception):
    """The password that the person signed in with was replaced meanwhile; nothing was written."""


def has_run_out(user: User) -> bool:
    """Whether the password was sent, and its days are over. Not a second longer than it says."""
    return user.one_time_until is not None and user.one_time_until <= timezone.now()


def must_choose(user: User) -> bool:
    """Whether all that the user may do is to choose a password of their own."""
    return user.one_time_until is not None


@sensitive_variables()
def choose_password(user: User, password: str) -> None:
    """In place of the one that was sent. Raises Replaced. Inside the transaction that also opens
    the panel (notifications/portal_access.py)."""
    write(user, make_password(password))


def go_without_password(user: User) -> None:
    """Whoever came in by a link or code from the same mailbox needs none; the one that was sent
    opens nothing any more. Raises Replaced. Inside the same transaction, as above."""
    write(user, make_password(None))


def write(user: User, hashed: str) -> None:
    """Compare and set: of two at the same moment, the password that was sent later stays."""
    same = User.objects.filter(pk=user.pk, password=user.password)
    if not same.update(password=hashed, one_time_until=None):
        raise Replaced
    user.password, user.one_time_until = hashed, None
