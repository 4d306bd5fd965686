"""A customer asks to have the account deleted, and has two weeks to change their mind.

Nothing is cancelled by it: what is booked takes place, and the account is closed once the last of
it is over (docs/decisions/0027-closing-an-account.md). Until then the customer signs in as ever,
and takes it back there.
"""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from bookkinda import jobs
from customers.archiving import archive_customers
from customers.history import lock, open_change_set, record
from customers.models import Change, ChangeSet, Closing, Customer
from customers.querysets import CustomerQuerySet

COOLING_OFF = timedelta(days=14)
TELL = "notifications.closing_asked"  # the kind of the job that tells customer and staff
EndLogins = Callable[[CustomerQuerySet], object]


@transaction.atomic
def ask(customer: Customer, *, by: User | None, source: ChangeSet.Source) -> Closing:
    """Close the account in two weeks. Asked for again, the first day counts."""
    current = lock([customer.pk]).get()
    waiting = waiting_for(current)
    if waiting is not None:
        return waiting
    now = timezone.now()
    fresh = {"asked_at": now, "due_at": now + COOLING_OFF, "closed_at": None}
    closing, _is_new = Closing.objects.update_or_create(customer=current, defaults=fresh)
    write_down(current, Change.Action.CLOSING, by, source)
    jobs.enqueue(TELL, {"closing": closing.pk, "asked_at": now.isoformat()})
    return closing


@transaction.atomic
def keep(customer: Customer, *, by: User | None, source: ChangeSet.Source) -> bool:
    """The account stays; False if nobody asked to have it closed."""
    current = lock([customer.pk]).first()
    waiting = waiting_for(current) if current else None
    if current is None or waiting is None:
        return False
    waiting.delete()
    write_down(current, Change.Action.KEPT, by, source)
    return True


def waiting_for(customer: Customer) -> Closing | None:
    """The wish that has not been carried out yet."""
    return Closing.objects.filter(customer=customer, closed_at=None).first()


def write_down(
    customer: Customer, action: Change.Action, by: User | None, source: ChangeSet.Source
) -> None:
    """The history. The version stays: the wish is no value of the person."""
    change_set = open_change_set(ChangeSet.Kind.CLOSING, by=by, source=source)
    record(change_set, [Change(customer=customer, action=action, version=customer.version)])


def due() -> QuerySet[Closing]:
    """Those whose time is over."""
    return Closing.objects.filter(closed_at=None, due_at__lte=timezone.now()).order_by("pk")


@transaction.atomic
def carry_out(closing: Closing, end_logins: EndLogins) -> bool:
    """Delete the customer, as staff do, and end the login. False, and nothing is done, when the
    wish was taken back or something is still to come: then it is tried again."""
    customer = lock([closing.customer_id]).first()
    current = Closing.objects.filter(pk=closing.pk, closed_at=None, due_at__lte=timezone.now())
    if customer is None or not current.exists():
        return False
    one = Customer.objects.filter(pk=customer.pk)
    if not customer.is_archived:
        done = archive_customers(one, by=None, source=ChangeSet.Source.SYSTEM)
        if done.kept:
            done.change_set.delete()
            return False
    end_logins(one)
    current.update(closed_at=timezone.now())
    return True


def follow(gone: Customer, kept: Customer) -> int | None:
    """Of two who are merged: the wish goes along with the person, unless the other one has one.
    Returns what undo needs (`follow_back`)."""
    waiting = waiting_for(gone)
    if waiting is None or Closing.objects.filter(customer=kept).exists():
        return None
    Closing.objects.filter(pk=waiting.pk).update(customer=kept)
    return waiting.pk


def follow_back(pk: int | None, gone: Customer, kept: Customer) -> None:
    """Undo of `follow`, if the wish still stands."""
    if pk is not None:
        Closing.objects.filter(pk=pk, customer=kept).update(customer=gone)
