"""The first page of the Customer Panel."""

import pytest

pytestmark = pytest.mark.django_db


def test_the_panel_greets_the_customer_and_leads_to_the_account(client, panel_user):
    client.force_login(panel_user)

    page = client.get("/panel/").text

    assert "Hello Cora Customer" in page
    assert "cora@example.org" in page
    for address in ("/account/", "/account/password/", "/account/sessions/"):
        assert f'href="{address}"' in page


def test_the_panel_promises_nothing_that_is_not_there(client, panel_user):
    client.force_login(panel_user)

    page = client.get("/panel/").text.lower()

    for word in ("appointment", "book", "reschedule", "cancel", "/backoffice/"):
        assert word not in page.replace("bookkinda", "")


def test_staff_are_told_that_the_panel_is_not_theirs(client, owner):
    client.force_login(owner)

    answer = client.get("/panel/")

    assert answer.status_code == 403
    assert "Cora" not in answer.text
