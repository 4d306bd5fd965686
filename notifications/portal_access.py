"""Access to Customer Panel: who may log in is decided here, and the login is made and taken away.

`Customer.access` is written here and where the password is kept (one_time_password.py), always in
the transaction that writes the login. Whoever locks both locks the customer first.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.logins import make_logins, take_away
from accounts.models import User
from bookkinda.jobs import Job
from bookkinda.preferences import FirstBooking, Preferences
from customers.history import LeftOut, Pause, close, in_chunks, lock, no_pause, open_change_set
from customers.history import record as write_down
from customers.models import HAVE_ACCESS, Change, ChangeSet, Customer, EmailChange
from customers.models.customer import Access
from customers.querysets import CustomerQuerySet
from customers.undoing import write
from notifications import outbox
from notifications.access_card import Card, card, newest_grant
from notifications.models import Delivery, Message
from notifications.one_time_password import HAS_PASSWORD, PORTAL_ACCESS, end_of_days
from notifications.who_may_log_in import Plan, Rules, plan, reasons_not_to_allow

__all__ = [
    "PORTAL_ACCESS", "Allowed", "CannotAllow", "Card", "Plan", "Revoked", "activate", "allow",
    "allow_on_first_booking", "allow_one", "card", "expire", "plan", "reasons_not_to_allow",
    "resend", "revoke",
]  # fmt: skip

REVOKED = "revoked"
FEW = 100  # grants in one transaction: each writes five rows and more


class CannotAllow(Exception):
    """The customer can't be allowed to log in; the text says why."""


class Allowed(NamedTuple):
    """Who may log in from now on (the size of the change set), and who was left out and why."""

    change_set: ChangeSet
    left_out: LeftOut


class Revoked(NamedTuple):
    """Who can't log in any more (the size of the change set)."""

    change_set: ChangeSet


class Grant(NamedTuple):
    """What the chunks of one act have in common."""

    change_set: ChangeSet
    rules: Rules
    again: bool
    priority: Job.Priority


def allow(
    customers: CustomerQuerySet,
    *,
    by: User | None,
    source: ChangeSet.Source,
    change_set: ChangeSet | None = None,
    again: bool = True,
    pause: Pause = no_pause,
) -> Allowed:
    """Let the customers log in, and have a one-time password sent to each.

    Who was invited before gets a new one, unless `again` is false: then only those are meant who
    never had access. Who chose a password already, or has a message on its way, is left as it is.
    Any number of customers, in short transactions and one history; no password is made here.
    """
    change_set = change_set or open_change_set(ChangeSet.Kind.ALLOW, by=by, source=source)
    done = Change.objects.filter(customer=OuterRef("pk"), change_set=change_set)
    meant = customers.live().exclude(Exists(done))
    only_one = len(meant[:2]) < 2
    priority = Job.Priority.URGENT if only_one else Job.Priority.BULK
    grant = Grant(change_set, Rules.load(customers), again, priority)
    left_out = LeftOut()
    for ids in in_chunks(meant, size=FEW):
        left_out.add(allow_chunk(grant, ids))
        pause()
    close(change_set, left_out)
    return Allowed(change_set, left_out)


def allow_one(customer: Customer, *, by: User | None, source: ChangeSet.Source) -> Message | None:
    """Let this customer log in; the message that will bring the password, None when the customer
    has access already. Inside the caller's transaction, if there is one. Raises CannotAllow."""
    with transaction.atomic():
        change_set = open_change_set(ChangeSet.Kind.ALLOW, by=by, source=source)
        grant = Grant(change_set, Rules.load(), again=True, priority=Job.Priority.URGENT)
        reasons = allow_chunk(grant, [customer.pk])
        if reasons:
            raise CannotAllow(reasons[customer.pk])
        customer.refresh_from_db(fields=["user", "access", "invited_at"])
        message = newest_grant(customer)
        if change_set.size:
            return message
        change_set.delete()
        return message if message and is_waiting(message, grant.rules.channels) else None


