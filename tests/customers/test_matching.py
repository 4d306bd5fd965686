"""Who might be the same person."""

from datetime import date

import pytest

from customers.matching import find_matches
from customers.models import Customer
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ozgur() -> Customer:
    customer: Customer = CustomerFactory(
        first_name="Özgür",
        last_name="Şimşek",
        email="ozgur@example.org",
        phone="+905301234567",
        date_of_birth=date(1980, 1, 2),
    )
    return customer


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"email": "ozgur@example.org"}, "the same e-mail address"),
        ({"phone": "+905301234567"}, "the same phone number"),
        (
            {"first_name": "ozgur", "last_name": "SIMSEK", "date_of_birth": date(1980, 1, 2)},
            "the same name and date of birth",
        ),
    ],
)
def test_the_same_address_number_or_name_and_birthday_is_found(
    ozgur: Customer, values: dict[str, object], reason: str
) -> None:
    assert find_matches(**values) == [(ozgur, reason)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"email": "", "phone": ""},
        {"first_name": "Özgür", "last_name": "Şimşek"},
        {"date_of_birth": date(1980, 1, 2)},
        {"first_name": "Özgür", "date_of_birth": date(1980, 1, 2)},
        {"email": "ozgur@example.com", "phone": "+905301234568"},
    ],
)
def test_less_than_that_is_no_match(ozgur: Customer, values: dict[str, object]) -> None:
    assert find_matches(**values) == []  # type: ignore[arg-type]


def test_nobody_is_a_match_of_themselves_and_the_archive_is_left_alone(ozgur: Customer) -> None:
    assert find_matches(email=ozgur.email, other_than=ozgur.pk) == []
    Customer.objects.update(archived_at="2026-01-01T00:00Z")
    assert find_matches(email=ozgur.email) == []


def test_a_family_with_one_address_is_a_hint_and_no_wall_of_names() -> None:
    CustomerFactory.create_batch(5, email="family@example.org")

    assert len(find_matches(email="family@example.org")) == 3
