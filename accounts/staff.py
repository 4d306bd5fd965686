"""The people who work in the back office: added, given a role, suspended.

The business always keeps somebody who can do everything: no rule here takes away its last owner.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.addresses import normalize_address
from accounts.changing_address import change_address
from accounts.models import User
from accounts.notices import News, enqueue_invitation, enqueue_news
from accounts.roles import Role
from accounts.sessions import end_sessions


class LastOwner(ValidationError):
    """The change would leave the business without an owner who can sign in."""

    def __init__(self) -> None:
        super().__init__(
            _("This is the only owner who can sign in. Make somebody else an owner first."),
            code="last_owner",
        )


def add_staff(email: str, *, role: str, name: str = "", password: str | None = None) -> User:
    """A new member of staff. Without a password they get a mail with a link to choose one.

    Raises ValidationError, keyed by field, also when somebody signs in with the address already.
    """
    if role not in Role.values:
        raise ValidationError({"role": _("There is no such role.")})
    try:
        address = normalize_address(email)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from None
    with transaction.atomic():
        refuse_taken(address)
        user = User.objects.create_user(address, password, name=name, role=role)
        if password is None:
            enqueue_invitation(user)
    return user


def refuse_taken(address: str) -> None:
    """Raise ValidationError, in words that say whose login it is, if the address is in use."""
    other = User.objects.filter(email=address).first()
    if other is None:
        return
    if other.is_staff:
        text = _("%(name)s of your staff signs in with this address already.") % {"name": other}
    else:
        text = _(
            "A customer signs in to the Customer Panel with this address. Staff need another one."
        )
    raise ValidationError({"email": text})


def invite_again(user: User) -> None:
    """Another mail with a link to choose a password, for staff who lost the first."""
    enqueue_invitation(user)


@transaction.atomic
def edit_staff(
    user: User, *, by: User, name: str, email: str, role: str, second_factor_required: bool
) -> None:
    """All that an owner sets about a member of staff, or none of it.

    Another address ends the user's sessions. Raises ValidationError, keyed by field.
    """
    try:
        address = normalize_address(email)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from None
    if role != user.role:
        change_role(user, role, by=by)
    if address != user.email:
        refuse_taken(address)
        change_address(user, address)
    write(user, name=name, second_factor_required=second_factor_required)


@transaction.atomic
def change_role(user: User, role: str, *, by: User | None = None) -> None:
    """What the user may do from the next request on. `by` is None at the command line.

    Raises LastOwner, or ValidationError: nobody changes their own role.
    """
    if role not in Role.values:
        raise ValidationError({"role": _("There is no such role.")})
    refuse_oneself(user, by)
    if role != Role.OWNER:
        keep_an_owner(without=user)
    write(user, role=role)


@transaction.atomic
def suspend(user: User, *, by: User | None = None) -> None:
    """Nobody signs in as the user any more, and who is signed in is out.

    Raises LastOwner, or ValidationError: nobody suspends themselves.
    """
    refuse_oneself(user, by)
    keep_an_owner(without=user)
    write(user, is_active=False)
    end_sessions(user)


def reinstate(user: User) -> None:
    """The user may sign in again, with the role and the password of before."""
    write(user, is_active=True)


def require_second_factor(user: User, *, required: bool) -> None:
    """Whether the user can do nothing before a second factor is set up."""
    write(user, second_factor_required=required)


@transaction.atomic
def forget_second_factor(user: User) -> None:
    """For staff who lost phone, passkey and recovery codes: the password alone opens again.

    Sessions end, and the person is told, because a thief would ask for the same.
    """
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user)
    enqueue_news(user, News.FACTOR_FORGOTTEN)


def refuse_oneself(user: User, by: User | None) -> None:
    """Raise ValidationError if somebody is about to change their own rights."""
    if by is not None and by.pk == user.pk:
        raise ValidationError(_("Nobody changes their own rights. Another owner can do it."))


def keep_an_owner(*, without: User) -> None:
    """Raise LastOwner unless another owner can sign in. Inside a transaction.

    Locks the owners' rows, so that of two owners who suspend each other at once one is refused.
    """
    owners = User.objects.select_for_update().filter(role=Role.OWNER, is_active=True)
    ids = [owner.pk for owner in owners.order_by("pk")]
    if without.pk in ids and len(ids) == 1:
        raise LastOwner


def write(user: User, **changes: Any) -> None:
    """Save these fields, and no other that a stale object may hold."""
    for name, value in changes.items():
        setattr(user, name, value)
    user.save(update_fields=list(changes))
