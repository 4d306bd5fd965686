"""Who can't be allowed to log in, each with a sentence that a shop owner understands."""

from typing import Any

import pytest

from accounts.roles import Role
from bookkinda.preferences import FirstBooking, Preferences
from customers.archiving import archive_customers
from customers.history import open_change_set, record
from customers.models import Access, Change, ChangeSet, Customer
from notifications import portal_access
from notifications.models import ChannelCode, Message, OptOut, Workflow
from notifications.portal_access import CannotAllow
from tests.factories import CustomerFactory, UserFactory

SOURCE = ChangeSet.Source.BACK_OFFICE
pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db: None) -> Customer:
    return CustomerFactory(first_name="Ada", last_name="Lovelace", email="ada@example.org")


def these(*customers: Customer) -> Any:
    return Customer.objects.filter(pk__in=[each.pk for each in customers])


def why_not(customer: Customer, *others: Customer) -> str:
    """The reason, which the question, the act and the one for a single customer all give."""
    reasons = portal_access.reasons_not_to_allow(these(customer, *others))
    plan = portal_access.plan(these(customer, *others))
    done = portal_access.allow(these(customer, *others), by=None, source=SOURCE)
    assert plan.left_out == reasons == done.left_out.reasons
    return reasons.get(customer.pk, "")


def switch(*channels: ChannelCode) -> None:
    Workflow.objects.update_or_create(event="portal-access", defaults={"channels": [*channels]})


def test_somebody_with_an_address_of_their_own_can(ada):
    assert why_not(ada) == ""


def test_the_panel_is_off(ada):
    Preferences(customer_panel_enabled=False).save()
    assert why_not(ada).startswith("The Customer Panel is switched off.")


def test_no_channel_is_on(ada):
    switch()
    assert why_not(ada).startswith("No channel of “Access to Customer Panel” is switched on")


def test_the_only_channel_is_not_set_up(ada, settings):
    ada.phone = "+442079460000"
    ada.save()
    settings.TWILIO_ACCOUNT_SID = ""
    settings.LOCAL_MAILBOX = None
    switch(ChannelCode.SMS)
    assert "are not set up" in why_not(ada)


def test_no_address():
    assert why_not(CustomerFactory(email="")).startswith("Needs an e-mail address")


def test_an_address_that_only_looks_like_one():
    kelvin = CustomerFactory(email="\u212aate@example.org")
    assert why_not(kelvin).startswith("Nobody can log in with this e-mail address")


def test_the_address_of_somebody_who_works_here_is_never_linked(ada):
    staff = UserFactory(name="Max Manager", email=ada.email, role=Role.MANAGER)
    assert why_not(ada).startswith("Max Manager of your staff signs in with this e-mail address")
    staff.refresh_from_db()
    ada.refresh_from_db()
    assert (ada.user, staff.role) == (None, Role.MANAGER)


def test_the_address_of_another_login_is_never_linked(ada):
    UserFactory(email=ada.email)
    assert why_not(ada).startswith("Somebody else logs in with this e-mail address")
    ada.refresh_from_db()
    assert ada.user is None


def test_an_address_shared_with_somebody_who_can_log_in(ada):
    bob = CustomerFactory(first_name="Bob", last_name="Lovelace", email=ada.email)
    portal_access.allow(these(bob), by=None, source=SOURCE)
    assert why_not(ada).startswith("Bob Lovelace logs in with the same e-mail address.")


def test_an_address_shared_with_somebody_deleted_who_has_the_login(ada):
    bob = CustomerFactory(first_name="Bob", last_name="Lovelace", email=ada.email)
    portal_access.allow(these(bob), by=None, source=SOURCE)
    archive_customers(these(bob), by=None, source=SOURCE)
    assert why_not(ada).startswith("Bob Lovelace, who was deleted, has the login")


def test_an_address_shared_with_somebody_without_a_login_is_no_reason(ada):
    CustomerFactory(email=ada.email)
    assert why_not(ada) == ""


def test_of_two_who_are_chosen_with_one_address_neither_is_guessed(ada):
    bob = CustomerFactory(first_name="Bob", last_name="Lovelace", email=ada.email)
    assert why_not(ada, bob).startswith("Bob Lovelace, who is chosen too, has the same")
    assert not Message.objects.exists()


def test_whose_login_was_revoked_leaves_the_address_to_the_family(ada):
    bob = CustomerFactory(first_name="Bob", last_name="Lovelace", email=ada.email)
    portal_access.allow(these(bob), by=None, source=SOURCE)
    portal_access.revoke(these(bob), by=None, source=SOURCE)
    assert why_not(ada) == ""


def test_no_phone_where_it_goes_by_phone_only(ada):
    switch(ChannelCode.SMS, ChannelCode.WHATSAPP)
    assert why_not(ada) == "Needs a phone number: the message goes by SMS and WhatsApp only."


def test_no_sms_wanted_where_it_goes_by_sms_only(ada):
    ada.phone = "+442079460000"
    ada.save()
    OptOut.objects.create(customer=ada, channel=ChannelCode.SMS, reason=OptOut.Reason.STOP)
    switch(ChannelCode.SMS)
    assert why_not(ada).startswith("Does not want messages by SMS")


def test_somebody_deleted(ada):
    archive_customers(these(ada), by=None, source=SOURCE)
    ada.refresh_from_db()
    with pytest.raises(CannotAllow, match="Restore them first"):
        portal_access.allow_one(ada, by=None, source=SOURCE)


def test_the_question_counts_first_new_and_owned_passwords(ada, panel_user):
    Customer.objects.filter(user=panel_user).update(access=Access.ACTIVE)
    bob, cy = CustomerFactory.create_batch(2)
    nobody = CustomerFactory(email="")
    portal_access.allow(these(bob), by=None, source=SOURCE)

    plan = portal_access.plan(Customer.objects.all())

    assert (plan.gets, plan.gets_again, plan.has_it) == (2, 1, 1)
    assert list(plan.left_out) == [nobody.pk]
    assert plan.channels == {
        ChannelCode.EMAIL: True, ChannelCode.SMS: False, ChannelCode.WHATSAPP: False
    }  # fmt: skip
    assert cy.access == Access.NONE


def booked(customer: Customer, source: ChangeSet.Source) -> Customer:
    """The customer, added by this act."""
    change_set = open_change_set(ChangeSet.Kind.ADD, by=None, source=source)
    record(change_set, [Change(customer=customer, action=Change.Action.ADDED, version=1)])
    return customer


@pytest.mark.parametrize(
    ("choice", "wished", "source", "allowed"),
    [
        (FirstBooking.ALWAYS, False, "booking", True),
        (FirstBooking.ASK, True, "booking", True),
        (FirstBooking.ASK, False, "booking", False),
        (FirstBooking.NEVER, True, "booking", False),
        (FirstBooking.ALWAYS, True, "back-office", False),
    ],
)
def test_a_first_booking_allows_only_whom_it_added_and_as_the_owner_wants(
    ada, choice, wished, source, allowed
):
    Preferences(login_on_booking=choice).save()
    booked(ada, source)
    message = portal_access.allow_on_first_booking(ada, wished=wished)
    ada.refresh_from_db()
    assert (message is not None, ada.access == Access.INVITED) == (allowed, allowed)


def test_a_first_booking_stands_when_its_customer_cannot_log_in(ada):
    Preferences(login_on_booking=FirstBooking.ALWAYS).save()
    UserFactory(email=ada.email, role=Role.OWNER)
    assert portal_access.allow_on_first_booking(booked(ada, "booking"), wished=True) is None
