"""The list page: what it shows to whom, and what it costs."""

import re
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from bookkinda.preferences import Preferences
from customers.models import Change, ChangeSet, Customer, CustomerTag, ImportRun
from tests.factories import CustomerFactory, TagFactory

pytestmark = pytest.mark.django_db

LIST = reverse("customers:list")
ARCHIVE = reverse("customers:archived")
# Session, person, business, tags to choose from, rows, their tags; and to know which rows:
WHOLE_LIST = 6 + (2 if connection.vendor == "sqlite" else 3)  # how many, ids
SEARCHED = 6 + 2  # who matches, and their sort keys
FILTERED = 6 + 2  # whether there are many, the matches


def page_of(client: Client, user: User, address: str = LIST, **headers: str) -> str:
    client.force_login(user)
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def list_part(html: str) -> str:
    return html[html.index('id="list"') : html.index("</main>")]


def names_in(html: str) -> list[str]:
    return re.findall(r'fw-semibold">([^<]*)<', html)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("query", "queries"),
    [("", WHOLE_LIST), ("?q=ada", SEARCHED), ("?has=email&sort=-email", FILTERED)],
)
def test_the_list_asks_as_many_questions_for_one_row_as_for_three(
    client, owner, rows, query, queries, django_assert_num_queries
):
    tag = TagFactory()
    for customer in CustomerFactory.create_batch(rows, first_name="Ada"):
        CustomerTag.objects.create(customer=customer, tag=tag)
    client.force_login(owner)
    client.get(LIST)  # the first page of a session notes its device

    with django_assert_num_queries(queries):
        response = client.get(LIST + query)
    assert response.content.count(b"bk-pick") == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_archive_asks_as_many_questions_for_one_row_as_for_three(
    client, owner, rows, django_assert_num_queries
):
    CustomerFactory.create_batch(rows, archived_at=timezone.now())
    client.force_login(owner)
    client.get(ARCHIVE)

    with django_assert_num_queries(FILTERED):
        client.get(ARCHIVE)


def test_a_row_shows_what_staff_need(client, owner):
    customer = CustomerFactory(
        first_name="Ada",
        last_name="<b>Lovelace",
        email="a?da@example.org",
        phone="+447700900123",
        phone_extension="12",
        created_at=datetime(2026, 11, 4, 12, tzinfo=UTC),
    )
    CustomerTag.objects.create(customer=customer, tag=TagFactory(name="VIP", tone="violet"))

    html = page_of(client, owner)

    assert f'href="{LIST}{customer.pk}/"' in html
    assert "&lt;b&gt;Lovelace" in html
    assert 'href="mailto:a%3Fda@example.org"' in html
    assert "+44 7700 900123 ext. 12" in html
    assert "4 Nov 2026" in html
    assert '<span class="bk-tag bk-tone-violet">VIP</span>' in html
    assert 'aria-label="Select Ada &lt;b&gt;Lovelace"' in html
    assert "1 customer<" in html


def test_a_row_shows_the_last_and_the_next_visit_on_the_clock_of_the_business(
    client, owner, time_machine
):
    time_machine.move_to("2026-11-22T12:00:00Z")
    Preferences(time_zone="Europe/Berlin").save()
    CustomerFactory(
        last_name="Soon",
        last_visit_at=datetime(2026, 11, 3, 23, 30, tzinfo=UTC),
        next_visit_at=datetime(2026, 11, 26, 8, tzinfo=UTC),
    )
    CustomerFactory(last_name="Later", next_visit_at=datetime(2027, 1, 7, 8, tzinfo=UTC))

    html = page_of(client, owner)

    assert '"Last visit:">4 Nov 2026</td>' in html
    assert '"Next visit:">Thu 26 Nov, 09:00</td>' in html
    assert '"Last visit:"></td>' in html
    assert '"Next visit:">Thu 7 Jan 2027, 09:00</td>' in html


def test_the_archive_tells_of_no_visits(client, owner):
    CustomerFactory(archived_at=timezone.now(), next_visit_at=timezone.now())

    html = page_of(client, owner, ARCHIVE)

    assert "Next visit" not in html
    assert "Last visit" not in html
    assert 'id="chip-visits"' not in html


