"""Class F: first the address of a login is changed, then its password is reset by that address.

LatePoint CVE-2026-17538 (a booking with a known phone number overwrote the victim's address),
Cal.com CVE-2026-23478 (an address in the session that nobody confirmed). What a
visitor without a login can send, and what a stolen session can, is tried here; what a booking can,
in test_a_booking_page.py.
"""

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from bookkinda.preferences import Preferences
from bookkinda.worker import run_due_jobs
from customers.models import Customer, EmailChange
from tests.accounts.test_signing_in import is_in, sign_in
from tests.attacks.walking import browser_of, send_everything
from tests.factories import PASSWORD, CustomerFactory
from tests.notifications.test_login_messages import confirm_path_in

pytestmark = pytest.mark.django_db
THIEF = "thief@example.org"


@pytest.fixture(autouse=True)
def no_limits_of_earlier_tests(db):
    cache.clear()


@pytest.fixture
def cora(panel_user: User) -> Customer:
    return panel_user.customer


def addresses(customer: Customer) -> set[str]:
    customer = Customer.objects.get(pk=customer.pk)
    rows = customer.user.emailaddress_set.values_list("email", flat=True)
    return {customer.email, customer.user.email, *rows}


def receivers() -> set[str]:
    return {address for message in mail.outbox for address in message.recipients()}


def ask_for_everything(address: str) -> None:
    """A reset and a link to sign in, for this address."""
    Preferences(panel_sign_in="link").save()
    for path in ("/forgotten-password/", "/sign-in/mail/"):
        Client().post(path, {"email": address})
    run_due_jobs()


def test_a_stolen_session_changes_no_address_without_the_password(cora):
    """Every form of the panel, and a bare one to every address of ours, with another address."""
    send_everything(cora.user, {"email": THIEF, "new_email": THIEF, "user_email": THIEF})
    run_due_jobs()
    ask_for_everything(THIEF)

    assert addresses(cora) == {"cora@example.org"}
    assert not EmailChange.objects.exists()
    assert THIEF not in receivers()


def test_an_address_that_waits_to_be_confirmed_gets_no_reset_and_no_link(cora):
    browser = browser_of(cora.user)
    browser.post("/panel/email/", {"email": THIEF, "password": PASSWORD})
    run_due_jobs()
    assert receivers() == {THIEF}
    mail.outbox.clear()

    ask_for_everything(THIEF)

    assert addresses(cora) == {"cora@example.org"}
    assert mail.outbox == []


def test_the_old_address_goes_on_working_until_the_new_one_is_confirmed_and_is_told_then(cora):
    browser = browser_of(cora.user)
    browser.post("/panel/email/", {"email": THIEF, "password": PASSWORD})
    run_due_jobs()
    path = confirm_path_in(mail.outbox[-1])
    mail.outbox.clear()

    Client().get(path)
    assert addresses(cora) == {"cora@example.org"}, "A mail program that looks confirms nothing."
    Client().post(path)
    run_due_jobs()

    assert addresses(cora) == {THIEF}
    assert receivers() == {"cora@example.org"}
    assert not is_in(browser)


def test_who_confirms_an_address_is_not_signed_in_by_that(cora):
    browser_of(cora.user).post("/panel/email/", {"email": THIEF, "password": PASSWORD})
    run_due_jobs()
    browser = Client()

    browser.post(confirm_path_in(mail.outbox[-1]))

    assert not is_in(browser)


def test_a_confirmed_address_is_worth_nothing_in_another_customers_change(cora):
    """The link names the change and nobody else's."""
    other = CustomerFactory(first_name="Olga", email="olga@example.org")
    browser_of(cora.user).post("/panel/email/", {"email": THIEF, "password": PASSWORD})
    run_due_jobs()

    sent = {"customer": other.pk, "pk": other.pk, "email": "cora@example.org"}
    Client().post(confirm_path_in(mail.outbox[-1]), sent)

    other.refresh_from_db()
    assert other.email == "olga@example.org"
    assert addresses(cora) == {THIEF}


def test_a_visitor_who_is_not_signed_in_changes_nobody(cora):
    """No address of ours takes a customer by phone number, name or address and writes to it."""
    Customer.objects.filter(pk=cora.pk).update(phone="+447700900123")
    before = list(Customer.objects.filter(pk=cora.pk).values())
    known = {"phone": "+447700900123", "first_name": "Cora", "email": THIEF, "id": cora.pk}

    send_everything(None, {**known, "customer": cora.pk, "customer_email": THIEF})

    assert list(Customer.objects.filter(pk=cora.pk).values()) == before
    assert addresses(cora) == {"cora@example.org"}


def test_staff_who_type_another_address_do_not_move_the_login_before_it_is_confirmed(
    as_manager, cora
):
    """A mistyped address would hand the panel to a stranger."""
    page = as_manager.get(f"/backoffice/customers/{cora.pk}/edit/")
    form = {
        "first_name": "Cora",
        "email": THIEF,
        "version": page.context["form"]["version"].value(),
    }

    as_manager.post(f"/backoffice/customers/{cora.pk}/edit/", {**form, "may_log_in": "on"})
    ask_for_everything(THIEF)
    run_due_jobs()

    login = User.objects.filter(customer=cora).values_list("email", flat=True)
    assert THIEF not in login
    browser = Client()
    sign_in(browser, THIEF)
    assert not is_in(browser)
