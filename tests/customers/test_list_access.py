"""The list of customers: the column, the filter and the menu about the login to the panel."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from customers.models import Access, Customer
from customers.search import find_customers, read_search
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db

LIST = reverse("customers:list")
ARCHIVE = reverse("customers:archived")


@pytest.fixture
def everyone():
    """A customer in each state, named after it, invited as many days ago as the state's number."""
    return {
        access: CustomerFactory(
            first_name=access.name.title(),
            access=access,
            invited_at=timezone.now() - timedelta(days=10 * access) if access else None,
        )
        for access in Access
    }


def names(query: str) -> list[str]:
    return [customer.first_name for customer in find_customers(QueryDict(query))]


def html_of(client, user, address=LIST) -> str:
    client.force_login(user)
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def menu_of(html: str, customer: Customer) -> str:
    """What the menu of the customer's row offers."""
    row = html[html.index(f'name="pk" value="{customer.pk}"') :]
    return row[row.index("<ul") : row.index("</ul>")]


@pytest.mark.parametrize("access", Access)
def test_each_state_is_a_badge_with_its_word(client, owner, access):
    CustomerFactory(access=access)

    assert f"{access.label}</span></td>" in html_of(client, owner)


def test_the_column_sorts_from_no_access_to_active_and_back(everyone):
    states = ["None", "Revoked", "Expired", "Invited", "Active"]

    assert names("sort=access") == states
    assert names("sort=-access") == states[::-1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("access=active", {"Active"}),
        ("access=none&access=revoked", {"None", "Revoked"}),
        ("no_login=1", {"Invited", "Expired"}),
        ("no_login=25", {"Invited"}),
        ("no_login=31", set()),
        ("access=expired&no_login=1", {"Expired"}),
    ],
)
def test_the_filter_finds_the_states_and_who_never_logged_in(everyone, query, found):
    assert set(names(query)) == found


@pytest.mark.parametrize(
    "query", ["access=4", "access=root", "no_login=0", "no_login=-1", "no_login=99999999999999999",
              "no_login=x", "no_login=1.5", "no_login=%00"],
)  # fmt: skip
def test_a_filter_that_cannot_be_read_finds_nobody_and_says_so(client, owner, everyone, query):
    assert names(query) == []
    assert read_search(QueryDict(query)).problems
    assert "This cannot be looked for" in html_of(client, owner, f"{LIST}?{query}")


def test_the_filter_says_what_it_is_set_to(client, owner, everyone):
    html = html_of(client, owner, f"{LIST}?access=invited&no_login=14")

    assert "Panel access: <b>Invited +1</b>" in html
    assert 'name="no_login" min="1" max="3650" inputmode="numeric" value="14"' in html
    only_days = html_of(client, owner, f"{LIST}?no_login=14")
    assert "Panel access: <b>Never logged in, 14 days</b>" in only_days
    assert 'name="query" value="no_login=14"' in only_days


def test_the_menu_offers_what_the_state_allows(client, owner, everyone):
    everyone[Access.NONE].email = ""
    everyone[Access.NONE].save()

    html = html_of(client, owner)

    assert "Needs an e-mail address" in menu_of(html, everyone[Access.NONE])
    assert "allow-login/" not in menu_of(html, everyone[Access.NONE])
    assert "allow-login/" in menu_of(html, everyone[Access.REVOKED])
    for access in (Access.EXPIRED, Access.INVITED, Access.ACTIVE):
        menu = menu_of(html, everyone[access])
        assert "resend-access/" in menu
        assert "revoke-access/" in menu
        assert "allow-login/" not in menu


def test_who_may_not_send_is_offered_nothing_about_the_login(client, reader, everyone):
    html = html_of(client, reader)

    assert "Active</span>" in html
    assert "-access/" not in html
    assert "allow-login/" not in html


def test_the_archive_has_neither_the_column_nor_the_filter(client, owner):
    CustomerFactory(archived_at=timezone.now(), access=Access.ACTIVE)

    html = html_of(client, owner, ARCHIVE)

    assert "Panel access" not in html
    assert "c-access" not in html
