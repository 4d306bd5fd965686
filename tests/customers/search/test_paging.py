"""Each page of each order shows what it should, and together they show everybody once."""

from datetime import timedelta
from itertools import chain
from random import Random

import pytest
from django.http import QueryDict
from django.utils import timezone

from customers import counting, paging, probing, turning, walking
from customers.models import Access, Customer, CustomerTag
from customers.paging import page_of_customers
from customers.search import find_archived, find_customers
from tests.factories import CustomerFactory, TagFactory

pytestmark = pytest.mark.django_db

SORTS = [
    f"{sign}{name}"
    for name in ("surname", "name", "email", "phone", "added", "access", "last", "next")
    for sign in ("", "-")
]
VISITS = ("last", "next")
ACCESS = (Access.NONE, Access.NONE, Access.ACTIVE, Access.INVITED, Access.EXPIRED, Access.REVOKED)


NARROW = [
    "q=a", "has=no-email", "has=phone", "q=li&has=email", "access=none",
    "access=active&access=revoked", "no_login=5", "access=invited&q=a",
]  # fmt: skip
BY_VISITS = ["visited=never", "not_for=2", "not_for=1&coming=no", "coming=yes", "visited=never&q=a"]
NARROWED = [
    *((narrow, sort) for narrow in NARROW for sort in SORTS if sort.strip("-") not in VISITS),
    *((narrow, f"{sign}last") for narrow in ["q=a", *BY_VISITS] for sign in ("", "-")),
    *((narrow, sort) for narrow in BY_VISITS for sort in ("surname", "next")),
]


@pytest.fixture
def many(monkeypatch):
    """60 customers with many ties and blanks, on small pages."""
    monkeypatch.setattr(turning, "ROWS_PER_PAGE", (7, 10, 25))
    random = Random(7)  # noqa: S311 no secret
    now = timezone.now()
    return [
        CustomerFactory(
            first_name=random.choice(["Ada", "Bob", "Çem"]),
            last_name=random.choice(["", "Li", "Smith-Jones", "Žak"]),
            email=random.choice(["", "a@example.org", f"x{n}@example.org"]),
            phone=random.choice(["", f"+1555010{n:04}"]),
            created_at=now - timedelta(days=random.randrange(3)),
            access=ACCESS[n * 7 % 6],
            invited_at=now - timedelta(days=n),
            last_visit_at=random.choice([None, now - timedelta(days=random.randrange(1, 4))]),
            next_visit_at=random.choice([None, None, now + timedelta(days=random.randrange(3))]),
        )
        for n in range(60)
    ]


@pytest.fixture
def few_are_counted(monkeypatch):
    """Makes every search one that is too large to be listed."""
    monkeypatch.setattr(paging, "COUNTED", 3)
    monkeypatch.setattr(probing, "SPARE", 2)
    monkeypatch.setattr(walking, "WALKED_FIRST", 4)
    monkeypatch.setattr(walking, "WALKED", 12)
    monkeypatch.setattr(walking, "WALKED_WITH_ROWS", 12)
    walking.end_of_walk.cache_clear()


def turn_all(query: str, *, archived: bool = False) -> list[list[int]]:
    """The pages from the first on, by their "next" links."""
    pages = []
    params = QueryDict(query)
    while True:
        page = page_of_customers(params, archived=archived)
        pages.append([row["pk"] for row in page.rows])
        if not page.has_next:
            return pages
        params = QueryDict(f"{query}&page={page.number + 1}&cursor={page.after}")


def turn_back(query: str) -> list[list[int]]:
    """The pages from the last one back, by their "previous" links."""
    pages = []
    params = QueryDict(f"{query}&page=last")
    while True:
        page = page_of_customers(params)
        pages.insert(0, [row["pk"] for row in page.rows])
        if not page.has_previous:
            return pages
        number = f"&page={page.number - 1}" if page.number else ""
        params = QueryDict(f"{query}{number}&cursor={page.before}")


def flat(pages: list[list[int]]) -> list[int]:
    return list(chain.from_iterable(pages))


def in_order(query: str) -> list[int]:
    return [customer.pk for customer in find_customers(QueryDict(query))]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("per", [7, 10])
def test_next_shows_everybody_once_in_the_order_of_the_search(many, sort, per):
    query = f"sort={sort}&per={per}"
    pages = turn_all(query)

    assert flat(pages) == in_order(query)
    assert len(in_order(query)) == 60
    assert all(len(page) == per for page in pages[:-1])


@pytest.mark.parametrize("sort", SORTS)
def test_previous_from_the_last_page_shows_everybody_once(many, sort):
    query = f"sort={sort}&per=7"

    assert turn_back(query) == turn_all(query)


@pytest.mark.parametrize(("narrow", "sort"), NARROWED)
@pytest.mark.parametrize("kind", ["counted", "not counted"])
def test_a_narrowed_list_turns_its_pages_like_the_whole_one(many, sort, narrow, kind, request):
    if kind == "not counted":
        request.getfixturevalue("few_are_counted")
    query = f"{narrow}&sort={sort}&per=7"

    assert flat(turn_all(query)) == in_order(query)
    # From the end of a list that was not counted, the first page is full and meets the second.
    assert list(dict.fromkeys(flat(turn_back(query)))) == in_order(query)


