"""The list of appointments: what it shows to whom, its filters, its pages, and what it costs."""

import re
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from appointments import finding
from appointments.finding import page_of_appointments
from appointments.models import Appointment
from bookkinda.preferences import Preferences
from customers import turning
from tests.customers.pages import NASTY, text_of
from tests.factories import AppointmentFactory, CustomerFactory, ProviderFactory, ServiceFactory

pytestmark = pytest.mark.django_db

LIST = reverse("appointments:list")
Status = Appointment.Status
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def at_noon(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


def book(name: str, away: timedelta, status: str = Status.CONFIRMED, **also) -> Appointment:
    """One of this customer, or of a new one of this name."""
    if "customer" not in also:
        also["customer"] = CustomerFactory(first_name=name, last_name="X")
    return AppointmentFactory(start=NOW + away, status=status, **also)


def names_on(client: Client, query: str = "") -> list[str]:
    html = client.get(f"{LIST}?{query}").content.decode()
    return re.findall(r'class="bk-ellip" href="[^"]*">(\w+) X<', html)


@pytest.fixture
def week(db) -> None:
    """Someone for each kind of time and status."""
    book("Soon", HOUR)
    book("Tomorrow", DAY, Status.PENDING)
    book("Far", 40 * DAY)
    book("Off", 2 * DAY, Status.CANCELLED)
    book("Morning", -2 * HOUR)
    book("Done", -DAY, Status.DONE)
    book("Missed", -2 * DAY, Status.NO_SHOW)
    book("Held", 3 * DAY, Status.HELD, held_until=NOW + HOUR)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Soon", "Tomorrow", "Far"]),
        ("sort=-when", ["Far", "Tomorrow", "Soon"]),
        ("when=today", ["Morning", "Soon"]),
        ("when=week", ["Morning", "Soon", "Tomorrow", "Off"]),
        ("when=over", ["Off", "Morning", "Done", "Missed"]),
        ("when=any", ["Far", "Off", "Tomorrow", "Soon", "Morning", "Done", "Missed"]),
        ("status=cancelled", ["Off"]),
        ("status=cancelled&status=pending", ["Tomorrow", "Off"]),
        ("status=confirmed&when=over", ["Morning"]),
        ("status=held&when=any", []),
        ("day_from=2026-11-16&day_to=2026-11-17", ["Missed", "Done"]),
        ("day_from=2026-11-17&when=over", ["Done", "Morning", "Off"]),
        ("day_to=2026-11-16", ["Missed"]),
        ("q=far", ["Far"]),
        ("q=done", []),
        ("q=done&when=any", ["Done"]),
    ],
)
def test_a_filter_keeps_what_it_names(as_owner: Client, week, query: str, names: list[str]) -> None:
    assert names_on(as_owner, query) == names


def test_providers_services_and_one_customer_are_filters(as_owner: Client) -> None:
    elif_, cut = ProviderFactory(name="Elif"), ServiceFactory(name="Cut")
    ada = book("Ada", DAY, provider=elif_)
    book("Bob", 2 * DAY, service=cut)
    book("Cem", -DAY, customer=ada.customer)

    assert names_on(as_owner, f"provider={elif_.pk}") == ["Ada"]
    assert names_on(as_owner, f"service={cut.pk}") == ["Bob"]
    assert names_on(as_owner, f"provider={elif_.pk}&service={cut.pk}") == []
    assert names_on(as_owner, f"customer={ada.customer_id}&when=any") == ["Ada", "Ada"]
    page = as_owner.get(f"{LIST}?customer={ada.customer_id}&provider={elif_.pk}&when=any")
    assert "Appointments of Ada X" in text_of(page)
    assert "Provider: Elif" in text_of(page)
    assert f"/appointments/add/?customer={ada.customer_id}" in page.content.decode()


def test_a_day_is_one_of_the_business(as_owner: Client) -> None:
    Preferences(time_zone="Asia/Tokyo").save()
    book("Tonight", 2 * HOUR)  # 23:00 in Tokyo
    book("Night", 4 * HOUR)  # 01:00

    assert names_on(as_owner, "when=today") == ["Tonight"]
    assert names_on(as_owner, "day_from=2026-11-19") == ["Night"]


def test_words_find_customers_as_their_list_does(as_owner: Client) -> None:
    ozgur = CustomerFactory(
        first_name="Özgür", last_name="X", email="o@x.org", phone="+905321234567"
    )
    book("", DAY, customer=ozgur)
    book("Bob", DAY * 2)

    for typed in ("ozgur", "o@x.org", "0532 123", "x ozg"):
        html = as_owner.get(LIST, {"q": typed}).content.decode()
        assert "Özgür X</a>" in html, typed
        assert "Bob X</a>" not in html, typed


