"""An act on many takes its time: what was done to one of them meanwhile counts more."""

import pytest

from bookkinda.worker import run_due_jobs
from customers.history import open_change_set
from customers.models import Access, ChangeSet
from notifications.models import Message
from notifications.portal_access import revoke
from tests.factories import CustomerFactory
from tests.notifications.test_portal_access import SOURCE, allow, these

pytestmark = pytest.mark.django_db


def asked_for() -> ChangeSet:
    """As if somebody had just pressed Allow to login, and the worker is still to do it."""
    return open_change_set(ChangeSet.Kind.ALLOW, by=None, source=SOURCE)


def test_who_was_revoked_since_is_left_out_and_named():
    ada, bob = CustomerFactory.create_batch(2)
    allow(ada)
    late = asked_for()
    revoke(these(ada), by=None, source=SOURCE)

    done = allow(ada, bob, change_set=late)

    ada.refresh_from_db()
    assert ada.access == Access.REVOKED
    assert done.change_set.size == 1
    assert "revoked" in done.left_out.reasons[ada.pk]


def test_who_was_revoked_before_is_allowed_again():
    ada = CustomerFactory()
    allow(ada)
    revoke(these(ada), by=None, source=SOURCE)

    allow(ada, change_set=asked_for())

    ada.refresh_from_db()
    assert ada.access == Access.INVITED


def test_pressed_twice_each_gets_one_password_also_when_it_went_between():
    ada = CustomerFactory()
    first, second = asked_for(), asked_for()
    allow(ada, change_set=first)
    run_due_jobs()

    done = allow(ada, change_set=second)

    assert (done.change_set.size, len(done.left_out)) == (0, 0)
    assert Message.objects.filter(customer=ada).count() == 1
