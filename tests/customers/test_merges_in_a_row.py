"""Three records of one person: two merges, taken back in the reverse order."""

import pytest

from accounts.models import User
from customers.archiving import archive_customers
from customers.editing import add_customer, edit_customer
from customers.merging import merge
from customers.models import ChangeSet, Customer, Tag
from customers.undoing import CannotUndo, undo
from tests.customers.test_merging import everything_about
from tests.factories import TagFactory

SOURCE = ChangeSet.Source.BACK_OFFICE
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.fixture
def three(manager: User) -> list[Customer]:
    return [
        add_customer(
            by=manager, source=SOURCE, first_name=name, email=f"{name.lower()}@example.org",
            external_id=name, tags=[TagFactory(name=f"tag of {name}")],
        )
        for name in ("Ada", "Adah", "Adda")
    ]  # fmt: skip


def merge_into(keep: Customer, other: Customer) -> ChangeSet:
    take = ("email", "external_id")
    return merge(keep, other, take=take, by=None, source=SOURCE).change_set


@pytest.mark.parametrize("pairs", [[(0, 1), (0, 2)], [(0, 1), (2, 0)]], ids=["star", "chain"])
def test_merges_are_undone_in_the_reverse_order_and_in_no_other(
    three: list[Customer], pairs: list[tuple[int, int]]
) -> None:
    before = [everything_about(customer) for customer in three]
    first, second = [merge_into(three[keep], three[other]) for keep, other in pairs]

    with pytest.raises(CannotUndo):
        undo(first, by=None, source=SOURCE)
    undo(second, by=None, source=SOURCE)
    undo(first, by=None, source=SOURCE)

    assert [everything_about(customer) for customer in three] == before


def test_an_edit_that_stays_keeps_the_merge_before_it(three: list[Customer]) -> None:
    first = merge_into(three[0], three[1])
    edit_customer(three[0], by=None, source=SOURCE, expected_version=2, note="Tea")
    second = merge_into(three[0], three[2])

    undo(second, by=None, source=SOURCE)

    with pytest.raises(CannotUndo, match="changed since"):
        undo(first, by=None, source=SOURCE)


def test_an_act_that_was_taken_back_is_no_change_since(three: list[Customer]) -> None:
    before = everything_about(three[0])
    merged = merge_into(three[0], three[1])
    away = archive_customers(Customer.objects.filter(pk=three[0].pk), by=None, source=SOURCE)
    undo(away.change_set, by=None, source=SOURCE)

    undo(merged, by=None, source=SOURCE)

    assert everything_about(three[0]) == before


def test_a_tag_that_was_renamed_meanwhile_keeps_its_name(three: list[Customer]) -> None:
    merged = merge_into(three[0], three[1])
    three[0].tags.filter(name="tag of Ada").update(name="guest")

    undo(merged, by=None, source=SOURCE)

    assert [everything_about(each)["tags"] for each in three[:2]] == [["guest"], ["tag of Adah"]]
    assert not Tag.objects.filter(name="tag of Ada").exists()