def test_what_is_missing_is_said_in_words(client, owner):
    CustomerFactory(email="", phone="")

    html = page_of(client, owner)

    assert "No e-mail</span>" in html
    assert "No phone</span>" in html


def test_the_sorted_column_says_so_and_its_heading_turns_it_around(client, owner):
    CustomerFactory(last_name="A")
    CustomerFactory(last_name="B")

    up, down = page_of(client, owner), page_of(client, owner, f"{LIST}?sort=-surname")

    assert names_in(up) == ["A", "B"]
    assert 'aria-sort="ascending"><a class="bk-sort" href="/backoffice/customers/?sort=-su' in up
    assert names_in(down) == ["B", "A"]
    assert 'aria-sort="descending"><a class="bk-sort" href="/backoffice/customers/?sort=su' in down


def test_every_link_of_the_list_carries_the_whole_state(client, owner):
    CustomerFactory.create_batch(60, first_name="Ada & Co", email="x@example.org")
    state = "q=ada+%26&has=email&sort=-added&per=50"

    html = page_of(client, owner, f"{LIST}?{state}&page=1&unknown=1&tag=&birthday=")

    shown = state.replace("&", "&amp;")
    assert f'rel="next" href="{LIST}?{shown}&amp;page=2&amp;cursor=after-' in html
    assert f'href="{LIST}?{shown}&amp;page=last"' in html
    assert f'name="query" value="{shown}"' in html
    assert "q=ada+%26&amp;has=email&amp;per=50&amp;sort=name" in html
    assert "unknown" not in html


@pytest.mark.parametrize("address", [LIST, ARCHIVE])
@pytest.mark.parametrize(
    "query",
    ["sort=password", "page=-1", "page=1000000000000", "page=last", "cursor=garbage", "per=0",
     "cursor=after-999999999999999999-x", "q=%00", "q=" + "a" * 10_000, "q=%22", "q='", "q=NEAR(",
     "q=*", "q=a%20OR", "tag=x", "tag=999", "tag=1%00", "has=money", "birthday=never",
     "not_since=0001-01-01", "not_since=x", "not_for=0", "not_for=1e9", "not_for=-1", "visited=x",
     "coming=maybe", "sort=last&cursor=after-1-x", "sort=-next&page=last",
     "added_from=0001-01-01", "added_to=9999-12-31", "added_from=31.02.2026", "imported=2",
     "q=%F0%9F%91%A9", "q=%ED%A0%80", "sort=%00", "page=%00", "cursor=%00", "per=%00"],
)  # fmt: skip
def test_a_hostile_address_gets_a_page(client, owner, address, query):
    CustomerFactory()
    CustomerFactory(archived_at=timezone.now())

    page_of(client, owner, f"{address}?{query}")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("tag=999", "Tags: Select a valid choice"),
        ("added_to=9999-12-31", "Added to: "),
        ("q=%00", "Search: Null characters are not allowed."),
        ("q=" + "a" * 201, "Search: Ensure this value has at most 200 characters"),
    ],
)
def test_what_cannot_be_read_finds_nobody_and_says_why(client, owner, query, sentence):
    CustomerFactory(last_name="Lovelace")

    html = page_of(client, owner, f"{LIST}?{query}")

    assert names_in(html) == []
    assert sentence in html
    assert "Clear search and filters" in html


def test_nobody_found_is_said_with_the_words_and_the_filters(client, owner):
    CustomerFactory()

    html = page_of(client, owner, f"{LIST}?q=<zzz>&has=phone")

    assert "Nobody matches “&lt;zzz&gt;”" in html
    assert "Contact: Phone" in html
    assert "0 customers" in html


def test_an_empty_business_is_led_to_its_first_customer(client, owner, reader):
    assert "Your customers will live here" in page_of(client, owner)
    assert "ADD NEW" not in list_part(page_of(client, reader))


