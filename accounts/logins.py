"""The logins of customers, many at once: made, closed, opened again and taken away.

They have no role and no password that anybody knows; who may use one is decided above this app.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password

from accounts.changing_address import change_address
from accounts.models import User
from accounts.sessions import end_sessions

NOBODY = "closed-%s@closed.invalid"  # RFC 2606: no mail goes to a domain that ends in .invalid


def make_logins(addresses: Sequence[str], *, until: datetime) -> list[User]:
    """A login for each address, in the same order; nobody can use it before it has a password,
    which will be a sent one. `until` is until when the sending of one is worth waiting for.

    The addresses are as normalize_address spells them. Inside a transaction; raises IntegrityError
    when somebody signs in with one of them already.
    """
    users = [
        User(email=address, password=make_password(None), one_time_until=until)
        for address in addresses
    ]
    # By address: two who want the same ones wait for each other, and never both at once.
    User.objects.bulk_create(sorted(users, key=lambda user: user.email))
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    return users


def take_away(ids: Collection[int]) -> None:
    """Delete these logins, and end every session of theirs at once. Staff's are left alone.

    Inside a transaction: whoever is signing in at this moment waits, and is then nobody.
    """
    users = list(User.objects.select_for_update().filter(pk__in=ids, role="").order_by("pk"))
    for session in UserSession.objects.filter(user__in=users):
        session.end()
    User.objects.filter(pk__in=[user.pk for user in users]).delete()


def close_login(user: User) -> None:
    """Nobody signs in with it any more, and its address is free; `open_again` takes that back."""
    User.objects.filter(pk=user.pk).update(is_active=False, email=NOBODY % user.pk)
    addresses: Any = user.emailaddress_set
    addresses.all().delete()
    end_sessions(user)


def open_again(user: User, address: str) -> None:
    """The closed login opens again, under this address and with the password that it had.

    Raises ValidationError when somebody else signs in with the address by now.
    """
    change_address(user, address)
    User.objects.filter(pk=user.pk).update(is_active=True)
