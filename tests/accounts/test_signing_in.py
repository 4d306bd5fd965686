"""Who gets in, where they land, and what everybody else is told."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
SIGN_IN = "/sign-in/"
NEUTRAL = "The e-mail or the password is not right. Check both and try again."


def sign_in(client, email, password=PASSWORD, **more):
    return client.post(SIGN_IN, {"login": email, "password": password, **more})


def is_in(client):
    return client.get("/account/").status_code == 200


def test_staff_sign_in_and_land_on_their_customers(client, owner):
    response = sign_in(client, owner.email)

    assert response["Location"] == reverse("home")
    assert is_in(client)


def test_a_customer_signs_in_on_the_same_page_and_lands_in_the_panel(client, panel_user):
    response = sign_in(client, panel_user.email)

    assert response["Location"] == reverse("home")
    page = client.get("/", follow=True)
    assert page.redirect_chain == [("/panel/", 302)]
    assert "Cora Customer" in page.content.decode()


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
