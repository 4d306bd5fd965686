"""The history of an appointment in words, on its page and on the customer's timeline."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from appointments.booking import book_now, cancel, edit_notes, move, set_status
from appointments.models import Appointment, Provider
from appointments.telling import RELATIVES, told
from appointments.undoing import undo
from customers.models import ChangeSet
from tests.factories import CustomerFactory, ProviderFactory, ServiceFactory

pytestmark = pytest.mark.django_db
SOURCE = ChangeSet.Source.BACK_OFFICE
START = datetime(2027, 1, 5, 10, tzinfo=UTC)


@pytest.fixture
def desk(client: Client, front_desk: User) -> Client:
    client.force_login(front_desk)
    return client


@pytest.fixture
def tom(db: None) -> Provider:
    return ProviderFactory(name="Tom")


def booked(by: User, tom: Provider, start: datetime = START) -> Appointment:
    service = ServiceFactory(name="Balayage")
    tom.services.add(service)
    return book_now(
        service=service, provider=tom, start=start, customer=CustomerFactory(first_name="Ada"),
        by=by, source=SOURCE, notify=False,
    )  # fmt: skip


def texts(appointment: Appointment) -> list[str]:
    changes = appointment.changes.select_related(*RELATIVES).order_by("pk")
    return [entry.text for entry in told(changes, UTC)]


def test_every_act_is_told_in_its_words(front_desk, tom):
    one = booked(front_desk, tom, timezone.now() - timedelta(hours=2))
    asked = {"by": front_desk, "source": SOURCE, "notify": False}
    later = one.start + timedelta(minutes=30)
    move(one, start=later, **asked)
    edit_notes(one, staff_note="Allergic to latex", by=front_desk, source=SOURCE)
    set_status(one, Appointment.Status.NO_SHOW, **asked)
    set_status(one, Appointment.Status.CONFIRMED, **asked)
    cancel(one, **asked)
    undo(one.changes.latest("pk").change_set, by=front_desk, notify=False)

    assert texts(one) == [
        "Booked", "Moved", "Changed", "Noted as no-show", "Confirmed", "Cancelled",
        "Undone: Cancelled",
    ]  # fmt: skip


def test_a_move_names_times_and_providers_before_and_after(front_desk, tom):
    one = booked(front_desk, tom)
    mia = ProviderFactory(name="Mia", services=[one.service])
    move(
        one, start=START + timedelta(days=1), provider=mia, by=front_desk, source=SOURCE,
        notify=False,
    )  # fmt: skip

    entry = told(one.changes.select_related(*RELATIVES).order_by("pk"), UTC)[-1]

    assert [(line.before, line.after) for line in entry.lines] == [
        ("Tue 5 Jan 2027, 10:00–11:00", "Wed 6 Jan 2027, 10:00–11:00"),
        ("Tom", "Mia"),
    ]
    assert entry.who == "Fay Desk"


def test_the_customers_timeline_has_the_appointments_among_the_rest(desk, front_desk, tom):
    one = booked(front_desk, tom)
    cancel(one, by=front_desk, source=SOURCE, notify=False)

    html = desk.get(reverse("customers:profile", args=[one.customer_id])).content.decode()

    assert "Balayage, Tue 5 Jan, 10:00, with Tom" in html
    assert html.index("Cancelled</b>") < html.index("Booked</b>")
    assert f'href="/backoffice/appointments/{one.pk}/"' in html


def test_pages_of_the_timeline_skip_and_repeat_no_visit(desk, front_desk, tom):
    one = booked(front_desk, tom)
    for number in range(24):
        edit_notes(one, staff_note=f"note {number}", by=front_desk, source=SOURCE)
    address = reverse("customers:profile", args=[one.customer_id])

    first = desk.get(address).context
    rest = desk.get(f"{address}?{first['next_page']}").context

    seen = [entry.change.pk for page in (first, rest) for entry in page["entries"]]
    assert seen == list(one.changes.order_by("-pk").values_list("pk", flat=True))
    assert rest["next_page"] == ""


@pytest.mark.parametrize("count", [1, 3])
def test_telling_costs_the_same_for_one_appointment_and_for_three(
    front_desk, tom, count, django_assert_num_queries: DjangoAssertNumQueries
):
    one = booked(front_desk, tom)
    for number in range(count):
        provider = ProviderFactory(services=[one.service])
        start = START + timedelta(days=number)
        move(one, start=start, provider=provider, by=front_desk, source=SOURCE, notify=False)

    with django_assert_num_queries(2):  # the changes, the names of the providers
        told(one.changes.select_related(*RELATIVES).exclude(action="booked"), UTC)
