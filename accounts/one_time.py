"""The password that was sent to a customer: until when it opens anything, and how it is replaced.

`User.one_time_until` says that the password is such a one. Whoever signs in with it can only choose
another (accounts/middleware.py).
"""

from django.utils import timezone

from accounts.models import User


def has_run_out(user: User) -> bool:
    """Whether the password was sent, and its days are over. Not a second longer than it says."""
    return user.one_time_until is not None and user.one_time_until <= timezone.now()


def must_choose(user: User) -> bool:
    """Whether all that the user may do is to choose a password of their own."""
    return user.one_time_until is not None