def test_a_row_says_who_when_what_with_whom_and_how_it_stands(as_owner: Client) -> None:
    book(
        "Ada", DAY, Status.PENDING,
        service=ServiceFactory(name="Cut"), provider=ProviderFactory(name="Elif", tone="violet"),
        created_at=NOW - 9 * DAY,
    )  # fmt: skip

    page = as_owner.get(LIST)

    row = text_of(page).partition("Booked Actions ")[2]
    assert row.startswith("Tomorrow, 12:00–13:00 AX Ada X Cut Elif Pending 9 Nov 2026")
    assert "1 appointment" in text_of(page)


def test_an_erased_customer_leaves_the_appointment(as_owner: Client) -> None:
    book("Ada", DAY, customer=None)

    page = as_owner.get(LIST)

    assert "An erased customer" in text_of(page)


def test_names_with_markup_are_shown_as_text(as_owner: Client) -> None:
    service, provider = ServiceFactory(name=NASTY[:100]), ProviderFactory(name=NASTY)
    customer = CustomerFactory(first_name=NASTY[:100])
    book("", DAY, customer=customer, service=service, provider=provider)

    for query in ("", f"provider={provider.pk}&service={service.pk}", f"customer={customer.pk}"):
        html = as_owner.get(f"{LIST}?{query}").content.decode()
        assert "<script>alert" not in html
        assert not re.search(r"<[^>]*' onmouseover=alert", html)


@pytest.mark.parametrize(
    "query",
    ["when=never", "status=x", "provider=999", "provider=x", "service=1%00", "day_from=0001-01-01",
     "day_to=9999-12-31", "day_from=x", "q=%00", "q=" + "a" * 201],
)  # fmt: skip
def test_what_cannot_be_read_finds_nothing_and_says_why(as_owner: Client, query: str) -> None:
    book("Ada", DAY)

    page = as_owner.get(f"{LIST}?{query}")

    assert page.status_code == 200
    assert "This cannot be looked for" in text_of(page)
    assert "Ada X" not in text_of(page)


@pytest.mark.parametrize(
    "query",
    ["customer=x", "customer=" + "9" * 30, "page=-1", "page=last", "page=9999999999", "cursor=x",
     "cursor=after-1-x", "sort=customer__email", "sort=%00", "per=0", "unknown=1"],
)  # fmt: skip
def test_a_hostile_address_gets_a_page(as_owner: Client, query: str) -> None:
    book("Ada", DAY)

    assert as_owner.get(f"{LIST}?{query}").status_code == 200


def test_nothing_found_leads_on(as_owner: Client) -> None:
    assert "Your appointments will stand here" in text_of(as_owner.get(LIST))
    book("Ada", -DAY)

    nothing, unknown = as_owner.get(LIST), as_owner.get(f"{LIST}?q=zzz&status=done")

    assert "Nothing is to come" in text_of(nothing)
    assert f'href="{LIST}?when=any"' in nothing.content.decode()
    assert "No appointment of “zzz”" in text_of(unknown)
    assert f'href="{LIST}?q=zzz&amp;status=done&amp;when=any"' in unknown.content.decode()


def test_live_search_gets_the_parts_that_change_and_the_shortest_address(as_owner: Client) -> None:
    book("Ada", DAY)
    headers = {"HX-Request": "true", "HX-Trigger": "appointment-search"}

    page = as_owner.get(f"{LIST}?q=ada&when=coming&sort=when&per=25&day_to=", headers=headers)

    html = page.content.decode()
    assert page["HX-Replace-Url"] == f"{LIST}?q=ada"
    assert "<html" not in html
    for part in ("list", "count", "list-status", "list-state", "clear", "chip-when",
                 "chip-status", "chip-provider", "chip-service"):  # fmt: skip
        assert html.count(f'id="{part}"') == 1


def test_only_who_may_book_is_offered_what_changes_an_appointment(
    client: Client, reader: User, front_desk: User
) -> None:
    one = book("Ada", DAY, Status.PENDING)
    acts = [f"/{one.pk}/{act}/" for act in ("move", "cancel", "status")] + ["/appointments/add/"]

    for user, offered in ((reader, False), (front_desk, True)):
        client.force_login(user)
        html = client.get(LIST).content.decode()
        assert [act in html for act in acts] == [offered] * 4
        assert f"/appointments/{one.pk}/" in html