def resend(customer: Customer, *, by: User | None, source: ChangeSet.Source) -> Message:
    """Have a new one-time password sent to a customer who may log in. From the moment that it is
    sent every earlier one is dead, also one that the customer chose. Raises CannotAllow."""
    with transaction.atomic():
        current = lock([customer.pk]).first()
        if current is None or current.access not in HAVE_ACCESS:
            raise CannotAllow(
                _("%(name)s can't log in. Allow it first: that sends a password.")
                % {"name": customer}
            )
        rules = Rules.load()
        reasons = rules.reasons([current])
        if reasons:
            raise CannotAllow(reasons[current.pk])
        waiting = newest_grant(current)
        if waiting and is_waiting(waiting, rules.channels):
            return waiting
        change_set = open_change_set(ChangeSet.Kind.ALLOW, by=by, source=source)
        grant = Grant(change_set, rules, again=True, priority=Job.Priority.URGENT)
        send_passwords(grant, [current], {current.pk: current.access})
        return Message.objects.filter(customer=current, event=PORTAL_ACCESS.code).latest("pk")


def revoke(
    customers: CustomerQuerySet,
    *,
    by: User | None,
    source: ChangeSet.Source,
    change_set: ChangeSet | None = None,
    pause: Pause = no_pause,
) -> Revoked:
    """Take the logins away: every session ends at once, no password works any more, and what was
    on its way opens nothing. Deleted customers are reached too."""
    change_set = change_set or open_change_set(ChangeSet.Kind.REVOKE, by=by, source=source)
    for ids in in_chunks(customers.filter(access__in=HAVE_ACCESS), size=FEW):
        with transaction.atomic():
            revoke_chunk(change_set, ids)
        pause()
    close(change_set, LeftOut())
    return Revoked(change_set)


def allow_on_first_booking(customer: Customer, *, wished: bool) -> Message | None:
    """After the first booking of a customer, if the owner wants that: only when that booking added
    the customer, because whoever books with a known address may be somebody else. `wished` is what
    the customer answered where the owner has them asked. Never raises: the booking stands."""
    choice = Preferences.load().login_on_booking
    wanted = choice == FirstBooking.ALWAYS or (choice == FirstBooking.ASK and wished)
    if not wanted or customer.access != Access.NONE:
        return None
    added = customer.changes.filter(
        action=Change.Action.ADDED, change_set__source=ChangeSet.Source.BOOKING
    )
    if not added.exists():
        return None
    try:
        return allow_one(customer, by=None, source=ChangeSet.Source.BOOKING)
    except CannotAllow:
        return None


def activate(user: User) -> None:
    """The person has chosen a password of their own, or got in without one: the one-time password
    is over, also one that is still on its way. In the transaction that writes the new one."""
    customer = Customer.objects.filter(user=user).select_for_update().first()
    if customer is None:
        return
    User.objects.filter(pk=user.pk).update(one_time_until=None)
    user.one_time_until = None
    if customer.access != Access.ACTIVE:
        Customer.objects.filter(pk=customer.pk).update(access=Access.ACTIVE)
    drop_waiting([customer], HAS_PASSWORD)


def expire() -> int:
    """Mark those whose one-time password has run out; how many that were. Sign-in itself looks at
    the moment, so nobody gets in between two calls."""
    over = Customer.objects.filter(access=Access.INVITED, user__one_time_until__lte=timezone.now())
    count = 0
    for ids in in_chunks(over):
        with transaction.atomic():
            held = [customer.user_id for customer in lock(ids) if customer.user_id]
            # Read anew under the lock: a new password may have been sent meanwhile.
            users = User.objects.filter(pk__in=held, one_time_until__lte=timezone.now())
            still = Customer.objects.filter(access=Access.INVITED, user__in=list(users))
            count += still.update(access=Access.EXPIRED)
    return count


def allow_chunk(grant: Grant, ids: Sequence[int]) -> dict[int, str]:
    """One transaction's worth of `allow`; returns who is left out and why. When somebody else gets
    a login of the same address at this moment, one by one, so that only that one is left out."""
    try:
        with transaction.atomic():
            return allow_locked(grant, ids)
    except IntegrityError:
        if len(ids) > 1:
            reasons: dict[int, str] = {}
            for pk in ids:
                reasons |= allow_chunk(grant, [pk])
            return reasons
    with transaction.atomic():
        return allow_locked(grant, ids)


