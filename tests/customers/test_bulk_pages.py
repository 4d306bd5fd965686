"""Acts on many customers from the list, their undo, and the list of recent changes."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from bookkinda.jobs import Job
from bookkinda.worker import run_due_jobs
from customers import bulk, dependents, history
from customers.archiving import archive_customers
from customers.editing import edit_customer
from customers.models import ChangeSet, Customer, Tag
from customers.tagging import tag_customers
from tests.customers.pages import text_of
from tests.customers.test_history import Visits
from tests.factories import CustomerFactory, TagFactory

SOURCE = ChangeSet.Source.BACK_OFFICE
BULK = reverse("customers:bulk")
pytestmark = pytest.mark.django_db


def pks(*customers: Customer) -> list[int]:
    return [customer.pk for customer in customers]


def confirmed(page: Any, **more: Any) -> dict[str, Any]:
    """What the confirm form on the page sends, with what is typed into it."""
    html = page.content.decode()
    sent: dict[str, Any] = {}
    dialog = html[html.index(f'action="{BULK}"') :]
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', dialog):
        sent.setdefault(name, []).append(value)
    return sent | more


def undo_address() -> str:
    return reverse("customers:undo", args=[ChangeSet.objects.earliest("pk").pk])


def test_deleting_several_asks_first_names_them_and_offers_undo(as_manager: Client) -> None:
    customers = CustomerFactory.create_batch(7)

    page = as_manager.post(BULK, {"action": "delete", "pk": pks(*customers[:6])})
    assert "Delete 6 customers?" in text_of(page)
    assert str(customers[0]) in text_of(page)
    assert "and 1 more" in text_of(page)
    assert Customer.objects.live().count() == 7

    done = as_manager.post(BULK, confirmed(page), follow=True)
    assert "6 customers deleted." in text_of(done)
    assert list(Customer.objects.live()) == customers[6:]

    undone = as_manager.post(undo_address(), follow=True)
    assert "Undone for 6 customers." in text_of(undone)
    assert Customer.objects.live().count() == 7


def test_the_question_alone_opens_in_the_dialog(as_manager: Client) -> None:
    page = as_manager.post(
        BULK, {"action": "delete", "pk": CustomerFactory().pk}, HTTP_HX_REQUEST="true"
    )

    assert page.content.lstrip().startswith(b"<form")
    assert "Delete 1 customer?" in text_of(page)


def test_all_that_match_means_those_of_the_search_on_every_page(as_manager: Client) -> None:
    adas = [CustomerFactory(first_name="Ada", last_name=f"No{n}") for n in range(30)]
    bob = CustomerFactory(first_name="Bob", last_name="Byron", email="bob@example.org")
    sent = {"action": "delete", "scope": "all", "query": "q=ada&page=2", "pk": pks(bob)}

    page = as_manager.post(BULK, sent)
    assert "Delete 30 customers?" in text_of(page)
    as_manager.post(BULK, confirmed(page))

    assert list(Customer.objects.live()) == [bob]
    assert Customer.objects.archived().count() == len(adas)


def test_who_cannot_be_deleted_is_named_with_the_reason_and_the_rest_is_deleted(
    as_manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bob = CustomerFactory.create_batch(2)
    monkeypatch.setattr(dependents, "registered", [Visits(ada)])

    page = as_manager.post(BULK, {"action": "delete", "pk": pks(ada, bob)})
    assert "Delete 1 customer?" in text_of(page)
    assert f"{ada}: Has a visit tomorrow." in text_of(page)

    done = as_manager.post(BULK, confirmed(page), follow=True)
    assert "1 customer deleted." in text_of(done)
    assert f"1 was left as it is. {ada}: Has a visit tomorrow." in text_of(done)
    assert list(Customer.objects.live()) == [ada]
    question = as_manager.get(reverse("customers:delete", args=[ada.pk]))
    assert "This customer can't be deleted now. Has a visit tomorrow." in " ".join(
        text_of(question).split()
    )


def test_tags_are_put_on_and_taken_off_many_at_once(as_manager: Client) -> None:
    customers = CustomerFactory.create_batch(3)
    old, vip = TagFactory(name="Old"), TagFactory(name="VIP")
    customers[0].tags.add(old)
    page = as_manager.post(BULK, {"action": "tag", "pk": pks(*customers)})

    refused = as_manager.post(BULK, confirmed(page))
    assert refused.status_code == 422
    assert "Choose at least one tag." in text_of(refused)
    done = as_manager.post(
        BULK, confirmed(page, add=[vip.pk], remove=[old.pk], new_tags="Spring, vip"), follow=True
    )

    assert "3 customers tagged." in text_of(done)
    for customer in customers:
        assert sorted(customer.tags.values_list("name", flat=True)) == ["Spring", "VIP"]
    as_manager.post(undo_address())
    assert list(Customer.objects.filter(tags__isnull=False)) == [customers[0]]


def test_nobody_selected_is_said(as_manager: Client) -> None:
    CustomerFactory()
    for sent in ({}, {"pk": ["x", "-1", "9" * 30]}, {"scope": "all", "query": "q=nobodyatall"}):
        page = as_manager.post(BULK, {"action": "delete", **sent}, follow=True)
        assert "Nobody is selected." in text_of(page)
    htmx = as_manager.post(BULK, {"action": "delete"}, HTTP_HX_REQUEST="true")
    assert htmx["HX-Redirect"] == reverse("customers:list")
    assert as_manager.post(BULK, {"action": "explode"}).status_code == 400


def test_restoring_and_erasing_many_look_in_the_archive_only(client: Client, owner: User) -> None:
    client.force_login(owner)
    live, gone, back = (CustomerFactory(first_name="Ada") for _turn in range(3))
    archive_customers(Customer.objects.filter(pk__in=pks(gone, back)), by=owner, source=SOURCE)

    page = client.post(BULK, {"action": "restore", "pk": pks(live, back)})
    assert "Restore 1 customer?" in text_of(page)
    client.post(BULK, confirmed(page))
    page = client.post(BULK, {"action": "erase", "scope": "all", "query": "q=ada"})
    assert "Erase 1 customer for good?" in text_of(page)
    assert client.post(BULK, confirmed(page, word="erase")).status_code == 422
    client.post(BULK, confirmed(page, word="ERASE"))

    assert set(Customer.objects.all()) == {live, back}
    assert Customer.objects.archived().count() == 0


def test_many_are_done_by_the_worker_and_the_page_says_how_far_it_is(
    as_manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 4)
    monkeypatch.setattr(history, "CHUNK", 3)
    CustomerFactory.create_batch(8)

    page = as_manager.post(BULK, {"action": "delete", "scope": "all", "query": ""})
    progress = as_manager.post(BULK, confirmed(page), follow=True)
    act = ChangeSet.objects.get()
    here = reverse("customers:change", args=[act.pk])
    assert progress.redirect_chain == [(here, 302)]
    assert "0 of 8 customers" in text_of(progress)
    assert 'hx-trigger="every 1s"' in progress.content.decode()
    assert as_manager.post(reverse("customers:undo", args=[act.pk]), follow=True).status_code == 200
    assert Job.objects.get().payload == {"change_set": act.pk}

    run_due_jobs()

    part = as_manager.get(here, HTTP_HX_REQUEST="true")
    assert "Done 8 customers" in text_of(part)
    assert "every 1s" not in part.content.decode()
    assert not Customer.objects.live().exists()
    act.refresh_from_db()
    assert act.plan is None

    as_manager.post(reverse("customers:undo", args=[act.pk]))
    assert Customer.objects.live().count() == 0
    run_due_jobs()
    assert Customer.objects.live().count() == 8


def test_undo_says_who_changed_since_and_leaves_them(as_manager: Client, manager: User) -> None:
    ada, bob = CustomerFactory.create_batch(2)
    vip = TagFactory(name="VIP")
    tag_customers(Customer.objects.all(), add=[vip], by=manager, source=SOURCE)
    edit_customer(ada, by=manager, source=SOURCE, expected_version=2, note="since")

    page = as_manager.post(undo_address(), follow=True)

    assert f"1 was left as it is. {ada}: Changed since." in text_of(page)
    undone = ChangeSet.objects.latest("pk")
    assert str(ada) in text_of(as_manager.get(reverse("customers:change", args=[undone.pk])))
    assert not bob.tags.exists()


def test_whoever_may_not_do_a_thing_may_not_undo_it(
    client: Client, reader: User, front_desk: User, manager: User
) -> None:
    customer = CustomerFactory()
    archived = archive_customers(Customer.objects.all(), by=manager, source=SOURCE).change_set
    imported = ChangeSet.objects.create(kind="import", source=SOURCE)
    for person, act, status in (
        (reader, archived, 403),
        (front_desk, imported, 403),
        (front_desk, archived, 302),
    ):
        client.force_login(person)
        address = reverse("customers:undo", args=[act.pk])
        assert client.post(address).status_code == status
    customer.refresh_from_db()
    assert not customer.is_archived


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("reader", set()),
        ("front_desk", {"delete", "restore", "tag", "allow", "revoke"}),
        ("owner", {"delete", "restore", "tag", "erase", "allow", "revoke"}),
    ],
)
def test_an_act_on_many_needs_the_permission_of_the_act(
    client: Client, request: pytest.FixtureRequest, role: str, allowed: set[str]
) -> None:
    client.force_login(request.getfixturevalue(role))
    customer = CustomerFactory()

    answers = {
        action: client.post(BULK, {"action": action, "pk": customer.pk}).status_code
        for action in bulk.Action.values
    }

    assert {action for action, status in answers.items() if status != 403} == allowed


def test_recent_changes_are_listed_with_undo_and_as_many_questions_for_one_as_for_three(
    as_manager: Client, manager: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in (1, 3):
        while ChangeSet.objects.count() < number:
            customer = CustomerFactory()
            edit_customer(customer, by=manager, source=SOURCE, expected_version=1, note="x")
        as_manager.get(reverse("customers:changes"))
        with django_assert_num_queries(5):
            page = as_manager.get(reverse("customers:changes"))

    assert page.content.count(b'/undo/"') == 3
    assert str(Customer.objects.first()) in text_of(page)


def test_recent_changes_come_in_pages(as_manager: Client) -> None:
    for _turn in range(30):
        ChangeSet.objects.create(kind="tag", source=SOURCE, size=2, by_name="Max")

    page = as_manager.get(reverse("customers:changes"))
    older = as_manager.get(reverse("customers:changes"), {"before": page.context["next_before"]})

    assert (page.content.count(b"<tr>"), older.content.count(b"<tr>")) == (26, 6)
    assert Tag.objects.count() == 0
