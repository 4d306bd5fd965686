"""Class G: the number in an address or a form is changed to somebody else's.

Easy!Appointments CVE-2023-38047 to -38054, CVE-2026-108758 (any appointment by its number),
CVE-2026-52839 (written before it was checked), CVE-2022-0482; LatePoint CVE-2024-2472 and
CVE-2026-1537; Bookly CVE-2026-12905. The panel fetches everything through the login, so its
addresses hold no numbers at all.
"""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bookkinda.preferences import Preferences
from customers.models import Customer, EmailChange
from notifications.models import OptOut
from tests.accounts.test_signing_in import is_in, sign_in
from tests.attacks.walking import browser_of, crashed, pages, send_everything
from tests.factories import CustomerFactory, DeliveryFactory, UserFactory
from tests.project.test_permission_table import PAGES

pytestmark = pytest.mark.django_db
HUGE = ["0", "-1", "99999999999999999999", "9" * 400, "1e3", "0x1", "1;2", "%00", "../1", "null"]
NUMBERS = [
    "pk", "id", "customer", "customer_id", "customerId", "user", "user_id", "uid", "version_of",
    "object", "session", "message", "appointment", "appointment_id",
]  # fmt: skip


@pytest.fixture(autouse=True)
def no_limits_of_earlier_tests(db):
    cache.clear()


@pytest.fixture
def olga() -> Customer:
    """Somebody else who can sign in, and whose data nobody else may read or write."""
    user = UserFactory(email="olga-private@example.org", name="Olga")
    return CustomerFactory(
        first_name="Olga", last_name="Ostrich", email=user.email, phone="+447700900999", user=user
    )


def all_about(customer: Customer) -> list[Any]:
    return [
        *Customer.objects.filter(pk=customer.pk).values_list(),
        *User.objects.filter(pk=customer.user_id).values_list(),
        *EmailChange.objects.filter(customer=customer).values_list(),
        *OptOut.objects.filter(customer=customer).values_list(),
    ]


def test_addresses_of_the_panel_hold_numbers_of_ones_own_appointments_only():
    """What is not asked for cannot be exchanged; links of mails hold a long random word. What
    becomes of an exchanged number: test_g_other_peoples_appointments.py."""
    numbered = {
        name
        for name, page in PAGES.items()
        if name.startswith("portal:") and "pk" in page.pattern.converters
    }

    assert numbered <= {"portal:move", "portal:cancel", "portal:ics"}


def test_a_customer_changes_nothing_of_another_by_any_number_in_any_form(panel_user, olga):
    before = all_about(olga)

    answers = send_everything(panel_user, dict.fromkeys(NUMBERS, olga.pk), below="/panel/")
    answers += send_everything(panel_user, dict.fromkeys(NUMBERS, olga.user_id), below="/panel/")

    assert all_about(olga) == before
    assert crashed(answers) == []


def test_a_customer_reads_nothing_of_another_on_any_page(panel_user, olga):
    """Every address of the house, with the other's number in every place for one."""
    DeliveryFactory(message__customer=olga, to=olga.email)
    there = list(pages())
    browser = browser_of(panel_user)
    secrets = [b"olga-private", b"Ostrich", b"900999"]

    said = []
    for name, path in there:
        for number in (olga.pk, olga.user_id):
            answer: Any = browser.get(path, dict.fromkeys(NUMBERS, number))
            whole = b"".join(answer)
            said += [(name, secret) for secret in secrets if secret in whole]

    assert said == []


def test_a_customer_opens_no_page_about_any_customer_in_the_back_office(panel_user, olga):
    browser = browser_of(panel_user)
    about = [name for name, page in PAGES.items() if set(page.pattern.converters) == {"pk"}]
    answers = {}
    for name in about:
        for number in {olga.pk, panel_user.customer.pk, olga.user_id}:
            path = reverse(name, args=[number])
            if path.startswith("/backoffice/"):
                answers[path] = {browser.get(path).status_code, browser.post(path).status_code}

    assert len(answers) > 40
    assert {path: found for path, found in answers.items() if found - {403, 405}} == {}


def test_nobody_ends_or_sees_another_persons_session(panel_user, olga):
    theirs = Client(headers={"user-agent": "Olga's own telephone"})
    sign_in(theirs, olga.email)
    session = olga.user.usersession_set.get()
    browser = browser_of(panel_user)

    assert browser.post(f"/account/sessions/{session.pk}/end/").status_code == 404
    assert "own telephone" not in browser.get("/account/sessions/").content.decode()
    assert is_in(theirs)


@pytest.mark.parametrize("number", HUGE)
def test_a_number_that_is_none_is_not_found_and_no_error(as_owner, number):
    """Each address with one number, with what is no number of anybody in its place."""
    for name, page in PAGES.items():
        if set(page.pattern.converters) == {"pk"}:
            path = reverse(name, args=[987654]).replace("987654", number)
            for answer in (as_owner.get(path), as_owner.post(path)):
                assert answer.status_code in {302, 400, 403, 404, 405}, (path, answer.status_code)


def test_a_code_of_one_browser_opens_nothing_in_another(panel_user, olga):
    """The number of what was asked for stands in the session, where nobody exchanges it."""
    Preferences(panel_sign_in="code").save()
    mine, hers = Client(), Client()
    mine.post("/sign-in/mail/", {"email": panel_user.email})
    hers.post("/sign-in/mail/", {"email": olga.email})

    mine.post("/sign-in/mail/sent/", {"code": "000000", "asked": 2, "mailed_sign_in": 2, "pk": 2})

    assert not is_in(mine)
    assert mine.session["mailed_sign_in"] != hers.session["mailed_sign_in"]
