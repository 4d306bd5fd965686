"""How the address changes under which somebody signs in."""

from django.db import transaction

from accounts.addresses import normalize_address
from accounts.models import User
from accounts.sessions import end_sessions


def change_address(user: User, address: str) -> None:
    """Give the user another address; the old one opens nothing from now on.

    The sign-in library keeps its own list of addresses. It must hold exactly one, verified, equal
    to User.email: an old row would still get reset mails. Sessions end, because whoever the old
    address belongs to may be signed in. Raises ValidationError, also when the address is taken.
    """
    user.email = normalize_address(address)
    user.validate_constraints()
    with transaction.atomic():
        user.save(update_fields=["email"])
        user.emailaddress_set.all().delete()
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
        end_sessions(user)
