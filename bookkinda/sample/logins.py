"""Which customers of the sample business may log in, so that the list shows every state.

Nobody knows a password of theirs: "Resend access" sends one to the mailbox of the sample.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import cycle

from accounts.logins import make_logins
from accounts.models import User
from customers.models import Access, Customer

ONE_IN = 4  # of those who have an address to themselves
STATES = (
    Access.ACTIVE, Access.INVITED, Access.ACTIVE, Access.ACTIVE, Access.EXPIRED, Access.ACTIVE,
    Access.REVOKED, Access.ACTIVE,
)  # fmt: skip
WEEK = timedelta(days=7)


def give_logins(customers: Sequence[Customer], now: datetime) -> None:
    """Let some of them log in, in the transaction that makes the sample."""
    chosen = list(chosen_from(customers))
    for index, (customer, access) in enumerate(chosen):
        customer.access = access
        customer.invited_at = invited_at(customer, access, index, now)
    allowed = [customer for customer, access in chosen if access != Access.REVOKED]
    users = make_logins([customer.email for customer in allowed], until=now)
    for index, (customer, user) in enumerate(zip(allowed, users, strict=True)):
        customer.user = user
        user.one_time_until = customer.invited_at + WEEK if customer.invited_at else None
        if customer.access == Access.ACTIVE:
            user.one_time_until = None
            user.last_login = now - timedelta(days=index % 40, hours=index % 11, minutes=index)
    User.objects.bulk_update(users, ["one_time_until", "last_login"])
    Customer.objects.bulk_update(
        [customer for customer, _access in chosen], ["user", "access", "invited_at"]
    )


def chosen_from(customers: Sequence[Customer]) -> Iterator[tuple[Customer, Access]]:
    """Who gets which state: those with an address that nobody else has."""
    holders = Counter(customer.email for customer in customers)
    able = [each for each in customers if each.email and holders[each.email] == 1]
    return zip(able[::ONE_IN], cycle(STATES), strict=False)


def invited_at(customer: Customer, access: Access, index: int, now: datetime) -> datetime:
    """Some days ago: an invitation that is open is younger than its password lasts."""
    days = {Access.INVITED: index % 6, Access.EXPIRED: 8 + index % 60}.get(access, 41 + index % 300)
    return now - timedelta(days=days, hours=1, minutes=index % 50)
