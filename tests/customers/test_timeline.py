"""The timeline of a customer: changes and messages in one row."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from customers.editing import edit_customer
from customers.models import Change, ChangeSet, Customer
from notifications.models import Message
from tests.factories import CustomerFactory, DeliveryFactory, MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, front_desk: User) -> Client:
    client.force_login(front_desk)
    return client


@pytest.fixture
def ada() -> Customer:
    return CustomerFactory(first_name="Ada")


def happened(customer: Customer, minutes_ago: int) -> Change:
    """A change of some time ago."""
    at = timezone.now() - timedelta(minutes=minutes_ago)
    change_set = ChangeSet.objects.create(kind="edit", source="back-office", at=at, size=1)
    return Change.objects.create(
        change_set=change_set, customer=customer, action="edited", version=1
    )


def said(customer: Customer, minutes_ago: int, **values: object) -> Message:
    at = timezone.now() - timedelta(minutes=minutes_ago)
    message = MessageFactory(customer=customer, event="birthday", created_at=at)
    DeliveryFactory(message=message, **values)
    return message


def entries(page: dict[str, object]) -> list[object]:
    return [
        entry.message if hasattr(entry, "message") else entry.change for entry in page["entries"]
    ]


def test_messages_stand_among_the_changes_with_what_became_of_them(desk, ada):
    said(ada, 30, state="failed", code="smtp-550", attempts=2)

    page = desk.get(reverse("customers:profile", args=[ada.pk])).content.decode()

    for words in ("Birthday", "E-mail", "Failed", "no such mailbox. Tried 2 times."):
        assert words in page
    assert f"/backoffice/notifications/log/?customer={ada.pk}" in page


def test_they_come_in_the_order_of_their_time(desk, ada):
    wanted = [happened(ada, 50), said(ada, 40), happened(ada, 30), said(ada, 20), said(ada, 10)]
    said(CustomerFactory(), 5)

    context = desk.get(reverse("customers:profile", args=[ada.pk])).context

    assert entries(context) == wanted[::-1]


def test_pages_skip_and_repeat_nothing(desk, ada):
    wanted = [happened(ada, 100 - n) if n % 3 else said(ada, 100 - n) for n in range(70)]
    address, found = reverse("customers:profile", args=[ada.pk]), []

    while True:
        context = desk.get(address).context
        found += entries(context)
        if not context["next_page"]:
            break
        address = f"{reverse('customers:profile', args=[ada.pk])}?{context['next_page']}"

    assert found == wanted[::-1]


def test_a_page_of_messages_alone_leads_to_the_changes_before_them(desk, ada):
    change = happened(ada, 200)
    for n in range(25):
        said(ada, 100 - n)
    address = reverse("customers:profile", args=[ada.pk])

    first = desk.get(address).context
    older = desk.get(f"{address}?{first['next_page']}")
    part = desk.get(f"{address}?{first['next_page']}", headers={"HX-Request": "true"})

    assert len(entries(first)) == 20
    assert entries(older.context)[-1] == change
    assert "<html" not in part.content.decode()
    assert part.content.count(b"<time") == 6


def test_undo_is_offered_for_the_last_change_though_something_was_said_since(desk, ada, front_desk):
    edit_customer(
        ada,
        by=front_desk,
        source=ChangeSet.Source.BACK_OFFICE,
        expected_version=ada.version,
        first_name="Augusta",
    )
    MessageFactory(customer=ada)

    context = desk.get(reverse("customers:profile", args=[ada.pk])).context

    assert context["undoable"] == Change.objects.get(customer=ada).pk


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_message_and_for_three(
    desk, ada, count, django_assert_num_queries: DjangoAssertNumQueries
):
    for n in range(count):
        said(ada, n)
    desk.get(reverse("customers:profile", args=[ada.pk]))

    # One for suggestions, one for visits, one for the changes of appointments, in the same row.
    with django_assert_num_queries(13):
        desk.get(reverse("customers:profile", args=[ada.pk]))
