"""How the address changes under which somebody signs in."""

from django.db import transaction

from accounts.addresses import normalize_address
from accounts.models import MailedSignIn, User
from accounts.sessions import end_sessions


def change_address(user: User, address: str) -> None:
    """Give the user another address; the old one opens nothing from now on.

    The sign-in library keeps its own list of addresses. It must hold exactly one, verified, equal
    to User.email: an old row would still get reset mails. Sessions end, and so do the links and
    codes that were mailed, because whoever the old address belongs to may have them. Raises
    ValidationError, also when the address is taken.
    """
    user.email = normalize_address(address)
    user.validate_constraints()
    with transaction.atomic():
        user.save(update_fields=["email"])
        user.emailaddress_set.all().delete()
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
        MailedSignIn.objects.filter(user=user).delete()
        end_sessions(user)