def test_live_search_gets_the_parts_that_change_and_the_shortest_address(client, owner):
    CustomerFactory(last_name="Lovelace")
    TagFactory()  # without any, the page has no place for the filter by tags
    client.force_login(owner)
    headers = {"HX-Request": "true", "HX-Trigger": "customer-search"}

    response = client.get(f"{LIST}?q=love&tag=&sort=surname&per=25&birthday=", headers=headers)
    html = response.content.decode()

    assert response["HX-Replace-Url"] == f"{LIST}?q=love"
    assert "HX-Request" in response["Vary"]
    assert "<html" not in html
    assert 'href="/backoffice/customers/export/?q=love"' in html
    for part in ("list", "count", "list-status", "list-state", "chip-tag", "clear", "export"):
        assert html.count(f'id="{part}"') == 1


@pytest.mark.parametrize(
    ("role", "can", "cannot"),
    [
        ("owner", ["Edit", "Delete", "Tag"], []),
        ("front_desk", ["Edit", "Delete", "Tag"], ["Export"]),
        (
            "reader",
            [],
            ["Edit</a>", "Delete", "ADD NEW", "Export", 'name="action"', "Select", "Actions"],
        ),
    ],
)
def test_only_what_a_role_may_do_is_offered(client, request, role, can, cannot):
    CustomerFactory()

    html = list_part(page_of(client, request.getfixturevalue(role)))

    assert [word for word in can if word not in html] == []
    assert [word for word in cannot if word in html] == []


def test_the_archive_offers_the_way_back(client, owner, reader):
    gone = CustomerFactory(last_name="Gone", archived_at=timezone.now())
    CustomerFactory(last_name="Here")

    html = page_of(client, owner, ARCHIVE)

    assert names_in(html) == ["Gone"]
    assert f'formaction="{LIST}{gone.pk}/restore/"' in html
    assert 'name="action" value="restore"' in html
    assert f"{LIST}{gone.pk}/delete/" not in html
    assert "restore" not in page_of(client, reader, ARCHIVE)


@pytest.mark.parametrize("address", [LIST, ARCHIVE])
def test_only_staff_see_customers(client, panel_user, address):
    assert client.get(address).status_code == 302
    client.force_login(panel_user)
    assert client.get(address).status_code == 403


