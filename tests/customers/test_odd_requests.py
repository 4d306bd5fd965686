"""What no page of ours sends gets an answer, and never a server error."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from customers.models import Customer, ExportRun
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
HUGE = ["9" * 30, "9" * 5000]


@pytest.fixture
def ada(owner: User, client: Client) -> Customer:
    client.force_login(owner)
    ada: Customer = CustomerFactory(first_name="Ada")
    return ada


@pytest.mark.parametrize("number", HUGE)
def test_numbers_that_no_database_holds_find_nothing(
    client: Client, ada: Customer, number: str
) -> None:
    pages = [reverse("customers:changes"), reverse("customers:profile", args=[ada.pk])]
    answers = [client.get(page, {"before": number}) for page in pages]
    answers.append(client.post(reverse("customers:duplicates"), {"customer": number}))

    assert [answer.status_code for answer in answers] == [200] * 3


@pytest.mark.parametrize("number", ["9" * 30, "x", "-1", "1.5"])
def test_a_tag_that_cannot_be_read_matches_nobody(
    client: Client, ada: Customer, number: str
) -> None:
    address = reverse("customers:list")
    listed = client.get(address, {"tag": number})
    asked = client.post(
        reverse("customers:bulk"), {"action": "delete", "scope": "all", "query": f"tag={number}"}
    )

    assert listed.status_code == 200
    assert listed.context["rows"] == []
    assert asked.status_code == 302


@pytest.mark.parametrize("address", ["foo", "home", "portal:home", "//evil.example", "/\\evil"])
def test_a_way_back_that_is_none_leads_to_the_list(
    client: Client, ada: Customer, address: str
) -> None:
    answer = client.post(reverse("customers:delete", args=[ada.pk]), {"next": address})

    assert answer["Location"] == reverse("customers:list")


@pytest.mark.parametrize("query", ["tag=999", "q=a%00b", "sort=%00", "%00=1", "sort=name\x00"])
def test_a_search_that_finds_nobody_or_cannot_be_kept_is_exported_all_the_same(
    client: Client, ada: Customer, query: str
) -> None:
    asked = {"form": "csv", "columns": "email", "query": query}
    who = ["matching" if "sort" not in query else "all"]
    answer: Any = client.post(reverse("customers:export"), {**asked, "who": who})

    assert b"E-mail" in b"".join(answer.streaming_content)
    assert ExportRun.objects.get().count == (0 if query.startswith(("tag", "q")) else 1)
