"""Erase for good, and what merging wrote down about a person elsewhere."""

from datetime import date
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from accounts.models import User
from customers.archiving import archive_customers, restore_customers
from customers.editing import add_customer
from customers.erasing import erase_customers
from customers.matching import keep_apart
from customers.merging import merge
from customers.models import ChangeSet, Customer, Note
from customers.undoing import undo
from tests.customers.test_erasing import whole_database
from tests.factories import CustomerFactory

SOURCE = ChangeSet.Source.BACK_OFFICE
WORDS = ["quix", "7700900999", "1977-07"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.fixture
def quixotte(manager: User) -> Customer:
    """The one who goes: every value of hers can be told from all others."""
    customer = add_customer(
        by=manager, source=SOURCE, first_name="Quixa", last_name="Quixworth", note="quixnote",
        email="quix@first.example", phone="+447700900999", date_of_birth=date(1977, 7, 7),
        external_id="quix-1", photo=ContentFile(b"quixpicture"),
    )  # fmt: skip
    Note.objects.create(customer=customer, text="quixdated")
    return customer


TAKE = ("first_name", "email", "phone", "photo")


def merge_into(keep: Customer, other: Customer, take: tuple[str, ...] = TAKE) -> ChangeSet:
    return merge(keep, other, take=take, by=None, source=SOURCE).change_set


def traces() -> list[str]:
    left = whole_database()
    return [word for word in WORDS if word in left]


def files(media: Path) -> int:
    return sum(path.is_file() for path in media.rglob("*"))


def test_erasing_the_kept_one_reaches_all_who_were_merged_into_it(
    quixotte: Customer, owner: User, media: Path
) -> None:
    middle, last, bob = CustomerFactory.create_batch(3, first_name="Bob", last_name="")
    merge_into(middle, quixotte)
    merge_into(last, Customer.objects.get(pk=middle.pk))
    keep_apart(last, bob, by=owner)
    archive_customers(Customer.objects.filter(pk=last.pk), by=owner, source=SOURCE)

    done = erase_customers(Customer.objects.filter(pk=last.pk), by=owner, source=SOURCE)

    assert traces() == []
    assert files(media) == 0
    assert list(Customer.objects.all()) == [bob]
    assert done.change_set.size == 3


def test_erasing_who_was_merged_away_leaves_the_kept_one_whole(
    quixotte: Customer, owner: User, media: Path
) -> None:
    ada = CustomerFactory(first_name="Ada", last_name="Byron")
    merge_into(ada, quixotte, take=("email", "photo"))

    erase_customers(Customer.objects.filter(pk=quixotte.pk), by=owner, source=SOURCE)

    ada.refresh_from_db()
    assert (ada.email, files(media)) == ("quix@first.example", 1)
    with ada.photo.open() as picture:
        assert picture.read() == b"quixpicture"
    assert not Note.objects.filter(text__contains="Quixworth").exists()
    assert "900999" not in whole_database()


def test_after_an_undone_merge_erasing_takes_the_values_out_of_the_others_history(
    quixotte: Customer, owner: User, media: Path
) -> None:
    ada = CustomerFactory(first_name="Ada", last_name="Byron", email="ada@example.org")
    done = merge_into(ada, quixotte)
    undo(done, by=owner, source=SOURCE)
    archive_customers(Customer.objects.filter(pk=quixotte.pk), by=owner, source=SOURCE)

    erase_customers(Customer.objects.filter(pk=quixotte.pk), by=owner, source=SOURCE)

    assert traces() == []
    assert files(media) == 0
    assert Customer.objects.get() == ada


def test_a_restored_one_who_is_erased_leaves_no_earlier_value_with_the_other(
    quixotte: Customer, owner: User
) -> None:
    ada = CustomerFactory(first_name="Ada", last_name="Byron", email="ada@example.org")
    merge_into(ada, quixotte, take=("email",))
    meant = Customer.objects.filter(pk=quixotte.pk)
    restore_customers(meant, by=owner, source=SOURCE)
    archive_customers(meant, by=owner, source=SOURCE)

    erase_customers(meant, by=owner, source=SOURCE)

    change = ada.changes.get()
    assert (change.before, change.after) == ({}, {})
    assert Customer.objects.get().email == "quix@first.example"