@pytest.mark.parametrize("archived", [0, 5])
def test_a_tag_that_many_have_turns_its_pages_like_the_whole_list(many, few_are_counted, archived):
    tag = TagFactory()
    for customer in many[::2]:
        CustomerTag.objects.create(customer=customer, tag=tag)
    Customer.objects.filter(pk__in=[customer.pk for customer in many[:archived]]).update(
        archived_at=timezone.now()
    )
    query = f"tag={tag.pk}&per=7"

    assert flat(turn_all(query)) == in_order(query)
    assert {customer.pk for customer in many[::2][archived:]} <= set(in_order(query))
    assert list(dict.fromkeys(flat(turn_back(query)))) == in_order(query)


def test_a_tag_that_few_have_is_counted(many, few_are_counted):
    tag = TagFactory()
    for customer in many[:3]:
        CustomerTag.objects.create(customer=customer, tag=tag)

    assert page_of_customers(QueryDict(f"tag={tag.pk}")).count == counting.Count(3)


@pytest.mark.parametrize("sort", SORTS)
def test_each_number_leads_to_the_page_that_next_leads_to(many, sort):
    query = f"sort={sort}&per=7"
    by_number = [
        [row["pk"] for row in page_of_customers(QueryDict(f"{query}&page={number}")).rows]
        for number in range(1, 10)
    ]

    assert by_number == turn_all(query)


@pytest.mark.parametrize("sort", SORTS)
def test_who_is_there_from_the_start_is_shown_once_while_others_are_added(many, sort):
    first = page_of_customers(QueryDict(f"sort={sort}&per=7"))
    seen = [row["pk"] for row in first.rows]
    page = first
    while page.has_next:
        CustomerFactory(first_name="Ada", last_name="", email="", created_at=timezone.now())
        CustomerFactory(first_name="Zoe", last_name="Žak", email="z@example.org")
        query = f"sort={sort}&per=7&page={page.number + 1}&cursor={page.after}"
        page = page_of_customers(QueryDict(query))
        seen += [row["pk"] for row in page.rows]

    assert len(seen) == len(set(seen))
    assert {customer.pk for customer in many} <= set(seen)


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize(
    ("name", "field"),
    [("email",) * 2, ("phone",) * 2, ("last", "last_visit_at"), ("next", "next_visit_at")],
)
def test_who_has_none_comes_last_in_both_directions(many, sign, name, field):
    values = list(find_customers(QueryDict(f"sort={sign}{name}")).values_list(field, flat=True))
    filled = [value for value in values if value]

    assert filled == sorted(filled, reverse=bool(sign))
    assert 0 < len(filled) < 60
    assert not any(values[len(filled) :])


def test_letters_with_marks_sort_among_their_plain_ones():
    for name in ["Zebra", "Özgür", "Šimek", "Olsen", "Ånd", "O'Neil"]:
        CustomerFactory(last_name=name)

    names = find_customers(QueryDict()).values_list("last_name", flat=True)
    assert list(names) == ["Ånd", "Olsen", "O'Neil", "Özgür", "Šimek", "Zebra"]


def test_a_page_says_where_it_is(many):
    page = page_of_customers(QueryDict("per=7&page=3"))

    assert (page.start_index, page.end_index, page.count.number, page.pages) == (15, 21, 60, 9)
    assert (page.has_previous, page.has_next) == (True, True)


@pytest.mark.parametrize(
    ("query", "number"),
    [("page=-1", 1), ("page=0", 1), ("page=x", 1), ("page=1e3", 1), ("page=1000000000000", 9),
     ("page=99999999999999999999999", 9), ("page=" + "9" * 5_000, 1), ("page=last", 9),
     ("page=2&cursor=garbage", 2), ("page=2&cursor=after-1-zz", 2),
     ("page=2&cursor=after-" + "9" * 30, 2),
     ("cursor=before--", 1), ("per=1000000", 1), ("sort=password", 1),
     ("sort=-", 1), ("sort=--name", 1),
     ("sort=user__password", 1), ("page=", 1), ("unknown=1&q=", 1)],
)  # fmt: skip
def test_whatever_the_address_says_there_is_a_page(many, query, number):
    page = page_of_customers(QueryDict(f"per=7&{query}"))

    assert page.rows
    assert page.number == number


def test_a_cursor_of_another_order_is_not_followed(many):
    page = page_of_customers(QueryDict("per=7&sort=name"))

    other = page_of_customers(QueryDict(f"per=7&sort=-added&page=2&cursor={page.after}"))

    assert [row["pk"] for row in other.rows] == in_order("sort=-added")[7:14]


def test_a_cursor_beside_a_customer_who_changed_falls_back_on_the_number(many):
    page = page_of_customers(QueryDict("per=7"))
    last = Customer.objects.get(pk=page.rows[-1]["pk"])
    last.last_name = "Zzz"
    last.save()

    after = page_of_customers(QueryDict(f"per=7&page=2&cursor={page.after}"))

    assert [row["pk"] for row in after.rows] == in_order("")[7:14]


def test_an_empty_list_has_one_empty_page():
    page = page_of_customers(QueryDict("page=7"))

    assert (page.rows, page.number, page.count.number) == ([], 1, 0)


def test_archived_customers_are_in_their_own_list_only(many):
    gone = [customer.pk for customer in many[:20]]
    Customer.objects.filter(pk__in=gone).update(archived_at=timezone.now())

    pages = turn_all("per=7", archived=True)
    assert flat(pages) == sorted(gone, reverse=True)
    assert {customer.pk for customer in find_archived(QueryDict("q=a"))} <= set(gone)
    assert not set(gone) & set(in_order(""))
    assert not set(gone) & set(in_order("q=a"))
    assert page_of_customers(QueryDict()).count == counting.Count(40)
