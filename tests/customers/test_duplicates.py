"""Who stands in the duplicate inbox, in which order, and what it costs to find them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers import duplicates
from customers.duplicates import are_alike, find_duplicates
from customers.matching import find_matches, keep_apart
from customers.models import Customer
from tests.factories import CustomerFactory, UserFactory

pytestmark = pytest.mark.django_db
BORN = date(1991, 4, 9)


def two(**values: Any) -> list[Customer]:
    """Two customers who have these values in common, and nothing else."""
    return [CustomerFactory(**{"email": "", **values}) for _each in range(2)]


@pytest.mark.parametrize(
    ("values", "reasons"),
    [
        ({"email": "ada@example.org", "first_name": "Ada"}, {"email"}),
        ({"phone": "+447700900111", "first_name": "Ada"}, {"phone"}),
        ({"first_name": "Ada", "last_name": "Byron", "date_of_birth": BORN}, {"birth"}),
        (
            {
                "first_name": "Ada",
                "last_name": "Byron",
                "date_of_birth": BORN,
                "email": "ada@example.org",
                "phone": "+447700900111",
            },
            {"email", "phone", "birth"},
        ),
    ],
)
def test_who_shares_an_address_a_number_or_name_and_birthday_is_found_once(values, reasons):
    CustomerFactory.create_batch(3)
    first, second = two(**values)

    (pair,) = find_duplicates().pairs

    assert (pair.keep, pair.other, pair.reasons) == (first.pk, second.pk, reasons)
    assert not pair.is_weak


@pytest.mark.parametrize(
    "values",
    [
        {"first_name": "Ada", "last_name": "Byron"},
        {"date_of_birth": BORN},
        {"external_id": ""},
        {"email": "ada@example.org", "archived_at": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
)
def test_less_than_that_is_no_pair(values):
    two(**values)

    assert find_duplicates().pairs == []


def test_case_and_accents_make_no_other_name():
    one = CustomerFactory(first_name="Özgür", last_name="Şimşek", date_of_birth=BORN)
    other = CustomerFactory(first_name="OZGUR", last_name="simsek", date_of_birth=BORN)

    (pair,) = find_duplicates().pairs

    assert {pair.keep, pair.other} == {one.pk, other.pk}
    assert pair.same_name


def test_the_strongest_evidence_comes_first_and_families_last():
    family = [
        CustomerFactory(first_name=name, last_name="Nowak", email="family@example.org").pk
        for name in ("Anna", "Piotr")
    ]
    phone = [each.pk for each in two(first_name="Bea", last_name="", phone="+447700900111")]
    alike = [
        CustomerFactory(first_name=name, last_name="Król", email="k@example.org").pk
        for name in ("Katarzyna", "Katarzina")
    ]
    born = [each.pk for each in two(first_name="Eve", last_name="Byron", date_of_birth=BORN)]

    pairs = find_duplicates().pairs

    assert [[pair.keep, pair.other] for pair in pairs] == [born, phone, alike, family]
    assert [pair.is_weak for pair in pairs] == [False, False, False, True]


def test_the_same_name_says_more_than_short_names_that_are_alike_in_a_family():
    family = [
        CustomerFactory(first_name=name, email="family@example.org", phone="+447700900111").pk
        for name in ("Elçin", "Əli")
    ]
    same = [each.pk for each in two(first_name="Ada", last_name="Byron", phone="+447700900222")]

    pairs = find_duplicates().pairs

    assert [[pair.keep, pair.other] for pair in pairs] == [same, family]


def test_another_birthday_makes_a_pair_weaker_than_the_same_without():
    names = {"first_name": "Ada", "last_name": "Byron"}
    twins = [
        CustomerFactory(**names, phone="+447700900111", email="", date_of_birth=day)
        for day in (BORN, date(1992, 1, 1))
    ]
    sure = two(**names, phone="+447700900222")

    pairs = find_duplicates().pairs

    assert [pair.keep for pair in pairs] == [sure[0].pk, twins[0].pk]
    assert [pair.other_birth for pair in pairs] == [False, True]


def test_two_extensions_of_one_number_are_two_desks():
    CustomerFactory(phone="+447700900111", phone_extension="1")
    CustomerFactory(phone="+447700900111", phone_extension="2")

    assert find_duplicates().pairs == []


def test_a_number_that_many_share_says_nothing():
    CustomerFactory.create_batch(11, phone="+447700900111")
    assert find_duplicates().pairs == []

    Customer.objects.last().delete()
    assert len(find_duplicates().pairs) == 45


def test_who_signs_in_is_kept_and_otherwise_who_came_first():
    older = datetime(2020, 1, 1, tzinfo=UTC)
    one, other = two(phone="+447700900111")
    Customer.objects.filter(pk=other.pk).update(created_at=older)
    assert find_duplicates().pairs[0].keep == other.pk

    Customer.objects.filter(pk=one.pk).update(user=UserFactory())
    assert find_duplicates().pairs[0].keep == one.pk


def test_two_people_are_told_apart_for_good_in_the_inbox_and_in_the_form():
    one, other = two(email="family@example.org")
    third = CustomerFactory(email="family@example.org")

    keep_apart(other, one, by=None)
    keep_apart(one, other, by=None)

    assert len(find_duplicates().pairs) == 2
    asked = find_matches(email="family@example.org", other_than=one.pk)
    assert [match.customer for match in asked] == [third]


def test_there_are_as_many_questions_for_many_as_for_few(django_assert_num_queries: Any):
    two(email="a@example.org")
    with django_assert_num_queries(5):
        find_duplicates()
    for number in range(9):
        two(email=f"{number}@example.org", phone=f"+44770090011{number}")
    with django_assert_num_queries(5):
        find_duplicates()


def test_the_groups_that_are_looked_at_are_limited_and_the_rest_is_said(monkeypatch):
    monkeypatch.setattr(duplicates, "MOST_GROUPS", 2)
    for number in range(3):
        two(email=f"{number}@example.org")

    found = find_duplicates()

    assert (len(found.pairs), found.is_more) == (2, True)


def test_families_who_were_told_apart_leave_the_room_to_others(monkeypatch):
    monkeypatch.setattr(duplicates, "MOST_GROUPS", 2)
    for number in range(3):
        keep_apart(*two(email=f"{number}@example.org"), by=None)
    last = two(email="9@example.org")

    found = find_duplicates()

    assert [{pair.keep, pair.other} for pair in found.pairs] == [{each.pk for each in last}]
    assert not found.is_more


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses by size")
def test_shared_addresses_and_numbers_are_read_from_an_index():
    two(email="a@example.org")
    with CaptureQueriesContext(connection) as asked:
        find_duplicates()
    plans = []
    for query in asked.captured_queries[1:4]:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            plans.append(" ".join(row[3] for row in cursor.fetchall()))

    wanted = ["customer_by_email", "customer_by_phone", "customer_by_surname"]
    assert [name for name, plan in zip(wanted, plans, strict=True) if name not in plan] == []


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Ada", "ada", True),
        ("J.", "John", True),
        ("Ann", "Anna Maria", True),
        ("Katarzyna", "Katarzina", True),
        ("Zoë", "Zoe", True),
        ("Anna", "Piotr", False),
        ("Ada", "Eve", False),
        ("李", "王", False),
        ("…", "Ada", True),
    ],
)
def test_first_names_are_alike_by_their_first_word(one, other, alike):
    assert are_alike(one, other) is alike
