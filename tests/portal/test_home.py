"""The first page of the Customer Panel, and the page in its place while it is off."""

import pytest

from bookkinda.preferences import Preferences

pytestmark = pytest.mark.django_db
PAGES = ["/panel/", "/panel/profile/", "/panel/email/"]


def test_the_panel_greets_the_customer_and_says_that_there_is_no_appointment(client, panel_user):
    Preferences(
        business_name="Marlow & Finch", phone="0113 496 0123", address="1 High Street"
    ).save()
    client.force_login(panel_user)

    page = client.get("/panel/").text

    assert "Hello Cora" in page
    assert "No appointments yet" in page
    assert "Marlow &amp; Finch" in page
    assert 'href="tel:01134960123"' in page
    assert 'href="/panel/profile/"' in page


def test_staff_are_told_that_the_panel_is_not_theirs(client, owner):
    client.force_login(owner)

    answer = client.get("/panel/")

    assert answer.status_code == 403
    assert "Cora" not in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_the_panel_is_off_at_once_and_says_so_to_everybody_in_the_same_words(
    client, panel_user, path
):
    client.force_login(panel_user)
    assert client.get(path).status_code == 200

    Preferences(customer_panel_enabled=False, business_name="Marlow & Finch").save()

    signed_in = client.get(path)
    client.logout()
    signed_out = client.get(path)
    assert signed_in.text == signed_out.text
    assert "Not open at the moment" in signed_in.text
    assert "Cora" not in signed_in.text
    assert client.post("/panel/profile/", {"first_name": "Eve"}).text == signed_out.text
    panel_user.customer.refresh_from_db()
    assert panel_user.customer.first_name == "Cora"


def test_the_panel_is_on_again_with_the_same_session(client, panel_user):
    client.force_login(panel_user)
    Preferences(customer_panel_enabled=False).save()
    client.get("/panel/")

    Preferences(customer_panel_enabled=True).save()

    assert "Hello Cora" in client.get("/panel/").text
