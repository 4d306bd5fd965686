"""Who gets in, where they land, and what everybody else is told."""

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookkinda.preferences import Preferences
from customers.models import Customer
from tests.factories import PASSWORD, CustomerFactory, UserFactory

pytestmark = pytest.mark.django_db
SIGN_IN = "/sign-in/"
NEUTRAL = "The e-mail or the password is not right. Check both and try again."


def sign_in(client, email, password=PASSWORD, **more):
    return client.post(SIGN_IN, {"login": email, "password": password, **more})


def is_in(client):
    return client.get("/account/sessions/").status_code == 200


class CountingHasher(MD5PasswordHasher):
    """Django's quick hasher for tests, which notes how often it was asked."""

    algorithm = "counting"
    calls = 0

    def encode(self, password, salt):
        CountingHasher.calls += 1
        return super().encode(password, salt)


def test_staff_sign_in_and_land_on_their_customers(client, owner):
    response = sign_in(client, owner.email)

    assert response["Location"] == "/"
    assert client.get("/")["Location"] == "/backoffice/"


def test_a_customer_signs_in_on_the_same_page_and_lands_in_the_panel(client, panel_user):
    response = sign_in(client, panel_user.email)

    assert response["Location"] == "/"
    page = client.get("/", follow=True)
    assert page.redirect_chain == [("/panel/", 302)]
    assert "Hello Cora" in page.content.decode()


def test_a_signed_out_visitor_of_the_start_page_is_led_to_sign_in(client):
    assert client.get("/")["Location"] == SIGN_IN


@pytest.mark.parametrize(
    "typed", ["OWNER@Example.ORG", "  owner@example.org ", "Owner@example.org"]
)
def test_the_address_opens_in_any_case(client, owner, typed):
    sign_in(client, typed)

    assert is_in(client)


def test_a_look_alike_letter_does_not_open_somebody_elses_account(client):
    UserFactory(email="kate@example.org", role=Role.OWNER)

    response = sign_in(client, "\u212aate@example.org")

    assert NEUTRAL in response.content.decode()
    assert not is_in(client)


def suspended(user):
    User.objects.filter(pk=user.pk).update(is_active=False)


def deleted(user):
    user.customer.archived_at = timezone.now()
    user.customer.save(update_fields=["archived_at"])


def without_panel(user):
    Preferences(customer_panel_enabled=False).save()


def without_customer(user):
    Customer.objects.filter(user=user).update(user=None)


def with_a_role(user):
    User.objects.filter(pk=user.pk).update(role=Role.OWNER)


REFUSALS = [suspended, deleted, without_panel, without_customer, with_a_role]


@pytest.mark.parametrize("refuse", REFUSALS)
def test_who_may_not_sign_in_is_told_the_same_as_after_a_wrong_password(client, panel_user, refuse):
    refuse(panel_user)

    right = sign_in(client, panel_user.email)
    wrong = sign_in(Client(), panel_user.email, "not the password")
    unknown = sign_in(Client(), "nobody@example.org")

    pages = [answer.content.decode() for answer in (right, wrong, unknown)]
    assert all(NEUTRAL in page for page in pages)
    assert len({answer.status_code for answer in (right, wrong, unknown)}) == 1
    assert not is_in(client)


@pytest.mark.parametrize("refuse", REFUSALS[:-1])
def test_access_ends_at_the_next_request(client, panel_user, refuse):
    sign_in(client, panel_user.email)
    assert is_in(client)

    refuse(panel_user)

    assert client.get("/account/sessions/")["Location"] == "/sign-in/?next=/account/sessions/"


def test_the_panel_being_off_keeps_no_staff_out(client, reader):
    without_panel(reader)

    sign_in(client, reader.email)

    assert is_in(client)


