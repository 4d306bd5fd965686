"""The log: which deliveries it shows, in pages that neither repeat nor skip any."""

from dataclasses import replace

import pytest
from django.db import connection
from django.http import QueryDict

from accounts.roles import Role
from notifications import log, log_search
from notifications.events import EVENTS, Event
from notifications.log import Page, Query, count_of_log, page_of_log, read_query
from notifications.models import Delivery
from tests.factories import CustomerFactory, DeliveryFactory, MessageFactory, UserFactory

pytestmark = pytest.mark.django_db
EVERYTHING = Query(with_staff=True)


@pytest.fixture(autouse=True)
def events(monkeypatch):
    """Three events, whatever this version declares."""
    for code in EVENTS.copy():
        monkeypatch.delitem(EVENTS, code)
    for code in ("portal-access", "birthday", "password-reset"):
        monkeypatch.setitem(EVENTS, code, Event(code, code, "", "", "bell", (), {}))


def said(customer=None, **values) -> Delivery:
    """A delivery to somebody."""
    event = values.pop("event", "portal-access")
    customer = customer or CustomerFactory()
    return DeliveryFactory(message=MessageFactory(customer=customer, event=event), **values)


def shown(page: Page) -> list[Delivery]:
    return page.deliveries


def all_pages(query: Query) -> list[Delivery]:
    """Every delivery, page by page to the end."""
    found = []
    while True:
        page = page_of_log(query)
        found += page.deliveries
        if not page.has_older:
            return found
        query = replace(query, older=page.deliveries[-1].pk)


def test_the_newest_comes_first():
    first, second = said(), said()

    assert shown(page_of_log(EVERYTHING)) == [second, first]


def test_an_empty_log_is_an_empty_page():
    page = page_of_log(replace(EVERYTHING, typed="ada", states=("failed",)))

    assert (page.deliveries, page.has_newer, page.has_older) == ([], False, False)


def test_pages_repeat_nothing_and_skip_nothing_whatever_comes_meanwhile():
    every = [said() for _ in range(7)]
    query = replace(EVERYTHING, per=3)

    page = page_of_log(query)
    said()

    assert [*shown(page), *all_pages(replace(query, older=page.deliveries[-1].pk))] == every[::-1]


def test_one_can_turn_back_to_newer_pages():
    every = [said() for _ in range(7)][::-1]
    query = replace(EVERYTHING, per=3)

    last = page_of_log(replace(query, older=every[5].pk))
    middle = page_of_log(replace(query, newer=last.deliveries[0].pk))
    first = page_of_log(replace(query, newer=middle.deliveries[0].pk))

    assert shown(last) == every[6:]
    assert shown(middle) == every[3:6]
    assert (middle.has_newer, middle.has_older) == (True, True)
    assert shown(first) == every[:3]
    assert (first.has_newer, first.has_older) == (False, True)


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("state=failed", [1]),
        ("state=failed&state=sent", [1, 2]),
        ("channel=sms", [2]),
        ("event=birthday", [3]),
        ("event=birthday&state=failed", []),
        ("event=birthday&channel=email&state=queued", [3]),
        ("state=nonsense&event=nonsense", [0, 1, 2, 3]),
        ("state=queued&channel=email&event=portal-access&event=birthday", [0, 3]),
    ],
)
def test_filters_choose_among_events_channels_and_states(address, wanted):
    every = [
        said(),
        said(state=Delivery.State.FAILED),
        said(state=Delivery.State.SENT, channel="sms"),
        said(event="birthday"),
    ]
    query = read_query(QueryDict(address), with_staff=True)

    assert shown(page_of_log(query)) == [every[n] for n in reversed(wanted)]
    assert count_of_log(query) == len(wanted)


def test_filtered_pages_are_whole_too():
    every = [said(state=state) for state in ["failed", "sent", "queued"] * 5]
    query = replace(EVERYTHING, per=4, states=("failed", "sent"))
    wanted = [each for each in every[::-1] if each.state != "queued"]

    assert all_pages(query) == wanted
    back = page_of_log(replace(query, newer=wanted[8].pk))
    assert shown(back) == wanted[4:8]


@pytest.mark.parametrize(
    "typed",
    ["lovelace", "ADA lov", "ada@example.org", "07700 900123", "+44 7700 900123", "SM0123456789"],
)
def test_words_find_by_name_address_number_and_the_id_of_the_provider(typed):
    ada = CustomerFactory(
        first_name="Ada", last_name="Lovelace", email="ada@example.org", phone="+447700900123"
    )
    wanted = said(ada, provider_id="SM0123456789")
    said(CustomerFactory(first_name="Grace", last_name="Hopper", email="grace@example.org"))

    query = replace(EVERYTHING, typed=typed)

    assert shown(page_of_log(query)) == [wanted]
    assert count_of_log(query) == 1


