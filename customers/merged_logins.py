"""The logins of two customers who are merged: one stays, the other is closed and told, and undo
opens it again with the password that it had."""

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.logins import close_login, open_again
from accounts.models import User
from bookkinda import jobs
from customers.models import Access, Customer, Merge

TELL = "notifications.login_closed"  # the kind of the job
KEEP, OTHER = "keep", "other"  # whose login stays


class AddressIsTaken(Exception):
    """A closed login can't be opened again; the text says why, and undo refuses with it."""


def two_logins() -> str:
    return _("Both sign in to the Customer Panel. Choose which login stays.")


def login_holder(kept: Customer, gone: Customer, login: str = "") -> Customer | None:
    """The one of them whose login the merged customer has, and whose e-mail address with it."""
    if kept.user_id and gone.user_id:
        return gone if login == OTHER else kept
    return kept if kept.user_id else gone if gone.user_id else None


def move_login(kept: Customer, gone: Customer, login: str) -> dict[str, Any]:
    """Give the kept customer the login that stays, and close the other one. Returns what undo
    needs; the kept customer is saved by the caller."""
    moved: dict[str, Any] = {
        "login": None, "closed": None, "access": [access_of(kept), access_of(gone)],
    }  # fmt: skip
    if gone.user_id is None:
        return moved
    stays = login_holder(kept, gone, login)
    closed = kept.user if stays == gone else gone.user
    Customer.objects.filter(pk=gone.pk).update(user=None, access=Access.NONE, invited_at=None)
    if stays == gone:
        moved["login"] = gone.user_id
        kept.user_id, kept.access, kept.invited_at = gone.user_id, gone.access, gone.invited_at
    if closed is not None:
        moved["closed"] = closed.pk
        close_login(closed)
    return moved


def access_of(customer: Customer) -> list[Any]:
    invited = customer.invited_at
    return [customer.access, invited.isoformat() if invited else None]


def tell(merge: Merge) -> None:
    """Whoever has the login that was closed hears of it. Inside the transaction of the merge."""
    if merge.moved["closed"]:
        jobs.enqueue(TELL, {"merge": merge.pk}, priority=jobs.Job.Priority.URGENT)


def give_login_back(merge: Merge, kept: Customer, gone: Customer) -> None:
    """Undo, first half: the login that moved goes back, with what became of it since."""
    moved = merge.moved
    if not moved["login"]:
        return
    earlier, _theirs = moved.get("access") or [[Access.NONE, None], []]
    now = {"access": kept.access, "invited_at": kept.invited_at}
    if kept.user_id not in (None, moved["login"]):
        return
    Customer.objects.filter(pk=kept.pk).update(user=None, **as_fields(earlier))
    Customer.objects.filter(pk=gone.pk).update(user=kept.user_id, **now)
    kept.user_id = None


def open_closed(merge: Merge, kept: Customer, gone: Customer) -> None:
    """Undo, second half, once both have their addresses again: the closed login opens.

    Raises AddressIsTaken.
    """
    moved = merge.moved
    user = User.objects.filter(pk=moved.get("closed") or 0, customer=None).first()
    if user is None:
        return
    at = 0 if moved["login"] else 1
    holder = (kept, gone)[at]
    try:
        open_again(user, holder.email)
    except ValidationError:
        raise AddressIsTaken(
            _("Somebody else signs in with %(email)s by now.") % {"email": holder.email}
        ) from None
    Customer.objects.filter(pk=holder.pk).update(user=user, **as_fields(moved["access"][at]))


def as_fields(access: list[Any]) -> dict[str, Any]:
    state, invited = access
    return {"access": state, "invited_at": parse_datetime(invited) if invited else None}


def closed_address(merge: Merge) -> str:
    """The address of the login that the merge closed; "" when none is closed any more."""
    closed = User.objects.filter(pk=merge.moved.get("closed") or 0, customer=None).exists()
    if not closed:
        return ""
    if not merge.moved["login"]:
        return merge.customer.email
    change = merge.change_set.changes.filter(customer=merge.into_id).first()
    before: Mapping[str, Any] = change.before if change else {}
    return str(before.get("email", ""))


def closed_logins(customers: Collection[int]) -> list[int]:
    """The logins that merges of these customers closed, and that are nobody's now."""
    merges = Merge.objects.filter(Q(customer__in=customers) | Q(into__in=customers))
    ids = [moved.get("closed") for moved in merges.values_list("moved", flat=True)]
    nobodys = User.objects.filter(pk__in=[pk for pk in ids if pk], customer=None)
    return list(nobodys.values_list("pk", flat=True))
