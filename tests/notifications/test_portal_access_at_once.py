"""Allow, resend, revoke, delete and edit at the same moment, each by a connection of its own."""

from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.logins import make_logins
from accounts.models import User
from customers.archiving import archive_customers
from customers.editing import StaleCustomer, edit_customer
from customers.models import Access, ChangeSet, Customer
from notifications import portal_access
from notifications.events import NotWanted
from notifications.models import Message
from notifications.one_time_password import make_secret
from notifications.portal_access import CannotAllow
from notifications.texts import PASSWORD
from tests.at_once import all_at_once as at_once
from tests.factories import CustomerFactory

SOURCE = ChangeSet.Source.BACK_OFFICE
ROUNDS = 4
pytestmark = pytest.mark.django_db(transaction=True)
all_at_once = partial(at_once, refusals=(CannotAllow, NotWanted, StaleCustomer))


def these(*customers: Customer):
    return Customer.objects.filter(pk__in=[each.pk for each in customers])


def allow(*customers: Customer) -> None:
    portal_access.allow(these(*customers), by=None, source=SOURCE)


def revoke(customer: Customer) -> None:
    portal_access.revoke(these(customer), by=None, source=SOURCE)


def send(message: Message) -> None:
    """What the worker does, when the channel took it."""
    secret = make_secret(message)
    sent[message.pk] = secret.values[PASSWORD.name]
    with transaction.atomic():
        secret.keep()


sent: dict[int, str] = {}


def is_whole(customer: Customer) -> Customer:
    """The customer now; access, login and addresses agree."""
    now = Customer.objects.get(pk=customer.pk)
    has_login = now.user is not None
    assert has_login == (now.access in (Access.INVITED, Access.EXPIRED, Access.ACTIVE))
    if now.user:
        assert now.user.email == now.email
        assert [each.email for each in now.user.emailaddress_set.all()] == [now.email]
    return now


def test_allowed_twice_there_is_one_login_and_one_message():
    for _round in range(ROUNDS):
        ada = CustomerFactory()
        assert all_at_once((allow, ada), (allow, ada), (allow, ada)) == {"done": 3}
        assert is_whole(ada).access == Access.INVITED
        assert Message.objects.filter(customer=ada).count() == 1


def test_of_two_who_share_an_address_one_gets_the_login():
    for round_ in range(ROUNDS):
        ada, bob = CustomerFactory.create_batch(2, email=f"family{round_}@example.org")
        cy = CustomerFactory()
        all_at_once((allow, ada, cy), (allow, bob))
        assert [is_whole(ada).access, is_whole(bob).access].count(Access.INVITED) == 1
        assert is_whole(cy).access == Access.INVITED


def test_logins_are_made_in_one_order_so_that_two_acts_never_wait_for_each_other():
    late, early = make_logins(["late@example.org", "early@example.org"], until=timezone.now())

    assert (late.email, early.email) == ("late@example.org", "early@example.org")
    assert early.pk < late.pk


def test_a_revoke_beside_a_message_that_is_being_sent_leaves_nothing_open():
    for _round in range(ROUNDS):
        ada = CustomerFactory()
        allow(ada)
        all_at_once((send, Message.objects.get(customer=ada)), (revoke, ada))
        assert is_whole(ada).access == Access.REVOKED
        assert not User.objects.filter(email=ada.email).exists()


def test_allow_and_revoke_end_as_the_one_or_the_other():
    for _round in range(ROUNDS):
        ada = CustomerFactory()
        allow(ada)
        all_at_once((revoke, ada), (allow, ada), (revoke, ada), (allow, ada))
        assert is_whole(ada).access in (Access.INVITED, Access.REVOKED)


def test_resent_while_one_is_being_sent_the_newest_password_works():
    for _round in range(ROUNDS):
        ada = CustomerFactory()
        allow(ada)
        first = Message.objects.get(customer=ada)
        first.deliveries.update(attempts=1)
        all_at_once((send, first), (partial(portal_access.resend, by=None, source=SOURCE), ada))
        newest = Message.objects.filter(customer=ada).latest("pk")
        assert newest != first
        send(newest)
        user = is_whole(ada).user
        assert user.check_password(sent[newest.pk])


def test_an_address_that_is_edited_meanwhile_never_gets_a_password_that_works():
    for round_ in range(ROUNDS):
        ada = CustomerFactory()
        allow(ada)
        edit = partial(
            edit_customer, ada, by=None, source=SOURCE, expected_version=1,
            email=f"new{round_}@example.org",
        )  # fmt: skip
        message = Message.objects.get(customer=ada)
        all_at_once((send, message), (edit,))
        user = is_whole(ada).user
        assert user.email == f"new{round_}@example.org"
        assert message.pk not in sent or not user.check_password(sent[message.pk])


def test_deleted_meanwhile_the_login_is_suspended():
    for _round in range(ROUNDS):
        ada = CustomerFactory()
        delete = partial(archive_customers, these(ada), by=None, source=SOURCE)
        all_at_once((allow, ada), (delete,))
        now = is_whole(ada)
        assert now.is_archived
