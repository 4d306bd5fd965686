"""Several people merge the same customers at the same moment, each by their own connection."""

from functools import partial

import pytest

from customers.merged import where_is
from customers.merging import CannotMerge, merge
from customers.models import ChangeSet, Customer, Merge, Note
from customers.undoing import CannotUndo, undo
from tests.at_once import all_at_once as at_once
from tests.factories import CustomerFactory

SOURCE = ChangeSet.Source.BACK_OFFICE
pytestmark = pytest.mark.django_db(transaction=True)
all_at_once = partial(at_once, refusals=(CannotMerge, CannotUndo))


def places_of(*customers: Customer) -> set[Customer]:
    """Where their links lead."""
    return {where_is(each) for each in Customer.objects.filter(pk__in=[c.pk for c in customers])}


def merge_into(keep: Customer, other: Customer) -> None:
    merge(keep, other, by=None, source=SOURCE)


def test_the_same_pair_both_ways_round_leaves_one_of_the_two():
    for _round in range(5):
        ada, eve = CustomerFactory.create_batch(2)
        for customer in (ada, eve):
            Note.objects.create(customer=customer, text="Tea")

        answers = all_at_once(
            (merge_into, ada, eve), (merge_into, eve, ada), (merge_into, ada, eve)
        )

        assert answers == {"done": 1, "refused": 2}
        left = Customer.objects.live().get(pk__in=[ada.pk, eve.pk])
        assert left.notes.filter(text="Tea").count() == 2
        assert places_of(ada, eve) == {left}


def test_a_ring_of_three_leaves_everybody_findable():
    for _round in range(5):
        ada, bea, eve = CustomerFactory.create_batch(3)

        answers = all_at_once(
            (merge_into, ada, bea), (merge_into, bea, eve), (merge_into, eve, ada)
        )

        assert answers["done"] + answers["refused"] == 3
        live = set(Customer.objects.live().filter(pk__in=[ada.pk, bea.pk, eve.pk]))
        assert live
        assert places_of(ada, bea, eve) == live
        assert answers["done"] == 3 - len(live)


def test_an_undo_happens_once_and_a_merge_after_it_finds_both():
    ada, eve = CustomerFactory.create_batch(2)
    done = merge(ada, eve, by=None, source=SOURCE).change_set

    def take_back() -> None:
        undo(ChangeSet.objects.get(pk=done.pk), by=None, source=SOURCE)

    answers = all_at_once((take_back,), (take_back,), (take_back,))

    assert answers == {"done": 1, "refused": 2}
    assert set(Customer.objects.live()) == {ada, eve}
    assert not Merge.objects.in_force().exists()
