"""Archive, restore, tags, and the undo of each of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from accounts.access import can_sign_in
from accounts.models import User
from customers import dependents, history
from customers.archiving import archive_customers, restore_customers
from customers.dependents import CannotMoveBack
from customers.editing import add_customer, edit_customer
from customers.models import Change, ChangeSet, Customer, Tag
from customers.querysets import CustomerQuerySet
from customers.tagging import delete_tag, find_or_make_tags, split_names, tag_customers
from customers.undoing import CannotUndo, begin_undo, undo
from tests.factories import CustomerFactory, TagFactory

SOURCE = ChangeSet.Source.BACK_OFFICE
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three customers in a transaction, so that five need two of them."""
    monkeypatch.setattr(history, "CHUNK", 3)
    monkeypatch.setattr("customers.undoing.CHUNK", 3)


class Visits:
    """Stands above the customers and knows who has a visit to come."""

    name = "visits"

    def __init__(self, *expected: Customer) -> None:
        self.expected = {customer.pk for customer in expected}

    def reasons_to_keep(self, customers: CustomerQuerySet) -> dict[int, str]:
        found = customers.filter(pk__in=self.expected).values_list("pk", flat=True)
        return dict.fromkeys(found, "Has a visit tomorrow.")

    def move(self, customer: Customer, to: Customer) -> Any:
        moved = customer.pk in self.expected
        if moved:
            self.expected = (self.expected - {customer.pk}) | {to.pk}
        return moved

    def move_back(self, customer: Customer, back_from: Customer, moved: Any) -> None:
        if moved and back_from.pk not in self.expected:
            raise CannotMoveBack("The visit is over.")
        if moved:
            self.expected = (self.expected - {back_from.pk}) | {customer.pk}

    def forget(self, customers: CustomerQuerySet) -> None:
        self.expected -= set(customers.values_list("pk", flat=True))

    def hand_out(self, customer: Customer) -> dict[str, Any]:
        return {"visits": int(customer.pk in self.expected)}


@pytest.fixture
def expect_visit() -> Iterator[Any]:
    """Registers an app that expects these customers, for the time of the test."""
    before = list(dependents.registered)
    yield lambda *customers: dependents.register(Visits(*customers))
    dependents.registered[:] = before


def test_deleting_takes_customers_out_of_the_lists_and_loses_nothing(manager: User) -> None:
    customers = CustomerFactory.create_batch(5)

    done = archive_customers(Customer.objects.all(), by=manager, source=SOURCE)

    assert not Customer.objects.live().exists()
    assert Customer.objects.archived().count() == done.change_set.size == 5
    assert set(Change.objects.values_list("customer", "action", "version")) == {
        (customer.pk, "archived", 2) for customer in customers
    }


def test_those_whom_an_app_expects_are_left_out_and_the_rest_are_deleted(
    manager: User, expect_visit: Any
) -> None:
    customers = CustomerFactory.create_batch(5)
    expect_visit(customers[1], customers[4])

    done = archive_customers(Customer.objects.all(), by=manager, source=SOURCE)

    assert set(Customer.objects.live()) == {customers[1], customers[4]}
    assert done.kept.reasons == {
        customers[1].pk: "Has a visit tomorrow.",
        customers[4].pk: "Has a visit tomorrow.",
    }
    done.change_set.refresh_from_db()
    assert done.change_set.left_out["count"] == 2


def test_nobody_signs_in_while_deleted_and_restoring_gives_the_login_back(
    manager: User, panel_user: User
) -> None:
    archive_customers(Customer.objects.all(), by=manager, source=SOURCE)
    assert not can_sign_in(User.objects.get(pk=panel_user.pk))

    restore_customers(Customer.objects.all(), by=manager, source=SOURCE)
    assert can_sign_in(User.objects.get(pk=panel_user.pk))


def test_restoring_leaves_out_whose_external_id_is_taken_by_now(manager: User) -> None:
    first = CustomerFactory(external_id="A-1")
    archive_customers(Customer.objects.all(), by=manager, source=SOURCE)
    second = CustomerFactory(external_id="A-1")
    archive_customers(Customer.objects.live(), by=manager, source=SOURCE)

    done = restore_customers(Customer.objects.all(), by=manager, source=SOURCE)

    assert list(Customer.objects.live()) == [first]
    assert done.kept.reasons == {second.pk: "Another customer has the external ID by now."}


def test_tagging_touches_only_those_whose_tags_change(manager: User) -> None:
    vip, new = TagFactory(name="VIP"), TagFactory(name="New")
    customers = CustomerFactory.create_batch(5)
    customers[0].tags.set([vip])
    customers[1].tags.set([new])

    done = tag_customers(Customer.objects.all(), add=[vip], remove=[new], by=manager, source=SOURCE)

    assert done.change_set.size == 4
    assert all(list(customer.tags.all()) == [vip] for customer in customers)
    change = Change.objects.get(customer=customers[1])
    assert (change.before, change.after, change.version) == (
        {"tags": ["New"]}, {"tags": ["VIP"]}, 2,
    )  # fmt: skip
    assert Customer.objects.get(pk=customers[0].pk).version == 1


def test_undo_brings_deleted_customers_back(manager: User) -> None:
    CustomerFactory.create_batch(5)
    done = archive_customers(Customer.objects.all(), by=manager, source=SOURCE)

    undone = undo(done.change_set, by=manager, source=SOURCE)

    assert Customer.objects.live().count() == undone.change_set.size == 5
    assert undone.change_set.undoes == done.change_set
    assert not undone.refused


