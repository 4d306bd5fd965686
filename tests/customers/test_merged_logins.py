"""Two customers who both can log in are merged: one login stays, the other is closed and told."""

import pytest
from django.test import Client

from accounts.models import User
from bookkinda.jobs import Job
from bookkinda.worker import run_due_jobs
from customers.archiving import archive_customers
from customers.erasing import erase_customers
from customers.merging import CannotMerge, merge
from customers.models import Access, ChangeSet, Customer, Merge
from customers.undoing import CannotUndo, undo
from notifications.models import Delivery, Message
from notifications.portal_access import resend, revoke
from tests.factories import PASSWORD, CustomerFactory, UserFactory

SOURCE = ChangeSet.Source.BACK_OFFICE
OLD, NEW = "ada@example.org", "countess@example.org"
pytestmark = pytest.mark.django_db


def with_login(email: str, access: Access = Access.ACTIVE) -> Customer:
    user = UserFactory(email=email)
    return CustomerFactory(first_name="Ada", email=email, user=user, access=access)


@pytest.fixture
def ada(db: None) -> Customer:
    return with_login(OLD)


@pytest.fixture
def again(db: None) -> Customer:
    return with_login(NEW, Access.INVITED)


def merge_them(keep: Customer, other: Customer, login: str) -> ChangeSet:
    return merge(keep, other, login=login, by=None, source=SOURCE).change_set


def can_sign_in(email: str) -> bool:
    return Client().login(username=email, password=PASSWORD)


def stand_of(*customers: Customer) -> list[tuple[str, str | None, int]]:
    """Address, username and access of each, as the database has them."""
    found = Customer.objects.in_bulk([each.pk for each in customers])
    people = [found[each.pk] for each in customers]
    return [(each.email, each.user.email if each.user else None, each.access) for each in people]


def test_it_has_to_be_said_which_login_stays(ada, again):
    with pytest.raises(CannotMerge, match="Choose which login stays"):
        merge_them(ada, again, "")
    assert Customer.objects.live().count() == 2


@pytest.mark.parametrize(
    ("login", "stays", "closed", "access"),
    [("keep", OLD, NEW, Access.ACTIVE), ("other", NEW, OLD, Access.INVITED)],
)
def test_the_login_that_stays_works_and_the_other_is_closed(
    ada, again, login, stays, closed, access
):
    merge_them(ada, again, login)

    assert stand_of(ada, again) == [(stays, stays, access), (NEW, None, Access.NONE)]
    assert can_sign_in(stays)
    assert not can_sign_in(closed)
    assert not User.objects.filter(email=closed).exists()


def test_whoever_is_signed_in_with_the_closed_login_is_out_at_once(ada, again, client):
    client.force_login(again.user)
    merge_them(ada, again, "keep")
    assert client.get("/panel/").status_code == 302


def test_a_password_that_waits_goes_with_its_login_whatever_was_sent_to_the_other_one(
    ada, again, mailoutbox
):
    for each in (again, ada):
        resend(each, by=None, source=SOURCE)

    merge_them(ada, again, "other")
    run_due_jobs()

    sent = Delivery.objects.get(event="portal-access", state=Delivery.State.SENT)
    assert (sent.to, sent.code, sent.message.user) == (NEW, "", again.user)
    assert not can_sign_in(NEW)  # by the password of before


@pytest.mark.parametrize("login", ["keep", "other"])
def test_undo_gives_both_their_logins_back_with_the_passwords_they_had(ada, again, login):
    before = stand_of(ada, again)
    done = merge_them(ada, again, login)

    undo(done, by=None, source=SOURCE)

    assert stand_of(ada, again) == before
    assert can_sign_in(OLD)
    assert can_sign_in(NEW)


@pytest.mark.parametrize("login", ["keep", "other"])
def test_undo_is_refused_when_somebody_else_signs_in_with_the_address_by_now(ada, again, login):
    done = merge_them(ada, again, login)
    UserFactory(email={"keep": NEW, "other": OLD}[login])
    stood = stand_of(ada, again)

    with pytest.raises(CannotUndo, match="Somebody else signs in with"):
        undo(done, by=None, source=SOURCE)

    assert stand_of(ada, again) == stood


@pytest.mark.parametrize(("login", "closed"), [("keep", NEW), ("other", OLD)])
def test_the_closed_login_is_told_at_its_own_address(ada, again, login, closed, mailoutbox):
    merge_them(ada, again, login)
    run_due_jobs()

    mail = [each for each in mailoutbox if "one login" in each.subject]
    assert [each.to for each in mail] == [[closed]]
    assert Message.objects.get(event="login-closed").customer == ada
    assert (OLD if closed == NEW else NEW) not in mail[0].body


def test_nobody_is_told_of_a_merge_that_was_taken_back(ada, again, mailoutbox):
    done = merge_them(ada, again, "keep")
    undo(done, by=None, source=SOURCE)
    run_due_jobs()

    assert not mailoutbox
    assert not Delivery.objects.filter(state=Delivery.State.SENT).exists()
    assert not Job.objects.filter(state=Job.State.FAILED).exists()


def test_a_login_that_was_revoked_after_the_merge_does_not_come_back_with_undo(ada, again):
    done = merge_them(ada, again, "other")
    revoke(Customer.objects.filter(pk=ada.pk), by=None, source=SOURCE)

    undo(done, by=None, source=SOURCE)

    assert stand_of(ada, again) == [(OLD, OLD, Access.ACTIVE), (NEW, None, Access.REVOKED)]


@pytest.mark.parametrize("login", ["keep", "other"])
def test_erasing_removes_the_closed_login_too(ada, again, login):
    merge_them(ada, again, login)
    these = Customer.objects.filter(pk=ada.pk)
    archive_customers(these, by=None, source=SOURCE)
    erase_customers(these, by=None, source=SOURCE)

    assert not User.objects.exists()
    assert not Merge.objects.exists()


def test_erasing_the_one_after_an_undo_leaves_the_login_of_the_other(ada, again):
    undo(merge_them(ada, again, "keep"), by=None, source=SOURCE)
    these = Customer.objects.filter(pk=ada.pk)
    archive_customers(these, by=None, source=SOURCE)
    erase_customers(these, by=None, source=SOURCE)

    assert User.objects.get().email == NEW


def test_access_moves_with_the_only_login(ada, db):
    other = CustomerFactory(first_name="Ada", email="")
    done = merge(other, ada, take=["email"], by=None, source=SOURCE).change_set
    assert stand_of(other, ada) == [(OLD, OLD, Access.ACTIVE), (OLD, None, Access.NONE)]

    undo(done, by=None, source=SOURCE)
    assert stand_of(other, ada) == [("", None, Access.NONE), (OLD, OLD, Access.ACTIVE)]