def allow_locked(grant: Grant, ids: Sequence[int]) -> dict[int, str]:
    asked = [each for each in lock(ids) if is_meant(each, grant)]
    reasons = grant.rules.reasons(asked) | revoked_since(grant.change_set, asked)
    waiting = those_waiting(asked)
    able = [each for each in asked if each.pk not in reasons and each.pk not in waiting]
    if not able:
        return reasons
    before = {each.pk: each.access for each in able}
    without = [each for each in able if each.user_id is None]
    users = make_logins([each.email for each in without], until=end_of_days())
    for customer, user in zip(without, users, strict=True):
        customer.user = user
        customer.access = Access.INVITED
    send_passwords(grant, able, before)
    return reasons


def is_meant(customer: Customer, grant: Grant) -> bool:
    """Whether `allow` is about this customer. Who was invited since it was asked for, because it
    was asked for twice, has a newer password already."""
    if not grant.again:
        return customer.access == Access.NONE
    is_newer = customer.invited_at is not None and customer.invited_at > grant.change_set.at
    is_invited = customer.access == Access.INVITED
    return customer.access != Access.ACTIVE and not (is_invited and is_newer)


def revoked_since(asked: ChangeSet, customers: Sequence[Customer]) -> dict[int, str]:
    """Who was revoked after an act on many was asked for: what was said last counts."""
    revoked = [each.pk for each in customers if each.access == Access.REVOKED]
    if not revoked:
        return {}
    later = Change.objects.filter(
        customer__in=revoked, action=Change.Action.REVOKED, change_set__gt=asked.pk
    )
    reason = _("Was revoked after this was asked for.")
    return dict.fromkeys(later.values_list("customer", flat=True), reason)


def send_passwords(grant: Grant, customers: Sequence[Customer], before: dict[int, int]) -> None:
    """Write down that these may log in, and the messages that will bring their passwords."""
    now = timezone.now()
    for customer in customers:
        customer.invited_at = now
    write(customers, ["user", "access", "invited_at"])
    drop_waiting(customers, outbox.REPLACED)
    note(grant.change_set, Change.Action.ALLOWED, customers, before)
    outbox.queue_many(
        PORTAL_ACCESS, customers, by=grant.change_set.by, change_set=grant.change_set,
        priority=grant.priority, about_login=True,
    )  # fmt: skip


def revoke_chunk(change_set: ChangeSet, ids: Sequence[int]) -> None:
    """One transaction's worth of `revoke`."""
    customers = [each for each in lock(ids) if each.access in HAVE_ACCESS]
    before = {each.pk: each.access for each in customers}
    logins = [each.user_id for each in customers if each.user_id]
    for customer in customers:
        customer.user = None
        customer.access = Access.REVOKED
    write(customers, ["user", "access"])
    take_away(logins)
    EmailChange.objects.filter(customer__in=ids).delete()
    drop_waiting(customers, REVOKED)
    note(change_set, Change.Action.REVOKED, customers, before)


def note(
    change_set: ChangeSet, action: Change.Action, customers: Sequence[Customer], before: dict
) -> None:
    """The history. The version stays: whether somebody may log in is no value of the person."""
    write_down(
        change_set,
        [
            Change(
                customer=each,
                action=action,
                before={"access": Access(before[each.pk]).name.lower()},
                after={"access": Access(each.access).name.lower()},
                version=each.version,
            )
            for each in customers
        ],
    )


def is_waiting(message: Message, channels: Sequence[str]) -> bool:
    """Whether it goes by these channels and nobody has tried it yet: as good as a new one."""
    if message.job is None or message.job.state != Job.State.QUEUED:
        return False
    waiting = message.deliveries.filter(state=Delivery.State.QUEUED, attempts=0)
    return set(waiting.values_list("channel", flat=True)) == set(channels)


def those_waiting(customers: Sequence[Customer]) -> set[int]:
    """Whose password is on its way already: pressed twice, it is sent once."""
    grants = Message.objects.filter(
        customer__in=customers,
        user=F("customer__user"),
        event=PORTAL_ACCESS.code,
        job__state=Job.State.QUEUED,
        deliveries__state=Delivery.State.QUEUED,
        deliveries__attempts=0,
    )
    return set(grants.values_list("customer", flat=True))


def drop_waiting(customers: Sequence[Customer], code: str) -> None:
    """Nothing more is sent of the messages that these customers have waiting."""
    outbox.cancel(Message.objects.filter(customer__in=customers, event=PORTAL_ACCESS.code), code)
