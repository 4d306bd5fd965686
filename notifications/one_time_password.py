"""Access to Customer Panel: the event, and the password that only the worker ever knows.

The newest message of this event is what counts. Its password begins to work in the transaction that
says that a channel took it; until then, and if none does, the one before works on.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from accounts.sessions import end_sessions
from bookkinda.preferences import Preferences
from customers.history import lock
from customers.models import Customer
from customers.models.customer import Access
from notifications import texts
from notifications.events import Event, NotWanted, declare
from notifications.models import Delivery, Message
from notifications.outbox import newer_than

# No letter or digit that looks like another (0 o, 1 i l, 2 z, 5 s), no capitals, and no vowels, so
# that it never spells a word: 24 of them, which makes 55 bits of twelve.
ALPHABET = "bcdfghjkmnpqrtvwxy346789"
LENGTH = 12
HAS_PASSWORD = "has-password"  # noqa: S105 the code of what the customer was quicker than


@sensitive_variables()
def make_one_time_password() -> str:
    """A new random password of LENGTH characters."""
    return "".join(secrets.choice(ALPHABET) for _each in range(LENGTH))


class OneTimePassword:
    """The password of one message, in the worker's memory until the message is gone."""

    @sensitive_variables()
    def __init__(self, message: Message) -> None:
        password = make_one_time_password()
        self.message = message
        self.goes_to = addresses(message.customer)  # as whoever sends the message read them
        self.hash = make_password(password)
        self.secret = password

    def __repr__(self) -> str:
        return f"OneTimePassword(message={self.message.pk})"

    @property
    def values(self) -> Mapping[str, str]:
        return {texts.PASSWORD.name: self.secret}

    @sensitive_variables()
    def keep(self) -> None:
        """From now on this password opens the panel, and no earlier one does. Inside the
        transaction that says that a channel took it. Raises NotWanted."""
        customer, user = recipient(self.message, for_update=True)
        if self.goes_to != addresses(customer) or user.email != customer.email:
            raise NotWanted("address-changed")
        if not self.message.deliveries.filter(state=Delivery.State.QUEUED).exists():
            raise NotWanted(HAS_PASSWORD)
        user.password = self.hash
        user.one_time_until = end_of_days()
        user.save(update_fields=["password", "one_time_until"])
        Customer.objects.filter(pk=customer.pk).update(access=Access.INVITED)
        end_sessions(user)


def end_of_days() -> datetime:
    """Until when a password works that is sent now."""
    return timezone.now() + timedelta(days=Preferences.load().one_time_days)


def make_secret(message: Message) -> OneTimePassword:
    """A password for this message, unless the message has lost its reason. Raises NotWanted."""
    if not Preferences.load().customer_panel_enabled:
        raise NotWanted("panel-off")
    recipient(message)
    return OneTimePassword(message)


def addresses(customer: Customer | None) -> tuple[str, str]:
    """Where a password can go. Whoever has an address that was corrected may be a stranger."""
    return (customer.email, customer.phone) if customer else ("", "")


def recipient(message: Message, *, for_update: bool = False) -> tuple[Customer, User]:
    """The customer and the login that the message is for. Raises NotWanted."""
    pk = message.customer_id or 0
    found = lock([pk]) if for_update else Customer.objects.filter(pk=pk)
    customer = found.first()
    if customer is None:
        raise NotWanted("erased")
    if customer.is_archived:
        raise NotWanted("archived")
    if customer.user_id is None or customer.user_id != message.user_id:
        raise NotWanted("revoked")
    users = User.objects.select_for_update() if for_update else User.objects
    user = users.filter(pk=customer.user_id, role="").first()
    if user is None:
        raise NotWanted("revoked")
    if newer_than(message).exists():
        raise NotWanted("replaced")
    return customer, user


PORTAL_ACCESS = declare(
    Event(
        code="portal-access",
        name=_("Access to Customer Panel"),
        description=_("A username and a one-time password for customers who may log in."),
        group=texts.PANEL_GROUP,
        icon="key-round",
        shortcodes=(texts.PASSWORD,),
        texts=texts.PORTAL_ACCESS,
        is_credential=True,
        make_secret=make_secret,
    )
)