def test_what_has_begun_can_be_noted_as_done_or_missed(as_owner: Client) -> None:
    now, later = book("Ada", -HOUR), book("Bob", HOUR)

    html = as_owner.get(f"{LIST}?when=today").content.decode()

    assert f'action="/backoffice/appointments/{now.pk}/status/"' in html
    assert f'action="/backoffice/appointments/{later.pk}/status/"' not in html


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("query", "queries"), [("", 7), ("q=ada", 8)])
def test_the_list_asks_as_many_questions_for_one_row_as_for_three(
    as_owner: Client, rows: int, query: str, queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for n in range(rows):
        book("Ada", (n + 1) * DAY)
    as_owner.get(LIST)

    # Session, person, business, which, the rows, providers and services to choose from; and whom
    # the words fit.
    with django_assert_num_queries(queries):
        as_owner.get(f"{LIST}?{query}")


class TestPages:
    @pytest.fixture
    def many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """40 appointments with many ties, on small pages."""
        monkeypatch.setattr(turning, "ROWS_PER_PAGE", (7, 10, 25))
        random = Random(5)  # noqa: S311 no secret
        people = [CustomerFactory(first_name=name) for name in ("Ada", "Bob", "Çem")]
        service = ServiceFactory()
        for n in range(40):
            AppointmentFactory(
                customer=random.choice(people),
                service=service,
                start=NOW + DAY * random.randrange(-4, 8),
                status=random.choice([Status.CONFIRMED, Status.CANCELLED, Status.DONE]),
                created_at=NOW - DAY * (n % 5),
            )

    @pytest.fixture
    def few_are_counted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(finding, "COUNTED", 3)
        monkeypatch.setattr(finding, "MOST_PEOPLE", 0)
        monkeypatch.setattr(finding, "WALKED", 9)

    @pytest.mark.parametrize("kind", ["counted", "not counted"])
    @pytest.mark.parametrize("sort", ["when", "-when", "booked", "-booked"])
    @pytest.mark.parametrize("query", ["when=any", "when=over", "", "q=a&when=any", "status=done"])
    def test_next_and_previous_show_everything_once(
        self, many, query: str, sort: str, kind: str, request: pytest.FixtureRequest
    ) -> None:
        if kind == "not counted":
            request.getfixturevalue("few_are_counted")
        business = Preferences()
        line = f"{query}&sort={sort}"
        first = page_of_appointments(QueryDict(line), business=business)
        rows = first.search.matching()
        sign, field = ("-" if sort[0] == "-" else ""), first.search.order.field
        wanted = list(rows.order_by(f"{sign}{field}", f"{sign}pk").values_list("pk", flat=True))

        seen, page = [row.pk for row in first.rows], first
        while page.has_next:
            line_of_next = f"{line}&page={page.number + 1}&cursor={page.after}"
            page = page_of_appointments(QueryDict(line_of_next), business=business)
            seen += [row.pk for row in page.rows]
        assert seen == wanted

        page = page_of_appointments(QueryDict(f"{line}&page=last"), business=business)
        back = [row.pk for row in page.rows]
        while page.has_previous:
            number = f"&page={page.number - 1}" if page.number else ""
            before = QueryDict(f"{line}{number}&cursor={page.before}")
            page = page_of_appointments(before, business=business)
            back = [row.pk for row in page.rows] + back
        assert list(dict.fromkeys(back)) == wanted

    def test_a_number_leads_to_its_page(self, many, few_are_counted) -> None:
        business = Preferences()
        wanted = list(Appointment.objects.order_by("-start", "-pk").values_list("pk", flat=True))

        third = page_of_appointments(QueryDict("when=any&page=3"), business=business)

        assert [row.pk for row in third.rows] == wanted[14:21]


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("when=any", "appointment_by_start"),
        ("when=any&sort=-booked", "appointment_by_booked"),
        ("status=pending&when=any", "appointment_by_status"),
    ],
)
def test_an_index_leads_to_the_rows(query: str, index: str) -> None:
    service, provider, customer = ServiceFactory(), ProviderFactory(), CustomerFactory()
    made = [
        AppointmentFactory.build(
            service=service, provider=provider, customer=customer, start=NOW + HOUR * n,
            status=Status.DONE if n % 100 else Status.PENDING, created_at=NOW - HOUR * n,
        )
        for n in range(3_000)
    ]  # fmt: skip
    Appointment.objects.bulk_create(made)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    search = finding.Search(QueryDict(query), Preferences())

    plan = search.order.walk(search.among).values_list("pk")[:26].explain()
    if "status" in query:
        plan = search.among.values_list("start", "pk")[:1_001].explain()

    assert index in plan