def test_an_address_of_before_still_finds_what_went_there():
    customer = CustomerFactory(email="new@example.org")
    wanted = said(customer, to="old@example.org")

    assert shown(page_of_log(replace(EVERYTHING, typed="Old@example.org"))) == [wanted]


def test_deleted_customers_are_found():
    gone = CustomerFactory(last_name="Lovelace", archived_at="2026-01-01T00:00Z")

    assert shown(page_of_log(replace(EVERYTHING, typed="lovelace"))) == [] != [said(gone)]
    assert len(shown(page_of_log(replace(EVERYTHING, typed="lovelace")))) == 1


def test_words_and_filters_count_together():
    ada = CustomerFactory(last_name="Lovelace")
    failed = said(ada, state="failed")
    said(ada)
    said(state="failed")

    query = replace(EVERYTHING, typed="lovelace", states=("failed",))

    assert shown(page_of_log(query)) == [failed]


def test_one_customer_can_be_asked_for():
    ada = CustomerFactory(last_name="Lovelace")
    every = [said(ada) for _ in range(4)]
    said()
    query = replace(EVERYTHING, customer=ada.pk, per=3)

    assert all_pages(query) == every[::-1]
    assert shown(page_of_log(replace(query, typed="hopper"))) == []
    assert shown(page_of_log(replace(query, customer=0))) == []


def test_words_that_fit_very_many_are_looked_for_along_the_log(monkeypatch):
    monkeypatch.setattr(log_search, "MOST_PEOPLE", 2)
    monkeypatch.setattr(log, "STEP", 3)
    smiths = [said(CustomerFactory(last_name="Smith")) for _ in range(5)]
    for _ in range(4):
        said(CustomerFactory(last_name="Hopper"))
    query = replace(EVERYTHING, typed="smith", per=2)

    assert all_pages(query) == smiths[::-1]
    assert shown(page_of_log(replace(query, newer=smiths[2].pk))) == [smiths[4], smiths[3]]
    assert count_of_log(query) is None


def test_a_long_walk_is_left_off_and_can_be_gone_on_with(monkeypatch):
    monkeypatch.setattr(log_search, "MOST_PEOPLE", 1)
    monkeypatch.setattr(log, "STEP", 2)
    monkeypatch.setattr(log, "LOOKED_AT", 4)
    smiths = [said(CustomerFactory(last_name="Smith")) for _ in range(2)]
    others = [said(CustomerFactory(last_name="Hopper")) for _ in range(5)]
    query = replace(EVERYTHING, typed="smith", per=5)

    page = page_of_log(query)
    further = page_of_log(replace(query, older=page.looked_back_to))

    assert (shown(page), page.looked_back_to) == ([], others[1].pk)
    assert shown(further) == smiths[::-1]
    assert further.looked_back_to is None


def test_what_was_said_to_staff_is_for_those_who_manage_their_accounts():
    staff = UserFactory(role=Role.FRONT_DESK, name="Fay Desk", email="fay@example.org")
    message = MessageFactory(customer=None, user=staff, event="password-reset")
    to_staff = DeliveryFactory(message=message, to=staff.email)
    to_customer = said()

    for typed in ("", "Fay", "fay@example.org"):
        for others in ({}, {"events": ("password-reset",)}):
            asked = Query(typed=typed, **others)
            assert to_staff in shown(page_of_log(replace(asked, with_staff=True)))
            assert to_staff not in shown(page_of_log(asked))
    assert shown(page_of_log(Query(per=1))) == [to_customer]


def test_a_page_is_full_though_others_were_left_out_of_it():
    staff = UserFactory(role=Role.FRONT_DESK)
    every = []
    for _ in range(5):
        every.append(said())
        DeliveryFactory(message=MessageFactory(customer=None, user=staff))

    assert all_pages(Query(per=2)) == every[::-1]


def test_the_plan_of_every_look_is_the_index():
    look = log.LOOK.format(beyond=" AND id < %s", way=" DESC")
    parameters = ["failed", "sms", "birthday", 100, 26]
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute("SET LOCAL enable_sort = off")  # few rows: any index and a sort would do
        cursor.execute(f"{explain} {look}", parameters)
        plan = str(cursor.fetchall())

    assert "delivery_in_the_log" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize(
    ("condition", "index"),
    [({"to": "a@example.org"}, "by_address"), ({"provider_id": "SM1"}, "by_provider_id")],
)
def test_what_was_sent_is_looked_up_in_an_index(condition, index):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")

    assert f"delivery_{index}" in Delivery.objects.filter(**condition).explain()
