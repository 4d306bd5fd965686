"""Moving, cancelling and the rest on pages: asked first, told only if so wished, taken back."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from appointments.models import Appointment, Provider, WorkingHours
from customers.models import ChangeSet, Customer
from notifications.models import Message, Workflow
from tests.factories import AppointmentFactory, CustomerFactory, ProviderFactory, ServiceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_the_day_before")]
Status = Appointment.Status
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
    tom: Provider = ProviderFactory(
        name="Tom", email="tom@example.org", services=[ServiceFactory(name="Balayage")]
    )
    return tom


@pytest.fixture
def one(tom: Provider) -> Appointment:
    """On Tuesday from ten to eleven."""
    return appointment(tom)


def appointment(tom: Provider, **values: object) -> Appointment:
    ada = CustomerFactory(first_name="Ada", last_name="King", email="ada@example.org")
    made: Appointment = AppointmentFactory(
        **{"customer": ada, "provider": tom, "service": tom.services.get(), "start": TUESDAY}
        | values
    )
    return made


def at(name: str, one: Appointment) -> str:
    return reverse(f"appointments:{name}", args=[one.pk])


def move_to(client: Client, one: Appointment, start: datetime, **others: object) -> HttpResponse:
    form = {
        "date": start.date(), "time": f"{start:%H:%M}", "provider": one.provider_id,
        "version": one.version, "tell": "on",
    } | others  # fmt: skip
    return client.post(at("move", one), {name: value for name, value in form.items() if value})


def said(answer: HttpResponse) -> list[str]:
    return [str(message) for message in answer.wsgi_request._messages]  # noqa: SLF001


def test_the_dialog_after_a_drag_says_what_will_happen(desk, one):
    address = f"{at('move', one)}?date=2026-11-19&time=15:30"

    html = desk.get(address, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in html
    for words in ("Move Ada King, Balayage?", 'value="2026-11-19"', 'value="15:30"'):
        assert words in html
    assert "Send a message about it to Ada King, Tom" in html
    assert "does not work then" not in html


def test_a_move_is_written_told_and_can_be_taken_back(desk, one):
    answer = move_to(desk, one, TUESDAY + timedelta(days=1))

    one.refresh_from_db()
    assert one.start == TUESDAY + timedelta(days=1)
    assert one.end - one.start == timedelta(hours=1)
    assert said(answer) == ["Moved to Wed 18 Nov, 10:00, with Tom."]
    assert Message.objects.filter(event="appointment-moved").exists()

    undone = desk.post(reverse("appointments:undo", args=[ChangeSet.objects.get().pk]))
    one.refresh_from_db()
    assert one.start == TUESDAY
    assert said(undone)[-1] == "Undone."


def test_nobody_is_told_unless_it_is_wished(desk, one):
    move_to(desk, one, TUESDAY + timedelta(days=1), tell="")
    one.refresh_from_db()
    cancelled = desk.post(at("cancel", one), {"version": one.version})

    one.refresh_from_db()
    assert one.status == Status.CANCELLED
    assert said(cancelled)[-1] == "The appointment is cancelled."
    assert not Message.objects.exists()


def test_who_can_not_be_told_is_not_asked_about(desk, one, tom, front_desk):
    Workflow.objects.create(event="appointment-cancelled", channels=[])
    assert "Send a message about it to Tom" in desk.get(at("cancel", one)).content.decode()

    tom.user = front_desk  # nobody is told what they do themselves
    tom.save()

    assert "Nobody is told of it." in desk.get(at("cancel", one)).content.decode()
    Customer.objects.update(email="", phone="")
    assert "Nobody is told of it." in desk.get(at("move", one)).content.decode()


def test_outside_hours_is_asked_once_more_and_then_done(desk, one):
    late = TUESDAY.replace(hour=20)

    asked = move_to(desk, one, late)

    assert asked.status_code == 422
    assert "Tom does not work then." in asked.content.decode()
    one.refresh_from_db()
    assert one.start == TUESDAY
    move_to(desk, one, late, accepted="hours")
    one.refresh_from_db()
    assert one.start == late


def test_what_was_read_covers_no_other_warning(desk, one, tom):
    other = appointment(ProviderFactory(services=[one.service]), customer=one.customer,
                        start=TUESDAY.replace(hour=20))  # fmt: skip

    asked = move_to(desk, one, other.start, accepted="hours")

    assert asked.status_code == 422
    assert f"Ada King has Balayage with {other.provider} then: 20:00–21:00." in (
        asked.content.decode()
    )


def test_a_taken_time_names_who_has_it_and_keeps_what_was_typed(desk, one, tom):
    appointment(tom, start=TUESDAY + timedelta(hours=2), customer=CustomerFactory(first_name="Bo"))

    answer = move_to(desk, one, TUESDAY + timedelta(hours=1, minutes=30))

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Tom has Bo" in html
    assert 'value="11:30"' in html
    one.refresh_from_db()
    assert one.start == TUESDAY


def test_a_second_person_does_not_overwrite_the_first(desk, one):
    Appointment.objects.filter(pk=one.pk).update(version=7)

    moved = move_to(desk, one, TUESDAY + timedelta(days=1))
    cancelled = desk.post(at("cancel", one), {"version": one.version})

    assert moved.status_code == 422
    assert "Somebody changed this appointment meanwhile" in moved.content.decode()
    assert said(cancelled) == ["Somebody changed this appointment meanwhile. Look at it first."]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"date": "29 of May"}, "Write the date as year-month-day"),
        ({"date": "9000-01-01"}, "This day is too far away."),
        ({"time": "noon"}, "Write the time as hours and minutes"),
        ({"date": "2027-03-28", "time": "01:30"}, "this time does not come on that day"),
        ({"provider": "0"}, "Select a valid choice"),
        ({"duration": "100000"}, "less than or equal to 1440"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(desk, one, values, words):
    answer = move_to(desk, one, TUESDAY, **values)

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_provider_who_does_not_provide_the_service_is_refused(desk, one):
    other = ProviderFactory(name="Mia")

    answer = move_to(desk, one, TUESDAY, provider=other.pk)

    assert answer.status_code == 422
    assert "Mia does not provide Balayage." in answer.content.decode()


def test_what_took_place_or_was_cancelled_is_not_moved(desk, tom):
    gone = appointment(tom, status=Status.CANCELLED)

    asked = desk.get(at("move", gone))
    sent = move_to(desk, gone, TUESDAY + timedelta(days=1))

    assert said(asked) == ["Only an appointment that is to take place can be moved."]
    assert sent.status_code == 422
    assert desk.get(at("cancel", gone)).url == at("detail", gone)


def test_staff_confirm_what_waits_and_the_customer_hears_of_it(desk, tom):
    waiting = appointment(tom, status=Status.PENDING)
    html = desk.get(at("status", waiting)).content.decode()
    assert "Confirm this appointment?" in html

    desk.post(at("status", waiting), {"to": "confirmed", "version": 1, "tell": "on"})

    waiting.refresh_from_db()
    assert waiting.status == Status.CONFIRMED
    assert Message.objects.filter(event="appointment-confirmed").exists()


def test_what_has_begun_is_noted_as_done_or_missed_and_back(desk, tom):
    past = appointment(tom, start=TUESDAY - timedelta(days=2))
    assert "No-show" in desk.get(at("detail", past)).content.decode()

    answer = desk.post(at("status", past), {"to": "no-show", "version": 1, "tell": "on"})

    past.refresh_from_db()
    assert past.status == Status.NO_SHOW
    assert said(answer) == ["Noted: nobody came."]
    assert not Message.objects.exists()
    desk.post(at("status", past), {"to": "confirmed"})
    past.refresh_from_db()
    assert past.status == Status.CONFIRMED


@pytest.mark.parametrize("wanted", ["", "held", "pending", "cancelled", "nonsense"])
def test_no_other_status_can_be_asked_for(desk, one, wanted):
    answer = desk.post(at("status", one), {"to": wanted})

    one.refresh_from_db()
    assert one.status == Status.CONFIRMED
    assert said(answer) == ["An appointment can't become that."]


def test_an_act_is_taken_back_once(desk, one):
    desk.post(at("cancel", one), {"version": 1})
    undo = reverse("appointments:undo", args=[ChangeSet.objects.get().pk])
    assert "The appointment becomes what it was before." in desk.get(undo).content.decode()

    desk.post(undo)
    again = desk.post(undo)

    one.refresh_from_db()
    assert one.status == Status.CONFIRMED
    assert said(again)[-1] == "This was undone already."


def test_the_undo_of_an_act_on_a_customer_is_not_found_here(desk):
    act = ChangeSet.objects.create(kind=ChangeSet.Kind.EDIT, source="back-office")

    assert desk.post(reverse("appointments:undo", args=[act.pk])).status_code == 404


def test_a_hold_has_no_page(desk, tom):
    held = appointment(tom, status=Status.HELD, customer=None, held_until=TUESDAY)

    for name in ("detail", "move", "cancel", "status"):
        assert desk.get(at(name, held)).status_code == 404


def test_the_way_back_is_one_of_our_pages(desk, one):
    week = f"{reverse('appointments:calendar')}?date=2026-11-17"
    away = desk.post(at("cancel", one), {"next": "https://evil.example/x"})
    assert away.url == at("detail", one)

    desk.post(reverse("appointments:undo", args=[ChangeSet.objects.get().pk]))
    home = desk.post(at("cancel", one), {"next": week})

    assert home.url == week


def test_the_note_for_staff_is_kept_with_its_history(desk, one):
    desk.post(at("notes", one), {"staff_note": " Allergic to latex ", "version": 1})

    one.refresh_from_db()
    assert one.staff_note == "Allergic to latex"
    late = desk.post(at("notes", one), {"staff_note": "Likes tea", "version": 1})
    assert late.status_code == 422
    html = late.content.decode()
    assert "Likes tea" in html
    assert "Somebody changed this appointment meanwhile" in html
    desk.post(at("notes", one), {"staff_note": "Likes tea", "version": one.version})
    one.refresh_from_db()
    assert one.staff_note == "Likes tea"


def test_the_page_shows_notes_and_names_as_text(desk, tom):
    hostile = "<script>alert(1)</script>"
    one = appointment(
        tom, note=hostile, staff_note=hostile, customer=CustomerFactory(first_name=hostile)
    )

    html = desk.get(at("detail", one)).content.decode()

    assert "alert(1)" in html
    assert "<script>alert" not in html


def test_what_the_customer_was_told_stands_on_the_page(desk, one):
    move_to(desk, one, TUESDAY + timedelta(days=1))

    said = desk.get(at("detail", one)).context["said"]

    assert [entry.message.event for entry in said] == ["appointment-moved"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_act_and_for_three(
    desk, one, count, django_assert_num_queries: DjangoAssertNumQueries
):
    for number in range(count):
        one.refresh_from_db()
        move_to(desk, one, TUESDAY + timedelta(days=1, minutes=5 * number))
    desk.get(at("detail", one))

    with django_assert_num_queries(8):
        desk.get(at("detail", one))


def test_an_appointment_without_its_person_is_shown(desk, tom):
    html = desk.get(at("detail", appointment(tom, customer=None))).content.decode()

    assert "The customer was erased." in html
