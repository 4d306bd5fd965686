"""A new appointment by staff: prefilled, searched, warned, never twice."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from appointments.models import Appointment, Provider, WorkingHours
from customers.models import Customer
from notifications.models import Message
from tests.factories import AppointmentFactory, CustomerFactory, ProviderFactory, ServiceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_the_day_before")]
ADD = reverse("appointments:add")
TUESDAY = datetime(2026, 11, 17, 10, tzinfo=UTC)


@pytest.fixture
def _the_day_before():
    with time_machine.travel(TUESDAY - timedelta(days=1), tick=False):
        yield


@pytest.fixture
def desk(client: Client, front_desk: User) -> Client:
    client.force_login(front_desk)
    return client


@pytest.fixture
def tom(db: None) -> Provider:
    for day in range(5):
        WorkingHours.objects.create(weekday=day, start=9 * 60, end=17 * 60)
    service = ServiceFactory(name="Balayage", duration=90)
    tom: Provider = ProviderFactory(name="Tom", services=[service])
    return tom


@pytest.fixture
def ada(db: None) -> Customer:
    ada: Customer = CustomerFactory(first_name="Ada", last_name="King", email="ada@example.org")
    return ada


def save(client: Client, tom: Provider, ada: Customer, **others: object) -> HttpResponse:
    form = {
        "customer": ada.pk, "service": tom.services.get().pk, "provider": tom.pk,
        "date": "2026-11-17", "time": "10:00", "tell": "on",
    } | others  # fmt: skip
    return client.post(ADD, {name: value for name, value in form.items() if value})


def test_a_click_in_the_calendar_fills_the_form(desk, tom, ada):
    params = {"date": "2026-11-17", "time": "10:15", "provider": tom.pk, "customer": ada.pk}

    html = desk.get(ADD, params).content.decode()

    assert 'value="2026-11-17"' in html
    assert 'value="10:15"' in html
    assert f'<option value="{tom.pk}" selected>Tom</option>' in html
    assert f'value="{ada.pk}" id="customer-{ada.pk}" checked' in html


def test_the_search_finds_without_a_script_and_keeps_what_was_typed(desk, tom, ada):
    CustomerFactory(first_name="Bo")
    sent = {"q": "king", "find": "1", "time": "10:15", "note": "by the window"}

    answer = desk.post(ADD, sent)

    html = answer.content.decode()
    assert answer.status_code == 200
    assert [each.pk for each in answer.context["found"]] == [ada.pk]
    assert "by the window" in html
    assert 'value="10:15"' in html
    assert not Appointment.objects.exists()


def test_words_without_a_choice_are_a_search_too(desk, tom, ada):
    answer = save(desk, tom, ada, customer="", q="king")

    assert answer.status_code == 200
    assert list(answer.context["found"]) == [ada]


def test_it_is_booked_told_and_shown_in_its_week(desk, tom, ada, front_desk):
    answer = save(desk, tom, ada, note="By the window", staff_note="Allergic to latex")

    one = Appointment.objects.get()
    assert (one.customer, one.provider, one.start) == (ada, tom, TUESDAY)
    assert one.end == TUESDAY + timedelta(minutes=90)
    assert (one.note, one.staff_note) == ("By the window", "Allergic to latex")
    assert (one.status, one.source) == ("confirmed", "back-office")
    assert one.changes.get().change_set.by == front_desk
    assert answer.url == f"{reverse('appointments:calendar')}?date=2026-11-17"
    assert Message.objects.filter(event="appointment-booked", customer=ada).exists()
    page = desk.get(answer.url).content.decode()
    assert "Ada King is booked: Tue 17 Nov, 10:00, with Tom." in page
    assert (
        f'action="{reverse("appointments:undo", args=[one.changes.get().change_set_id])}"' in page
    )


def test_nobody_is_told_unless_it_is_wished(desk, tom, ada):
    save(desk, tom, ada, tell="")

    assert Appointment.objects.exists()
    assert not Message.objects.exists()


def test_another_length_than_the_services(desk, tom, ada):
    save(desk, tom, ada, duration="30")

    assert Appointment.objects.get().end == TUESDAY + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("others", "code", "words"),
    [
        ({"time": "16:00"}, "hours", "Tom does not work then."),
        ({"date": "2026-11-15"}, "past hours", "This time has passed."),
    ],
)
def test_staff_are_warned_and_then_let(desk, tom, ada, others, code, words):
    asked = save(desk, tom, ada, **others)

    assert asked.status_code == 422
    assert words in asked.content.decode()
    assert f'name="accepted" value="{code}"' in asked.content.decode()
    assert not Appointment.objects.exists()
    save(desk, tom, ada, accepted=code, **others)
    assert Appointment.objects.count() == 1
    assert Message.objects.exists() == ("past" not in code)


def test_what_the_customer_has_at_that_time_is_said(desk, tom, ada):
    AppointmentFactory(customer=ada, service=ServiceFactory(name="Brows"), start=TUESDAY)

    asked = save(desk, tom, ada)

    assert asked.status_code == 422
    assert "Ada King has Brows with" in asked.content.decode()


def test_a_taken_time_is_refused_and_everything_kept(desk, tom, ada):
    AppointmentFactory(
        provider=tom, start=TUESDAY + timedelta(hours=1), customer=CustomerFactory(first_name="Bo")
    )

    answer = save(desk, tom, ada, note="By the window")

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Tom has Bo" in html
    assert "By the window" in html
    assert f'id="customer-{ada.pk}" checked' in html
    assert Appointment.objects.count() == 1


def test_a_time_that_is_being_booked_says_so(desk, tom, ada):
    AppointmentFactory(
        provider=tom, start=TUESDAY, customer=None, status="held",
        held_until=timezone.now() + timedelta(minutes=5),
    )  # fmt: skip

    assert "Somebody is booking this time" in save(desk, tom, ada).content.decode()


def test_the_same_form_sent_twice_books_once(desk, tom, ada):
    save(desk, tom, ada)
    again = save(desk, tom, ada, accepted="customer")

    one = Appointment.objects.get()
    assert again.url == reverse("appointments:detail", args=[one.pk])


def test_a_deleted_customer_is_not_booked(desk, tom):
    gone = CustomerFactory(archived_at=timezone.now())

    answer = save(desk, tom, gone)

    assert answer.status_code == 422
    assert "This customer was deleted." in answer.content.decode()


def test_what_is_missing_is_named_where_it_is_missing(desk, tom, ada):
    html = desk.post(ADD, {}).content.decode()

    for words in (
        "Choose who it is for.", "Choose a service.", "Choose who provides it.", "Choose a day.",
        "Choose a time.",
    ):  # fmt: skip
        assert words in html


@pytest.mark.parametrize("value", ["x", "9" * 30, "-1", "0"])
def test_numbers_that_make_no_sense_are_no_error(desk, tom, ada, value):
    params = dict.fromkeys(("customer", "service", "provider", "duration"), value)

    assert desk.get(ADD, params).status_code == 200
    assert desk.post(ADD, params).status_code == 422


def test_who_is_new_is_added_and_then_booked(desk, tom):
    link = desk.get(ADD, {"date": "2026-11-17"}).context["add_customer"]

    answer = desk.post(link, {"first_name": "Bo", "version": ""})

    bo = Customer.objects.get(first_name="Bo")
    assert answer.url == f"{ADD}?date=2026-11-17&customer={bo.pk}"


def test_adding_a_customer_leads_to_no_other_site(desk):
    answer = desk.post(f"{reverse('customers:add')}?next=https://evil.example", {"first_name": "B"})

    assert answer.url == reverse("customers:profile", args=[Customer.objects.get().pk])


@pytest.mark.parametrize("count", [1, 3])
def test_the_form_costs_the_same_for_one_provider_and_for_three(
    desk, tom, ada, count, django_assert_num_queries: DjangoAssertNumQueries
):
    for _number in range(count):
        other = ProviderFactory(services=[tom.services.get()])
        AppointmentFactory(provider=other, start=TUESDAY)
    params = {
        "service": tom.services.get().pk, "provider": tom.pk, "customer": ada.pk,
        "date": "2026-11-17", "time": "10:15",
    }  # fmt: skip
    desk.get(ADD, params)

    with django_assert_num_queries(16):  # three of them for who can be told
        desk.get(ADD, params)
