"""The switch "Allow to login" on the form, and the card of the login on the profile."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from bookkinda.preferences import Preferences
from customers.models import Access, ChangeSet, Customer
from notifications import portal_access
from notifications.models import Delivery, Message
from tests.customers.pages import at, fields_of, text_of
from tests.factories import CustomerFactory

SOURCE = ChangeSet.Source.BACK_OFFICE
ADD = at("add")
pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, front_desk: User) -> Client:
    client.force_login(front_desk)
    return client


@pytest.fixture
def ada(db: None) -> Customer:
    return CustomerFactory(first_name="Ada", last_name="Lovelace", email="ada@example.org")


@pytest.fixture
def invited(ada: Customer) -> Customer:
    portal_access.allow_one(ada, by=None, source=SOURCE)
    ada.refresh_from_db()
    return ada


def form_of(desk: Client, address: str, **changes: Any) -> dict[str, Any]:
    """What the form would send, after these fields were changed."""
    return {**fields_of(desk.get(address)), **changes}


def access_of(customer: Customer) -> Access:
    customer.refresh_from_db()
    return Access(customer.access)


def test_a_new_customer_gets_no_login_unless_the_switch_is_moved(desk: Client) -> None:
    page = desk.get(ADD)
    assert "When you SAVE, Access to Customer Panel sends a username" in text_of(page)
    assert "SAVE sends nothing." in text_of(page)

    desk.post(ADD, form_of(desk, ADD, first_name="Ada", email="ada@example.org"))
    assert access_of(Customer.objects.get()) == Access.NONE
    assert not Message.objects.exists()


def test_save_allows_the_login_and_says_what_it_sent(desk: Client) -> None:
    sent = form_of(desk, ADD, first_name="Ada", email="ada@example.org", allow_to_login="on")

    done = desk.post(ADD, sent, follow=True)
    desk.post(ADD, sent)

    assert access_of(Customer.objects.get()) == Access.INVITED
    assert "Ada may log in. A one-time password is on its way by e-mail." in text_of(done)
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("", "Needs an e-mail address: it is the username."),
        ("ada@example.org", "Ada Lovelace logs in with the same e-mail address."),
        ("DESK@example.org", "of your staff signs in with this e-mail address"),
    ],
)
def test_a_login_that_cannot_be_is_refused_at_the_switch_and_nothing_is_lost(
    desk: Client, invited: Customer, email: str, sentence: str
) -> None:
    sent = form_of(desk, ADD, first_name="Bea", note="Tall", email=email, allow_to_login="on")

    page = desk.post(ADD, sent)

    assert page.status_code == 422
    assert sentence in page.context["form"].errors["allow_to_login"][0]
    assert sentence in text_of(page)
    assert fields_of(page)["note"] == "Tall"
    assert page.context["form"]["allow_to_login"].value()
    assert Customer.objects.count() == 1


def test_editing_allows_with_the_address_that_is_typed(desk: Client) -> None:
    customer = CustomerFactory(email="")
    edit = at("edit", customer.pk)

    desk.post(edit, form_of(desk, edit, email="new@example.org", allow_to_login="on"))

    assert access_of(customer) == Access.INVITED
    assert customer.user.email == "new@example.org"


def test_saving_something_else_sends_nothing_and_leaves_the_login(
    desk: Client, invited: Customer
) -> None:
    page = desk.get(at("edit", invited.pk))
    assert "SAVE sends nothing new." in text_of(page)
    Message.objects.all().delete()

    desk.post(at("edit", invited.pk), form_of(desk, at("edit", invited.pk), note="Tall"))

    assert access_of(invited) == Access.INVITED
    assert invited.note == "Tall"
    assert not Message.objects.exists()


def test_the_switch_taken_off_revokes_the_login(desk: Client, invited: Customer) -> None:
    edit = at("edit", invited.pk)
    sent = form_of(desk, edit)
    del sent["allow_to_login"]

    done = desk.post(edit, sent, follow=True)

    assert access_of(invited) == Access.REVOKED
    assert "Ada Lovelace can&#x27;t log in any more." in text_of(done)


def test_a_switch_that_was_not_moved_leaves_what_a_colleague_did(
    desk: Client, ada: Customer
) -> None:
    sent = form_of(desk, at("edit", ada.pk), note="Tall")
    portal_access.allow_one(ada, by=None, source=SOURCE)

    desk.post(at("edit", ada.pk), sent)

    assert access_of(ada) == Access.INVITED


def test_taking_the_login_off_lets_another_address_be_saved_at_once(
    desk: Client, invited: Customer
) -> None:
    portal_access.activate(invited.user)
    sent = form_of(desk, at("edit", invited.pk), email="other@example.org")
    del sent["allow_to_login"]

    desk.post(at("edit", invited.pk), sent)

    assert access_of(invited) == Access.REVOKED
    assert invited.email == "other@example.org"


def test_a_form_that_is_refused_for_a_colleagues_edit_changes_no_login(
    desk: Client, ada: Customer
) -> None:
    sent = form_of(desk, at("edit", ada.pk), first_name="Adah", allow_to_login="on")
    desk.post(at("edit", ada.pk), form_of(desk, at("edit", ada.pk), first_name="Adele"))

    page = desk.post(at("edit", ada.pk), sent)

    assert page.status_code == 422
    assert access_of(ada) == Access.NONE


def test_the_panel_that_is_off_is_said_beside_the_switch(desk: Client) -> None:
    Preferences(customer_panel_enabled=False).save()

    assert "The Customer Panel is switched off." in text_of(desk.get(ADD))
    page = desk.post(ADD, form_of(desk, ADD, first_name="A", email="a@b.org", allow_to_login="on"))
    assert "The Customer Panel is switched off." in page.context["form"].errors["allow_to_login"][0]


def test_the_card_tells_how_the_login_stands(desk: Client, invited: Customer) -> None:
    until = timezone.now() + timedelta(days=7)
    User.objects.filter(pk=invited.user_id).update(one_time_until=until)
    Delivery.objects.update(state=Delivery.State.FAILED, code="mail-401")

    page = text_of(desk.get(at("profile", invited.pk)))

    assert "Panel access Invited Username ada@ example.org Last login Never" in page
    assert "One-time, works until" in page
    assert "E-mail Failed The mail provider refused our key." in page
    assert "The password did not reach this customer." in page
    assert "Resend access Revoke" in page


def test_the_card_of_somebody_without_a_login_offers_it(desk: Client, ada: Customer) -> None:
    assert "Panel access No access" in text_of(desk.get(at("profile", ada.pk)))
    assert at("allow-login", ada.pk) in desk.get(at("profile", ada.pk)).content.decode()

    Customer.objects.update(email="")
    page = desk.get(at("profile", ada.pk))
    assert "give this customer an e-mail address" in text_of(page)
    assert at("allow-login", ada.pk) not in page.content.decode()


def test_who_may_not_send_sees_the_state_and_no_way_to_change_it(
    client: Client, reader: User, invited: Customer
) -> None:
    client.force_login(reader)

    page = client.get(at("profile", invited.pk))

    assert "Panel access Invited" in text_of(page)
    assert "Resend access" not in text_of(page)
