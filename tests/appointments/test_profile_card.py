"""The visits of a customer on the profile: the next one first, how many, and what they cost."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from appointments.models import Appointment
from appointments.profile_card import visits_of
from bookkinda.preferences import Preferences
from customers.models import Customer
from tests.customers.pages import NASTY, text_of
from tests.factories import AppointmentFactory, CustomerFactory, ProviderFactory, ServiceFactory

pytestmark = pytest.mark.django_db

Status = Appointment.Status
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def ada(time_machine) -> Customer:
    time_machine.move_to(NOW, tick=False)
    return CustomerFactory(first_name="Ada", last_name="Lovelace")


def book(customer: Customer, away: timedelta, status: str = Status.CONFIRMED, **also):
    return AppointmentFactory(customer=customer, start=NOW + away, status=status, **also)


def profile(client: Client, customer: Customer):
    return client.get(reverse("customers:profile", args=[customer.pk]))


def services_on(page) -> list[str]:
    card = page.content.decode().partition('id="visits"')[2].partition("</section>")[0]
    return re.findall(r'class="(?:bk-plain )?fw-semibold"[^>]*>([^<]*)<', card)


def test_a_visit_counts_once_it_has_begun_unless_it_was_cancelled_or_missed(ada) -> None:
    book(ada, -9 * DAY, Status.DONE)
    last = book(ada, -HOUR / 2)
    book(ada, -2 * DAY, Status.NO_SHOW)
    book(ada, -3 * DAY, Status.CANCELLED)
    coming = book(ada, 2 * DAY, Status.PENDING)
    book(ada, DAY, Status.CANCELLED)
    book(ada, 4 * DAY, Status.HELD, held_until=NOW + HOUR)
    book(CustomerFactory(), DAY)

    visits = visits_of(ada)

    assert (visits.all, visits.came, visits.missed) == (6, 2, 1)
    assert (visits.last, visits.next) == (last.start, coming.start)


def test_the_next_visit_comes_first_and_then_the_last_ones(as_owner: Client, ada) -> None:
    for away, name in ((-3, "Patch test"), (9, "Trim"), (1, "Cut"), (-1, "Colour")):
        book(ada, away * DAY, service=ServiceFactory(name=name))

    page = profile(as_owner, ada)

    assert services_on(page) == ["Cut", "Trim", "Colour", "Patch test"]
    shown = text_of(page)
    assert "Next visit Tomorrow, 12:00" in shown
    assert "Last visit 17 Nov 2026" in shown
    assert "Visits 2" in shown
    assert "No-shows 0" in shown


def test_many_visits_are_a_link_away(as_owner: Client, ada) -> None:
    for n in range(1, 9):
        book(ada, n * DAY)
        book(ada, -n * DAY)

    page = profile(as_owner, ada)

    assert len(services_on(page)) == 7
    assert visits_of(ada).all == 16


def test_times_are_those_of_the_business(as_owner: Client, ada) -> None:
    Preferences(time_zone="Asia/Tokyo").save()
    book(ada, 4 * HOUR)

    assert "Tomorrow, 01:00–02:00" in text_of(profile(as_owner, ada))


def test_a_customer_without_visits_is_told_so(as_owner: Client, ada) -> None:
    shown = text_of(profile(as_owner, ada))

    assert "No appointments yet." in shown
    assert "Next visit" not in shown
    assert "No-shows" not in shown


def test_a_deleted_customer_keeps_the_visits_and_is_booked_no_more(as_owner: Client, ada) -> None:
    book(ada, -DAY, service=ServiceFactory(name="Cut"))
    Customer.objects.filter(pk=ada.pk).update(archived_at=timezone.now())

    page = profile(as_owner, ada)

    assert services_on(page) == ["Cut"]
    assert f"?customer={ada.pk}&" not in page.content.decode().partition("<main")[0]
    assert "Book the first one" not in text_of(page)


def test_names_with_markup_are_shown_as_text(as_owner: Client, ada) -> None:
    book(ada, DAY, service=ServiceFactory(name=NASTY[:100]), provider=ProviderFactory(name=NASTY))

    html = profile(as_owner, ada).content.decode()

    assert "<script>alert" not in html
    assert not re.search(r"<[^>]*' onmouseover=alert", html)


def test_only_who_may_book_is_offered_what_changes_a_visit(
    client: Client, reader: User, ada
) -> None:
    appointment = book(ada, DAY)
    client.force_login(reader)

    html = profile(client, ada).content.decode()

    assert appointment.service.name in html
    for act in ("move", "cancel", "status"):
        assert f"/{appointment.pk}/{act}/" not in html
    assert "/appointments/add/" not in html


@pytest.mark.parametrize("count", [1, 3])
def test_three_visits_cost_as_many_questions_as_one(
    as_owner: Client, ada, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(1, count + 1):
        book(ada, n * DAY)
        book(ada, -n * DAY)
    profile(as_owner, ada)

    with django_assert_num_queries(14):  # three of them for visits: how many, coming, over
        profile(as_owner, ada)
