"""Allow to login, resend, revoke: what each of them makes true, and whom it refuses and why."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from bookkinda.jobs import Job
from bookkinda.preferences import Preferences
from customers.archiving import archive_customers, restore_customers
from customers.editing import edit_customer
from customers.models import Change, ChangeSet, Customer
from customers.models.customer import Access
from notifications import portal_access
from notifications.events import NotWanted
from notifications.models import ChannelCode, Delivery, Message, Workflow
from notifications.one_time_password import ALPHABET, OneTimePassword, make_secret
from notifications.portal_access import CannotAllow
from notifications.texts import PASSWORD
from tests.factories import CustomerFactory

SOURCE = ChangeSet.Source.BACK_OFFICE
pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db: None) -> Customer:
    return CustomerFactory(first_name="Ada", last_name="Lovelace", email="ada@example.org")


def these(*customers: Customer) -> Any:
    return Customer.objects.filter(pk__in=[each.pk for each in customers])


def allow(*customers: Customer, **choices: Any) -> portal_access.Allowed:
    return portal_access.allow(these(*customers), by=None, source=SOURCE, **choices)


def newest(customer: Customer) -> Message:
    return Message.objects.filter(customer=customer).latest("pk")


def take(message: Message) -> str:
    """What the worker does when a channel took the message; the password that was in it."""
    secret = make_secret(message)
    accept(message, secret)
    return secret.values[PASSWORD.name]


def accept(message: Message, secret: OneTimePassword) -> None:
    with transaction.atomic():
        secret.keep()
        message.deliveries.update(state=Delivery.State.SENT)
        Job.objects.filter(pk=message.job_id).update(state=Job.State.DONE)


def opens(customer: Customer, password: str) -> bool:
    user = User.objects.filter(customer=customer).first()
    return user is not None and user.check_password(password)


def switch(*channels: ChannelCode) -> None:
    Workflow.objects.update_or_create(event="portal-access", defaults={"channels": [*channels]})


def test_a_customer_who_is_allowed_is_invited_and_has_one_message_waiting(ada, manager):
    done = portal_access.allow(these(ada), by=manager, source=SOURCE)

    ada.refresh_from_db()
    assert done.change_set.size == 1
    assert not done.left_out
    assert ada.access == Access.INVITED
    assert ada.invited_at is not None
    assert (ada.user.email, ada.user.role) == (ada.email, "")
    assert not ada.user.has_usable_password()
    assert ada.user.emailaddress_set.get().email == ada.email
    message = Message.objects.get()
    assert (message.customer, message.by, message.job.state) == (ada, manager, "queued")
    assert message.job.priority == Job.Priority.URGENT
    assert [each.channel for each in message.deliveries.all()] == [ChannelCode.EMAIL]


def test_the_password_works_once_a_channel_took_it_and_for_the_days_of_the_settings(ada):
    allow(ada)
    secret = make_secret(newest(ada))
    assert not opens(ada, secret.values[PASSWORD.name])

    accept(newest(ada), secret)

    assert opens(ada, secret.values[PASSWORD.name])
    until = User.objects.get(customer=ada).one_time_until
    assert timedelta(days=6, hours=23) < until - timezone.now() < timedelta(days=7)


def test_the_password_has_twelve_signs_that_none_takes_for_another(ada):
    allow(ada)
    passwords = {make_secret(newest(ada)).values[PASSWORD.name] for _each in range(50)}

    assert len(passwords) == 50
    assert {len(each) for each in passwords} == {12}
    assert set().union(*passwords) <= set(ALPHABET)
    assert not set(ALPHABET) & set("0oO1iIl2zZ5sS")


def test_what_holds_the_password_does_not_show_it(ada):
    allow(ada)
    secret = make_secret(newest(ada))
    assert secret.values[PASSWORD.name] not in f"{secret!r} {secret}"


def test_resend_makes_a_new_password_and_the_old_one_works_until_then(ada):
    allow(ada)
    first = take(newest(ada))

    message = portal_access.resend(ada, by=None, source=SOURCE)
    assert opens(ada, first)
    second = take(message)

    assert opens(ada, second)
    assert not opens(ada, first)


def test_an_older_message_is_not_sent_any_more_after_a_resend(ada):
    allow(ada)
    first = newest(ada)
    Delivery.objects.update(attempts=1)  # tried, and waits for its next try
    portal_access.resend(ada, by=None, source=SOURCE)

    delivery = first.deliveries.get()
    assert (delivery.state, delivery.code) == (Delivery.State.SKIPPED, "replaced")
    with pytest.raises(NotWanted, match="replaced"):
        make_secret(first)


def test_a_password_that_was_overtaken_while_it_was_sent_never_works(ada):
    allow(ada)
    first = newest(ada)
    secret = make_secret(first)
    Job.objects.update(state=Job.State.RUNNING)
    portal_access.resend(ada, by=None, source=SOURCE)

    with pytest.raises(NotWanted, match="replaced"), transaction.atomic():
        secret.keep()
    assert not opens(ada, secret.values[PASSWORD.name])


def test_pressed_twice_it_is_sent_once(ada):
    allow(ada)
    again = allow(ada)
    assert again.change_set.size == 0
    assert portal_access.resend(ada, by=None, source=SOURCE) == Message.objects.get()


def test_a_message_that_waits_for_a_channel_that_is_off_by_now_is_replaced(ada):
    ada.phone = "+442079460000"
    ada.save()
    allow(ada)
    switch(ChannelCode.SMS)

    message = portal_access.resend(ada, by=None, source=SOURCE)

    assert [each.channel for each in message.deliveries.all()] == [ChannelCode.SMS]


def test_who_chose_a_password_is_left_alone_by_allow_and_not_by_resend(ada):
    allow(ada)
    take(newest(ada))
    portal_access.activate(User.objects.get(customer=ada))
    ada.refresh_from_db()
    assert (ada.access, ada.user.one_time_until) == (Access.ACTIVE, None)

    assert allow(ada).change_set.size == 0
    take(portal_access.resend(ada, by=None, source=SOURCE))

    ada.refresh_from_db()
    assert ada.access == Access.INVITED
    assert ada.user.one_time_until is not None


def test_a_password_that_waits_does_not_replace_one_that_was_chosen_meanwhile(ada):
    allow(ada)
    waiting = newest(ada)
    on_its_way = make_secret(waiting)

    portal_access.activate(User.objects.get(customer=ada))

    delivery = waiting.deliveries.get()
    assert (delivery.state, delivery.code) == (Delivery.State.SKIPPED, "has-password")
    with pytest.raises(NotWanted), transaction.atomic():
        on_its_way.keep()


def test_revoke_ends_the_login_at_once_and_frees_its_address(ada, client):
    allow(ada)
    password = take(newest(ada))
    client.force_login(User.objects.get(customer=ada))

    done = portal_access.revoke(these(ada), by=None, source=SOURCE)

    ada.refresh_from_db()
    assert done.change_set.size == 1
    assert (ada.access, ada.user) == (Access.REVOKED, None)
    assert not opens(ada, password)
    assert not User.objects.filter(email=ada.email).exists()
    assert client.get("/panel/").status_code == 302


def test_a_message_on_its_way_opens_nothing_after_a_revoke(ada):
    allow(ada)
    message = newest(ada)
    secret = make_secret(message)
    portal_access.revoke(these(ada), by=None, source=SOURCE)

    with pytest.raises(NotWanted, match="revoked"), transaction.atomic():
        secret.keep()
    assert (message.deliveries.get().state, message.deliveries.get().code) == (
        Delivery.State.SKIPPED,
        "revoked",
    )


def test_who_was_revoked_can_be_allowed_again_and_the_old_message_stays_dead(ada):
    allow(ada)
    old = newest(ada)
    secret = make_secret(old)
    portal_access.revoke(these(ada), by=None, source=SOURCE)
    allow(ada)

    with pytest.raises(NotWanted), transaction.atomic():
        secret.keep()
    assert opens(ada, take(newest(ada)))


def test_only_who_can_log_in_can_have_a_password_resent(ada):
    with pytest.raises(CannotAllow, match="Allow it first"):
        portal_access.resend(ada, by=None, source=SOURCE)
    assert not ChangeSet.objects.exists()


def test_history_says_who_allowed_resent_and_revoked_and_leaves_the_version(ada, manager):
    portal_access.allow(these(ada), by=manager, source=SOURCE)
    take(newest(ada))
    portal_access.resend(ada, by=manager, source=SOURCE)
    portal_access.revoke(these(ada), by=manager, source=SOURCE)

    changes = ada.changes.order_by("pk")
    assert [(each.action, each.before["access"], each.after["access"]) for each in changes] == [
        (Change.Action.ALLOWED, "none", "invited"),
        (Change.Action.ALLOWED, "invited", "invited"),
        (Change.Action.REVOKED, "invited", "revoked"),
    ]
    ada.refresh_from_db()
    assert ada.version == 1


def test_archive_suspends_and_restore_brings_back_the_same_login(ada):
    allow(ada)
    password = take(newest(ada))
    archive_customers(these(ada), by=None, source=SOURCE)
    with pytest.raises(CannotAllow, match="Restore them first"):
        portal_access.resend(ada, by=None, source=SOURCE)

    restore_customers(these(ada), by=None, source=SOURCE)

    assert opens(ada, password)


def test_a_message_to_somebody_deleted_meanwhile_is_not_wanted(ada):
    allow(ada)
    secret = make_secret(newest(ada))
    archive_customers(these(ada), by=None, source=SOURCE)
    with pytest.raises(NotWanted, match="archived"):
        make_secret(newest(ada))
    with pytest.raises(NotWanted, match="archived"), transaction.atomic():
        secret.keep()


def test_a_password_sent_to_an_address_that_was_changed_meanwhile_never_works(ada):
    allow(ada)
    secret = make_secret(newest(ada))
    ada.refresh_from_db()
    edit_customer(
        ada, by=None, source=SOURCE, expected_version=ada.version, email="countess@example.org"
    )
    with pytest.raises(NotWanted, match="address-changed"), transaction.atomic():
        secret.keep()
    assert not opens(ada, secret.values[PASSWORD.name])


def test_a_password_that_ran_out_is_shown_so_and_a_new_one_brings_access_back(ada):
    allow(ada)
    take(newest(ada))
    assert portal_access.expire() == 0
    User.objects.update(one_time_until=timezone.now() - timedelta(seconds=1))

    assert portal_access.expire() == 1
    ada.refresh_from_db()
    assert ada.access == Access.EXPIRED

    allow(ada)
    take(newest(ada))
    ada.refresh_from_db()
    assert ada.access == Access.INVITED
    assert portal_access.expire() == 0


def test_nobody_is_allowed_while_the_panel_is_off(ada):
    Preferences(customer_panel_enabled=False).save()
    done = allow(ada)
    assert "switched off" in done.left_out.reasons[ada.pk]
    assert not User.objects.exists()
