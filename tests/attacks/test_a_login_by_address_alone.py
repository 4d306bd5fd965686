"""Class A: knowing somebody's address is enough to be signed in as them, or to be linked to them.

BookIt CVE-2023-2834, BookingPress CVE-2024-7350, LatePoint CVE-2024-8943 and CVE-2025-7038. What
the booking page calls when a booking is the first one is tried here, the page itself in
test_a_booking_page.py.
"""

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from bookkinda.preferences import FirstBooking, Preferences
from customers.editing import add_customer
from customers.models import Access, ChangeSet, Customer
from notifications import portal_access
from notifications.models import Message
from tests.accounts.test_signing_in import NEUTRAL, is_in, sign_in
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
BOOKING = ChangeSet.Source.BOOKING


@pytest.fixture(autouse=True)
def no_limits_of_earlier_tests(db):
    cache.clear()


def may_log_in_when_booking(choice: FirstBooking) -> None:
    Preferences(login_on_booking=choice).save()


def book(email: str, source: ChangeSet.Source = BOOKING) -> Customer:
    """What is written of a visitor who books for the first time."""
    return add_customer(by=None, source=source, first_name="Vic", email=email)


@pytest.mark.parametrize(
    "more",
    [{}, {"password": ""}, {"password": " "}, {"password": "\x00"}, {"password": ["", ""]},
     {"password": "None"}, {"password[]": "x"}, {"remember": "on", "email": "cora@example.org"}],
)  # fmt: skip
def test_an_address_without_its_password_signs_nobody_in(client, panel_user, more):
    client.post("/sign-in/", {"login": panel_user.email, **more})

    assert not is_in(client)


def test_a_login_that_was_never_sent_a_password_opens_to_nobody(client):
    """Between the switch in the back office and the worker's first try."""
    ada = CustomerFactory(email="ada@example.org")
    portal_access.allow_one(ada, by=None, source=ChangeSet.Source.BACK_OFFICE)
    kept = User.objects.get(email="ada@example.org").password

    for typed in ("", "!", kept, kept.removeprefix("!"), "None", "unusable"):
        sign_in(client, "ada@example.org", typed)
        assert not is_in(client)


@pytest.mark.parametrize("way", ["link", "code"])
def test_asking_for_a_link_or_a_code_signs_nobody_in(client, panel_user, way):
    Preferences(panel_sign_in=way).save()

    client.post("/sign-in/mail/", {"email": panel_user.email})

    assert not is_in(client)
    client.post("/sign-in/mail/sent/", {"code": ""})
    client.post("/sign-in/mail/sent/", {})
    assert not is_in(client)


def test_no_page_that_takes_an_address_says_whether_somebody_has_it(owner, panel_user):
    """Sign-in, forgotten password and sign-in by mail: the same status, place and words."""
    Preferences(panel_sign_in="code").save()
    forms = {
        "/sign-in/": lambda email: {"login": email, "password": "a wrong guess"},
        "/forgotten-password/": lambda email: {"email": email},
        "/sign-in/mail/": lambda email: {"email": email},
    }
    for path, form in forms.items():
        said = set()
        for email in (owner.email, panel_user.email, "nobody@example.org"):
            browser = Client()
            browser.get(path)
            answer = browser.post(path, form(email), follow=True)
            text = answer.content.decode().replace(email, "…")
            token = answer.context["csrf_token"]
            said.add((answer.status_code, str(answer.redirect_chain), text.replace(str(token), "")))
        assert len({(status, chain) for status, chain, _text in said}) == 1, path
        assert len({len(text) // 100 for _status, _chain, text in said}) == 1, path
    assert NEUTRAL


@pytest.mark.parametrize("choice", FirstBooking)
def test_a_booking_with_a_known_address_makes_no_login(choice):
    """Whoever types the address of a customer may be anybody."""
    may_log_in_when_booking(choice)
    known = CustomerFactory(email="ada@example.org")

    portal_access.allow_on_first_booking(known, wished=True)

    known.refresh_from_db()
    assert (known.user, known.access) == (None, Access.NONE)
    assert not Message.objects.exists()


@pytest.mark.parametrize("email", ["owner@example.org", "cora@example.org"])
def test_a_booking_with_the_address_of_a_login_is_never_linked_to_it(owner, panel_user, email):
    may_log_in_when_booking(FirstBooking.ALWAYS)
    before = User.objects.in_bulk()

    visitor = book(email)
    portal_access.allow_on_first_booking(visitor, wished=True)

    visitor.refresh_from_db()
    assert (visitor.user, visitor.access) == (None, Access.NONE)
    assert User.objects.in_bulk() == before
    assert not Message.objects.exists()


def test_only_a_wish_of_the_new_customer_makes_a_login_where_the_owner_has_them_asked():
    may_log_in_when_booking(FirstBooking.ASK)

    shy, keen = book("shy@example.org"), book("keen@example.org")
    portal_access.allow_on_first_booking(shy, wished=False)
    portal_access.allow_on_first_booking(keen, wished=True)

    assert list(User.objects.values_list("email", flat=True)) == ["keen@example.org"]
    assert Message.objects.get().customer == keen
    assert not User.objects.get().has_usable_password()


def test_a_revoked_customer_gets_no_login_back_by_booking():
    may_log_in_when_booking(FirstBooking.ALWAYS)
    ada = book("ada@example.org")
    portal_access.allow_on_first_booking(ada, wished=True)
    these = Customer.objects.filter(pk=ada.pk)
    portal_access.revoke(these, by=None, source=ChangeSet.Source.BACK_OFFICE)

    ada.refresh_from_db()
    assert portal_access.allow_on_first_booking(ada, wished=True) is None

    ada.refresh_from_db()
    assert (ada.user, ada.access) == (None, Access.REVOKED)