def test_undo_of_adding_archives_and_of_restoring_archives_again(manager: User) -> None:
    ada = add_customer(by=manager, source=SOURCE, first_name="Ada")
    undo(ChangeSet.objects.get(), by=manager, source=SOURCE)
    assert Customer.objects.archived().count() == 1

    restored = restore_customers(Customer.objects.all(), by=manager, source=SOURCE)
    undo(restored.change_set, by=manager, source=SOURCE)

    ada.refresh_from_db()
    assert (ada.is_archived, ada.version) == (True, 4)


def test_undo_of_an_edit_gives_back_every_field_with_what_search_needs(
    manager: User, media: Path
) -> None:
    vip = TagFactory(name="VIP")
    ada = add_customer(
        by=manager, source=SOURCE, first_name="Ada", last_name="Byron", email="a@example.org",
        tags=[vip], photo=ContentFile(b"one"),
    )  # fmt: skip
    before = Customer.objects.values().get()
    done = edit_customer(
        ada, by=manager, source=SOURCE, expected_version=1, first_name="Eve", last_name="Özgür",
        email="", phone="+447700900123", date_of_birth=None, tags=[], photo=ContentFile(b"two"),
    )  # fmt: skip
    assert done is not None

    undo(done, by=manager, source=SOURCE)

    after = Customer.objects.values().get()
    changing = {"version", "changed_at"}
    assert {k: v for k, v in after.items() if k not in changing} == {
        k: v for k, v in before.items() if k not in changing
    }
    assert after["version"] == 3
    assert list(ada.tags.all()) == [vip]
    last = Change.objects.latest("pk")
    assert last.after["email"] == "a@example.org"
    assert (media / after["photo"]).read_bytes() == b"one"


def test_undo_refuses_those_who_changed_since_and_says_which(manager: User) -> None:
    customers = CustomerFactory.create_batch(5)
    vip = TagFactory(name="VIP")
    done = tag_customers(Customer.objects.all(), add=[vip], by=manager, source=SOURCE)
    edit_customer(customers[2], by=manager, source=SOURCE, expected_version=2, note="since")

    undone = undo(done.change_set, by=manager, source=SOURCE)

    assert undone.refused.reasons == {customers[2].pk: "Changed since."}
    assert list(Customer.objects.filter(tags=vip)) == [customers[2]]
    assert undone.change_set.size == 4


def test_undo_happens_once(manager: User) -> None:
    CustomerFactory()
    done = archive_customers(Customer.objects.all(), by=manager, source=SOURCE)
    undone = undo(done.change_set, by=manager, source=SOURCE)

    for again in (done.change_set, undone.change_set):
        with pytest.raises(CannotUndo):
            undo(again, by=manager, source=SOURCE)


def test_undo_of_an_edit_refuses_an_external_id_that_somebody_else_has_now(manager: User) -> None:
    ada = CustomerFactory(external_id="A-1")
    done = edit_customer(ada, by=manager, source=SOURCE, expected_version=1, external_id="A-2")
    CustomerFactory(external_id="A-1")
    assert done is not None

    undone = undo(done, by=manager, source=SOURCE)

    assert undone.refused.reasons == {ada.pk: "Another customer has the external ID by now."}
    ada.refresh_from_db()
    assert ada.external_id == "A-2"


def test_undo_of_adding_leaves_out_those_who_are_expected(manager: User, expect_visit: Any) -> None:
    ada = add_customer(by=manager, source=SOURCE, first_name="Ada")
    expect_visit(ada)

    undone = undo(ChangeSet.objects.get(), by=manager, source=SOURCE)

    assert undone.refused.reasons == {ada.pk: "Has a visit tomorrow."}
    assert Customer.objects.live().count() == 1


def test_an_undo_that_was_interrupted_goes_on_where_it_was(manager: User) -> None:
    CustomerFactory.create_batch(5)
    done = archive_customers(Customer.objects.all(), by=manager, source=SOURCE).change_set
    undoing = begin_undo(done, by=manager, source=SOURCE)

    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        undo(done, by=manager, source=SOURCE, undoing=undoing, pause=stop)
    assert Customer.objects.live().count() == 3
    undone = undo(done, by=manager, source=SOURCE, undoing=undoing)

    assert Customer.objects.live().count() == 5
    assert not undone.refused
    undoing.refresh_from_db()
    assert undoing.size == 5


def test_a_deleted_tag_comes_back_with_undo(manager: User) -> None:
    customers = CustomerFactory.create_batch(4)
    tag_customers(Customer.objects.all(), add=[TagFactory(name="VIP")], by=manager, source=SOURCE)

    done = delete_tag(Tag.objects.get(), by=manager, source=SOURCE)
    assert not Tag.objects.exists()
    undo(done, by=manager, source=SOURCE)

    assert all(str(customer.tags.get()) == "VIP" for customer in customers)


def test_tags_are_found_in_any_case_and_made_once() -> None:
    vip = TagFactory(name="VIP")

    tags = find_or_make_tags(split_names(" vip, Özel;özel ,, Walk-in"))

    assert [tag.name for tag in tags] == ["VIP", "Özel", "Walk-in"]
    assert tags[0] == vip
    assert find_or_make_tags(["ÖZEL"]) == [tags[1]]


def test_ids_are_taken_at_the_start_and_in_chunks(manager: User) -> None:
    ids = [customer.pk for customer in CustomerFactory.create_batch(7)]

    chunks = history.in_chunks(Customer.objects.order_by("-name_key"))
    first = next(chunks)
    CustomerFactory()

    assert [first, *chunks] == [ids[:3], ids[3:6], ids[6:]]
