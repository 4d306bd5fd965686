"""No list walks the whole table: the plans of both databases name the index that serves it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from customers.models import Access, Customer
from customers.ordering import Boundary
from customers.search import read_search
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db

INDEXES = {
    "surname": "customer_by_surname",
    "name": "customer_by_name",
    "email": "customer_by_email",
    "phone": "customer_by_phone",
    "added": "customer_by_added",
    "access": "customer_by_access",
    "last": "customer_by_last_visit",
    "next": "customer_by_next_visit",
}


@pytest.fixture(scope="module")
def many(django_db_setup, django_db_blocker):
    """Enough rows that an index is worth its while, with statistics."""
    with django_db_blocker.unblock():
        made = [
            CustomerFactory.build(last_name=f"N{n}", email=f"x{n}@example.org", phone=f"+44770{n}")
            for n in range(4_000)
        ]
        for one in made:
            one.name_key, one.given_key = f"n{one.phone}", f"a{one.phone}"
            one.search_text = f"  {one.last_name.lower()}  {one.email}"
        now = timezone.now()
        for n, one in enumerate(made):  # few never came, and few will come
            one.last_visit_at = now - timedelta(hours=n) if n >= 100 else None
            one.next_visit_at = now + timedelta(hours=n) if n < 100 else None
            one.access = Access.ACTIVE if n % 2 else Access.NONE
        Customer.objects.bulk_create(made)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        yield
        Customer.objects.all().delete()


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("name", INDEXES)
@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("beside", [False, True])
def test_each_order_is_an_index_read_in_order(many, sign, name, backwards, beside):
    search = read_search(QueryDict(f"sort={sign}{name}"))
    order, beyond = search.order, None
    if beside:
        row = Customer.objects.live().values_list(order.field, "pk")[500]
        beyond = Boundary(*row)
    condition = order.parts(beyond, backwards=backwards)[0][0] if beyond else order.segments[0]
    rows = order.walk(search.among.filter(condition), beyond=beyond, backwards=backwards)

    plan = rows.values_list("pk", flat=True)[:26].explain()

    assert INDEXES[name] in plan
    assert "SORT" not in plan.upper().replace("SORT KEY", "")
    assert "TEMP B-TREE" not in plan


def test_the_blank_ones_are_read_from_the_same_index(many):
    search = read_search(QueryDict("sort=email"))
    rows = search.order.walk(search.among.filter(search.order.segments[1]))

    assert "customer_by_email" in rows.values_list("pk", flat=True)[:26].explain()


@pytest.mark.parametrize("name", ["last", "next"])
@pytest.mark.parametrize("beside", [False, True])
def test_those_without_a_visit_are_read_in_order(many, name, beside):
    order = read_search(QueryDict(f"sort={name}")).order
    blank = Customer.objects.live().filter(order.segments[1])
    beyond = Boundary(*blank.values_list(order.field, "pk")[5]) if beside else None

    plan = order.walk(blank, beyond=beyond).values_list("pk", flat=True)[:26].explain()

    assert INDEXES[name] in plan
    assert "SORT" not in plan.upper().replace("SORT KEY", "")
    assert "TEMP B-TREE" not in plan


def test_words_are_looked_up_in_their_index(many):
    plan = read_search(QueryDict("q=n3999")).matching().explain()

    if connection.vendor == "postgresql":
        assert "customer_by_search_text" in plan
    else:
        assert "customers_search VIRTUAL TABLE INDEX" in plan
        assert "USING INTEGER PRIMARY KEY" in plan


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("birthday=month", "customer_by_birthday"),
        ("added_from=2999-01-01", "customer_by_added"),
        ("has=no-phone", "customer_by_phone"),
        ("has=no-email", "customer_by_email"),
        ("imported=1", "customers_customer_import_run_id"),
        ("access=revoked&access=expired", "customer_by_access"),
        ("no_login=7", "customer_by_access"),
        ("visited=never", "customer_by_last_visit"),
        ("not_since=2020-01-01", "customer_by_last_visit"),
        ("not_for=160", "customer_by_last_visit"),
        ("coming=yes", "customer_by_next_visit"),
    ],
)
def test_a_filter_that_few_meet_is_an_index(many, query, index):
    assert index in read_search(QueryDict(query)).among.explain()


def test_the_archive_is_an_index(many):
    assert "customer_by_archived" in Customer.objects.archived().explain()