class TestFilters:
    @pytest.fixture
    def people(self, owner):
        run = ImportRun.objects.create(file_name="x.csv", digest="")
        CustomerFactory(last_name="Mail", email="a@example.org", phone="")
        CustomerFactory(last_name="Phone", email="", phone="+447700900123")
        CustomerFactory(last_name="Neither", email="", phone="")
        CustomerFactory(last_name="Imported", import_run=run)
        CustomerFactory(last_name="Born", date_of_birth=date.fromisoformat("1990-02-28"))
        CustomerFactory(last_name="Leap", date_of_birth=date.fromisoformat("1992-02-29"))
        CustomerFactory(last_name="March", date_of_birth=date.fromisoformat("1990-03-01"))
        CustomerFactory(
            last_name="Early", created_at=datetime.fromisoformat("2026-06-30T23:30:00+00:00")
        )
        CustomerFactory(
            last_name="Late", created_at=datetime.fromisoformat("2026-07-02T22:59:59+00:00")
        )
        for name in ("VIP", "New"):
            tagged = CustomerFactory(last_name=name)
            CustomerTag.objects.create(customer=tagged, tag=TagFactory(name=name))
            CustomerTag.objects.create(customer=tagged, tag=TagFactory(name=f"{name} too"))

    @pytest.fixture
    def visitors(self, owner):
        at = datetime.fromisoformat
        CustomerFactory(last_name="Never")
        CustomerFactory(last_name="Comes", next_visit_at=at("2027-02-11T09:00:00+00:00"))
        CustomerFactory(last_name="June", last_visit_at=at("2026-06-30T22:59:59+00:00"))
        CustomerFactory(
            last_name="July",
            last_visit_at=at("2026-06-30T23:00:00+00:00"),
            next_visit_at=at("2027-03-01T09:00:00+00:00"),
        )
        CustomerFactory(last_name="Lately", last_visit_at=at("2027-02-08T12:00:00+00:00"))

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("visited=never", {"Never", "Comes"}),
            ("visited=never&coming=no", {"Never"}),
            ("coming=yes", {"Comes", "July"}),
            ("not_since=2026-07-01", {"June"}),  # at midnight of London, an hour before UTC's
            ("not_since=2027-02-09", {"June", "July", "Lately"}),
            ("not_for=2", {"June", "July", "Lately"}),
            ("not_for=3", {"June", "July"}),
            ("not_for=3&coming=no", {"June"}),
            ("visited=never&not_for=3", set()),
        ],
    )
    def test_visits_tell_who_should_be_asked_back(
        self, client, owner, visitors, time_machine, query, found
    ):
        time_machine.move_to("2027-02-10T12:00:00Z")

        assert set(names_in(page_of(client, owner, f"{LIST}?{query}"))) == found

    @pytest.mark.parametrize(
        ("query", "value"),
        [
            ("visited=never", "Never visited"),
            ("not_since=2026-07-01", "Not since 1 Jul 2026"),
            ("not_for=90&coming=no", "Not for 90 days +1"),
        ],
    )
    def test_the_chip_of_visits_says_what_it_is_set_to(self, client, owner, query, value):
        CustomerFactory()

        assert f"Visits: <b>{value}</b>" in page_of(client, owner, f"{LIST}?{query}")

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("has=no-email", {"Phone", "Neither"}),
            ("has=phone", {"Phone"}),
            ("has=no-email&has=no-phone", {"Neither"}),
            ("has=email&has=no-email", set()),
            ("imported=1", {"Imported"}),
            ("added_from=2026-07-01&added_to=2026-07-02", {"Early", "Late"}),
            ("added_from=2026-07-02&added_to=2026-07-02", {"Late"}),
            ("added_to=2026-06-30", set()),
            ("added_from=2026-07-03&added_to=2026-07-01", set()),
            ("birthday=month", {"Born", "Leap"}),
            ("birthday=month&q=leap", {"Leap"}),
        ],
    )
    def test_a_filter_keeps_whom_it_names(self, client, owner, people, time_machine, query, found):
        time_machine.move_to("2027-02-10T12:00:00Z")

        assert set(names_in(page_of(client, owner, f"{LIST}?{query}"))) == found

    def test_tags_keep_those_with_any_of_them(self, client, owner, people):
        tags = dict(Customer.tags.through.objects.values_list("tag__name", "tag_id"))

        one = page_of(client, owner, f"{LIST}?tag={tags['VIP']}")
        both = page_of(client, owner, f"{LIST}?tag={tags['VIP']}&tag={tags['VIP too']}")
        either = page_of(client, owner, f"{LIST}?tag={tags['VIP']}&tag={tags['New']}")

        assert names_in(one) == names_in(both) == ["VIP"]
        assert names_in(either) == ["New", "VIP"]
        assert "Tags: <b>VIP</b>" in one

    def test_this_month_is_the_month_at_the_business(self, client, owner, people, time_machine):
        time_machine.move_to("2027-02-28T23:30:00Z")
        in_london = names_in(page_of(client, owner, f"{LIST}?birthday=month"))
        Preferences(time_zone="Europe/Berlin").save()
        in_berlin = names_in(page_of(client, owner, f"{LIST}?birthday=month"))

        assert (in_london, in_berlin) == (["Born", "Leap"], ["March"])


def test_the_customers_of_one_import_are_those_it_added_or_changed(client, owner):
    people = {name: CustomerFactory(last_name=name) for name in ("Added", "Changed", "Other")}
    act = ChangeSet.objects.create(kind="import", source="back-office")
    run = ImportRun.objects.create(file_name="autumn.csv", digest="x", change_set=act)
    for name in ("Added", "Changed"):
        Change.objects.create(change_set=act, customer=people[name], action="edited", version=1)

    html = page_of(client, owner, f"{LIST}?imported=run-{run.pk}")
    assert sorted(names_in(html)) == ["Added", "Changed"]
    assert "Origin: <b>autumn.csv</b>" in html
    assert names_in(page_of(client, owner, f"{LIST}?imported=run-{run.pk + 1}")) == []
    assert names_in(page_of(client, owner, f"{LIST}?imported=run-x")) == []
