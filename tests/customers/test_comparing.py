"""Side by side: what differs, and what is kept by whoever chooses nothing."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.models import User
from customers.comparing import compare
from customers.editing import edit_customer
from customers.models import ChangeSet, Customer
from tests.factories import CustomerFactory, UserFactory

pytestmark = pytest.mark.django_db
OLD, NEW = datetime(2020, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC)


def a_pair(old: dict[str, Any], new: dict[str, Any]) -> tuple[Customer, Customer]:
    """Somebody who is kept, and a newer record."""
    blank = {"first_name": "Ada", "last_name": "", "email": ""}
    return (
        CustomerFactory(**{**blank, "created_at": OLD, **old}),
        CustomerFactory(**{**blank, "created_at": NEW, **new}),
    )


def choices(keep: Customer, other: Customer) -> dict[str, str]:
    return {row.name: row.choice for row in compare(keep, other).rows}


def test_the_filled_one_is_kept_whichever_side_it_is_on():
    pair = a_pair({"email": "ada@example.org"}, {"phone": "+447700900111", "external_id": "7"})

    assert choices(*pair) == {"email": "keep", "phone": "other", "external_id": "other"}
    assert not any(row.is_conflict for row in compare(*pair).rows)


def test_of_two_values_the_one_changed_last_is_kept(manager: User):
    keep, other = a_pair(
        {"email": "old@example.org", "phone": "+447700900111"},
        {"email": "new@example.org", "phone": "+447700900222"},
    )
    assert choices(keep, other) == {"email": "other", "phone": "other"}

    edit_customer(
        keep, by=manager, source=ChangeSet.Source.BACK_OFFICE, expected_version=1,
        phone="+447700900333",
    )  # fmt: skip

    keep.refresh_from_db()
    assert choices(keep, other) == {"email": "other", "phone": "keep"}
    row = next(row for row in compare(keep, other).rows if row.name == "phone")
    assert row.is_conflict
    assert [side.text for side in row.sides] == ["+44 7700 900333", "+44 7700 900222"]
    assert row.sides[0].since > row.sides[1].since


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [("Zoë", "Zoe", "keep"), ("ADA", "Ada", "other"), ("Eve", "Ada", "other")],
)
def test_of_two_spellings_of_a_name_the_one_that_says_more_is_kept(old, new, kept):
    pair = a_pair({"first_name": old}, {"first_name": new})

    assert choices(*pair) == {"first_name": kept}


def test_two_notes_become_one_if_they_fit():
    assert choices(*a_pair({"note": "Tea"}, {"note": "Coffee"})) == {"note": "both"}
    assert choices(*a_pair({"note": "Tea" * 200}, {"note": "x" * 500})) == {"note": "other"}
    assert choices(*a_pair({"note": "Tea"}, {"note": ""})) == {"note": "keep"}


def test_the_address_that_somebody_signs_in_with_is_not_to_be_chosen():
    keep, other = a_pair({"email": "old@example.org"}, {"email": "new@example.org"})
    keep.user = UserFactory(email="old@example.org")

    (row,) = compare(keep, other).rows

    assert (row.choice, row.is_fixed, row.choices) == ("keep", True, ["keep"])


def test_what_is_the_same_needs_no_choice_and_what_both_lack_is_not_shown():
    pair = a_pair(
        {"phone": "+447700900111", "date_of_birth": date(1991, 4, 9)},
        {"phone": "+447700900111", "phone_extension": "7", "date_of_birth": date(1991, 4, 9)},
    )

    found = compare(*pair)

    assert found.same == [("Name", "Ada"), ("Date of birth", "9 Apr 1991")]
    assert [row.name for row in found.rows] == ["phone"]
