"""Another e-mail address for a customer who can log in. The address is the username.

Whoever chose a password keeps the old address until the new one is shown to be theirs, by a link
that is mailed to it; the old one is told then. Login, customer and the sign-in library's own list
change in one transaction (accounts/changing_address.py) or not at all.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.access import can_sign_in
from accounts.changing_address import change_address
from accounts.models import User
from accounts.one_time import must_choose
from bookkinda import jobs
from customers.history import lock, open_change_set, record
from customers.models import Change, ChangeSet, Customer, EmailChange

ASK = "notifications.confirm_email"  # the kinds of the jobs
TELL = "notifications.email_changed"
LASTS = timedelta(days=3)
SALT = "customers.changing_email"


class AddressTaken(ValidationError):
    """Somebody else signs in with the address."""

    def __init__(self, holder: object = None) -> None:
        said = _("Somebody else signs in with this e-mail address. Use another one.")
        if holder is not None:
            said = _(
                "%(name)s signs in with this e-mail address. Use another one, or merge the two if"
                " they are one person."
            ) % {"name": holder}
        super().__init__({"email": said})


@dataclass(frozen=True)
class Confirmed:
    """What confirming did, and whose address it was."""

    change_set: ChangeSet
    customer: Customer


def needs_confirming(customer: Customer) -> bool:
    """Whether a new address has to be confirmed first: the customer chose a password, so whoever
    has the old one is in. A sent password that nobody used yet is sent anew instead."""
    user = customer.user
    return user is not None and user.is_active and not must_choose(user)


def ask(
    customer: Customer, address: str, *, by: User | None, source: ChangeSet.Source
) -> EmailChange:
    """Let a mail ask the new address; what was asked before is forgotten. Inside a transaction.

    Says nothing of whether somebody else signs in with it: only who reads its mail is told.
    """
    now = timezone.now()
    values = {"address": address, "by": by, "source": source, "digest": ""}
    values["login"] = mark_of(customer)
    waiting, is_new = EmailChange.objects.get_or_create(
        customer=customer, defaults={**values, "expires_at": now + LASTS}
    )
    if not is_new:
        EmailChange.objects.filter(pk=waiting.pk).update(
            **values, round=F("round") + 1, asked_at=now, expires_at=now + LASTS
        )
        waiting.refresh_from_db()
    jobs.enqueue(
        ASK, {"change": waiting.pk, "round": waiting.round}, priority=jobs.Job.Priority.URGENT
    )
    return waiting


@transaction.atomic
def ask_again(customer: Customer) -> bool:
    """Mail another link to the address that waits; the first one opens nothing any more. False if
    none waits."""
    waiting = waiting_for(customer)
    if waiting is None:
        return False
    ask(customer, waiting.address, by=waiting.by, source=ChangeSet.Source(waiting.source))
    return True


def cancel(customer: Customer) -> bool:
    """Keep the address that the customer has; False if none waited."""
    return bool(EmailChange.objects.filter(customer=customer).delete()[0])


def waiting_for(customer: Customer) -> EmailChange | None:
    """The address that waits, also when its time is over: then it can be asked again."""
    if customer.user_id is None:
        return None
    waiting = EmailChange.objects.filter(customer=customer).select_related("by").first()
    return waiting if waiting and is_of_todays_login(waiting, customer) else None


def mark_of(customer: Customer) -> str:
    """What stands for the login and its password: who took a login over for a while, and asked for
    an address then, gains nothing by it once the password is another one or the login is."""
    user = customer.user
    login = f"{user.pk}:{user.password}" if user else ""
    return salted_hmac(f"{SALT}.login", login, algorithm="sha256").hexdigest()


def is_of_todays_login(waiting: EmailChange, customer: Customer) -> bool:
    return constant_time_compare(waiting.login, mark_of(customer))


@sensitive_variables()
def make_token() -> tuple[str, str]:
    """What the link in the mail ends in, and what `keep` takes."""
    token = secrets.token_urlsafe(32)
    return token, digest_of(token)


@sensitive_variables()
def digest_of(token: str) -> str:
    return salted_hmac(SALT, token, algorithm="sha256").hexdigest()


def keep(pk: int, of_round: int, digest: str) -> bool:
    """Let the link that was mailed open; False if another one was asked for, or none is wanted."""
    waiting = EmailChange.objects.filter(pk=pk, round=of_round, expires_at__gt=timezone.now())
    return bool(waiting.update(digest=digest))


@sensitive_variables()
def find(token: str) -> EmailChange | None:
    """What the link confirms, if it still can be."""
    waiting = (
        EmailChange.objects.filter(digest=digest_of(token), expires_at__gt=timezone.now())
        .select_related("customer__user")
        .first()
    )
    return waiting if waiting and may_be_confirmed(waiting, waiting.customer) else None


def may_be_confirmed(waiting: EmailChange, customer: Customer) -> bool:
    """Whether it is about a login that is still the same, and of somebody who may sign in."""
    user = customer.user
    if user is None or not can_sign_in(user):
        return False
    return is_of_todays_login(waiting, customer)


@sensitive_variables()
def confirm(token: str) -> Confirmed | None:
    """Give the customer the new address, and sign them out everywhere; None if the link is worth
    nothing any more. Raises AddressTaken."""
    found = find(token)
    if found is None:
        return None
    with transaction.atomic():
        customer = lock([found.customer_id]).first()
        waiting = EmailChange.objects.filter(pk=found.pk, digest=found.digest).first()
        if not customer or not waiting or not may_be_confirmed(waiting, customer):
            return None
        waiting.delete()
        return Confirmed(write(customer, waiting), customer)


def write(customer: Customer, waiting: EmailChange) -> ChangeSet:
    """The address on the login and on the customer, and its history; the old one will be told."""
    before = customer.email
    move_login(customer, waiting.address)
    customer.email = waiting.address
    customer.version += 1
    customer.changed_at = timezone.now()
    customer.save(update_fields=["email", "version", "changed_at"])
    change_set = open_change_set(
        ChangeSet.Kind.EDIT, by=waiting.by, source=ChangeSet.Source(waiting.source)
    )
    change = Change(
        customer=customer, action=Change.Action.EDITED, version=customer.version,
        before={"email": before}, after={"email": customer.email},
    )  # fmt: skip
    record(change_set, [change])
    jobs.enqueue(TELL, {"change_set": change_set.pk, "customer": customer.pk})
    return change_set


def move_login(customer: Customer, address: str) -> None:
    """Sign in with the address from now on. Raises AddressTaken, and then nothing changed.

    A password that was sent to the old address and not used yet opens nothing any more: whoever
    reads that mail may be a stranger.
    """
    user = User.objects.select_for_update().get(customer=customer)
    if must_choose(user):
        user.set_unusable_password()
        user.save(update_fields=["password"])
    try:
        change_address(user, address)
    except (IntegrityError, ValidationError):
        raise AddressTaken from None


def refuse_taken(customer: Customer, address: str) -> None:
    """For staff, who may know whose it is. Raises AddressTaken."""
    other = User.objects.filter(email=address).exclude(customer=customer).first()
    if other is not None:
        raise AddressTaken(getattr(other, "customer", None))


def forget_old() -> int:
    """Delete what nobody confirmed a month after its time; how many that were."""
    long_over = timezone.now() - timedelta(days=30)
    return EmailChange.objects.filter(expires_at__lte=long_over).delete()[0]