@pytest.mark.parametrize("who", ["right", "wrong", "unknown", "suspended", "no password"])
def test_every_try_costs_one_hash_whoever_it_is_for(client, settings, who):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    user = UserFactory(email="ada@example.org", role=Role.OWNER)
    if who == "suspended":
        suspended(user)
    if who == "no password":
        user.set_unusable_password()
        user.save(update_fields=["password"])
    CountingHasher.calls = 0

    sign_in(
        client,
        "nobody@example.org" if who == "unknown" else user.email,
        "not the password" if who == "wrong" else PASSWORD,
    )

    assert CountingHasher.calls == 1


def test_the_session_key_changes_when_somebody_signs_in(client, owner):
    client.get(SIGN_IN)
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["bookkinda_session"] = session.session_key

    sign_in(client, owner.email)

    assert client.session.session_key != session.session_key
    assert is_in(client)
    client.cookies["bookkinda_session"] = session.session_key
    assert not is_in(client)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "http:///evil.example/",
        "javascript:alert(1)",
        "https://testserver/account/",
        "\t//evil.example",
        "/no-such-page/",
    ],
)
def test_next_leads_nowhere_but_to_a_page_of_ours(client, owner, address):
    response = client.post(
        f"{SIGN_IN}?next=/", {"login": owner.email, "password": PASSWORD, "next": address}
    )

    assert response["Location"] == "/"


def test_next_leads_to_the_page_that_was_asked_for(client, owner):
    page = client.get("/account/sessions/?from=mail")
    assert page["Location"] == "/sign-in/?next=/account/sessions/%3Ffrom%3Dmail"

    response = sign_in(client, owner.email, next="/account/sessions/?from=mail")

    assert response["Location"] == "/account/sessions/?from=mail"


def test_next_never_leads_a_customer_into_the_back_office(client, panel_user):
    response = sign_in(client, panel_user.email, next="/account/second-factor/")

    assert response["Location"] == "/"


def test_next_never_leads_staff_into_the_panel(client, owner):
    assert sign_in(client, owner.email, next="/panel/")["Location"] == "/"


def test_a_signed_in_person_is_led_on_from_the_sign_in_page(client, owner):
    client.force_login(owner)

    assert client.get(SIGN_IN)["Location"] == "/"


def test_signing_in_needs_the_token_of_our_own_page(owner):
    client = Client(enforce_csrf_checks=True)

    assert sign_in(client, owner.email).status_code == 403
    assert not is_in(client)


def test_without_staying_signed_in_the_session_ends_with_the_browser(client, owner):
    response = sign_in(client, owner.email)

    assert response.cookies["bookkinda_session"]["max-age"] == ""


def test_staying_signed_in_lasts_two_weeks(client, owner):
    response = sign_in(client, owner.email, remember="on")

    assert response.cookies["bookkinda_session"]["max-age"] == 14 * 24 * 3600


def test_a_link_signs_nobody_out(client, owner):
    sign_in(client, owner.email)

    page = client.get("/sign-out/")

    assert "Sign out?" in page.content.decode()
    assert is_in(client)


def test_signing_out_ends_the_session(client, owner):
    sign_in(client, owner.email)
    key = client.session.session_key

    assert client.post("/sign-out/")["Location"] == SIGN_IN

    assert not is_in(client)
    client.cookies["bookkinda_session"] = key
    assert not is_in(client)


@pytest.mark.parametrize("address", ["/signup/", "/sign-up/", "/accounts/signup/", "/inactive/"])
def test_there_is_no_page_to_sign_up(client, address):
    assert client.get(address).status_code == 404


def test_a_customers_login_holds_no_right(panel_user):
    assert panel_user.permissions == frozenset()
    assert not panel_user.is_staff


def test_a_name_with_markup_is_shown_as_text(client):
    user = UserFactory(email="x@example.org", name="<script>alert(1)</script>")
    CustomerFactory(first_name="<script>alert(1)</script>", user=user)
    sign_in(client, user.email)

    assert "<script>alert(1)" not in client.get("/panel/").content.decode()
