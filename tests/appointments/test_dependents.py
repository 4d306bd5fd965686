"""What appointments mean for a customer who is merged, deleted, erased or asks what is kept."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
import time_machine as clocks
from django.urls import reverse

from appointments import booking
from appointments.dependents import Appointments
from appointments.models import (
    Appointment,
    AppointmentChange,
    Block,
    CalendarFeed,
    ConsentText,
    Suggestion,
)
from customers.archiving import archive_customers
from customers.erasing import erase_customers
from customers.merging import merge
from customers.models import ChangeSet, Customer
from customers.undoing import undo
from notifications import portal_access
from tests.factories import AppointmentFactory, CustomerFactory, ProviderFactory, ServiceFactory

pytestmark = pytest.mark.django_db
Source, Status = ChangeSet.Source, Appointment.Status
NOW = datetime(2027, 1, 4, 8, tzinfo=UTC)
DAY = timedelta(days=1)
STAFF = {"by": None, "source": Source.BACK_OFFICE}


@pytest.fixture(autouse=True)
def monday():
    with clocks.travel(NOW, tick=False):
        yield


@pytest.fixture
def ada():
    return CustomerFactory(first_name="Ada", last_name="Lovelace")


def these(*customers):
    return Customer.objects.filter(pk__in=[each.pk for each in customers])


def at(customer, days, **facts):
    return AppointmentFactory(customer=customer, start=NOW + days * DAY, **facts)


def visits_of(customer):
    now = Customer.objects.get(pk=customer.pk)
    return now.last_visit_at, now.next_visit_at


def test_a_merge_takes_appointments_suggestions_and_calendar_along_and_undo_gives_them_back(ada):
    twin = CustomerFactory()
    at(ada, -2)
    past, coming = at(twin, -1), at(twin, 3)
    Suggestion.objects.create(customer=twin, values={"first_name": "Adelaide"})
    feed = CalendarFeed.objects.create(customer=twin)

    merged = merge(ada, twin, **STAFF)

    assert set(ada.appointments.values_list("pk", flat=True)) >= {past.pk, coming.pk}
    assert ada.suggestions.count() == 1
    assert CalendarFeed.objects.get().customer == ada
    assert visits_of(ada) == (past.start, coming.start)
    assert visits_of(twin) == (None, None)
    later = at(ada, 5)
    undo(merged.change_set, **STAFF)
    assert set(twin.appointments.values_list("pk", flat=True)) == {past.pk, coming.pk}
    assert later in ada.appointments.all()
    assert (twin.suggestions.count(), CalendarFeed.objects.get(pk=feed.pk).customer) == (1, twin)
    assert visits_of(twin) == (past.start, coming.start)
    assert visits_of(ada) == (NOW - 2 * DAY, later.start)


def test_two_calendars_stay_with_their_records(ada):
    twin = CustomerFactory()
    for customer in (ada, twin):
        CalendarFeed.objects.create(customer=customer)

    merge(ada, twin, **STAFF)

    assert CalendarFeed.objects.get(customer=ada) != CalendarFeed.objects.get(customer=twin)


def test_whoever_has_an_appointment_to_come_is_not_deleted_and_the_next_one_is_named(ada):
    service = ServiceFactory(name="Cut")
    at(ada, 7)
    at(ada, 3, service=service, provider=ProviderFactory(name="Zelda"))
    bea, eve = CustomerFactory.create_batch(2)
    at(bea, -1)
    at(eve, 2, status=Status.CANCELLED)

    archived = archive_customers(these(ada, bea, eve), **STAFF)

    assert archived.kept.reasons == {
        ada.pk: "Has an appointment on 7 Jan 2027, 08:00: Cut with Zelda."
    }
    assert set(Customer.objects.archived()) == {bea, eve}


def test_the_reasons_of_many_take_the_same_few_queries(ada, django_assert_num_queries):
    others = CustomerFactory.create_batch(3)
    for customer in (ada, *others):
        at(customer, 1)
        at(customer, 2)
    for some in ([ada], [ada, *others]):
        with django_assert_num_queries(2):  # settings, appointments
            assert len(Appointments().reasons_to_keep(these(*some))) == len(some)


def test_erased_the_appointments_stay_without_the_person(ada):
    text = ConsentText.objects.create(text="Yes")
    past = at(ada, -1, note="My knee", staff_note="Ada is kind", time_zone="Asia/Tokyo",
              consent=text)  # fmt: skip
    coming = at(ada, 2)
    booking.edit_notes(past, note="My left knee", **STAFF)
    Suggestion.objects.create(customer=ada, values={"first_name": "Adelaide"})
    CalendarFeed.objects.create(customer=ada)
    Block.objects.create(email=ada.email, reason="Never came")
    others = at(CustomerFactory(), 4, note="Keep")

    erase_customers(these(ada), **STAFF)

    for appointment, status in ((past, Status.CONFIRMED), (coming, Status.CANCELLED)):
        now = Appointment.objects.get(pk=appointment.pk)
        assert (now.customer, now.note, now.staff_note, now.time_zone) == (None, "", "", "")
        assert (now.status, now.price, now.service) == (
            status, appointment.price, appointment.service,
        )  # fmt: skip
        assert now.token != appointment.token
    assert "knee" not in json.dumps(list(AppointmentChange.objects.values("before", "after")))
    assert not Suggestion.objects.exists()
    assert not CalendarFeed.objects.exists()
    assert Appointment.objects.get(pk=others.pk).note == "Keep"
    assert Block.objects.exists()  # staff's own record: who may not book stays so


def test_a_person_is_handed_what_is_kept_about_the_appointments_and_the_login(
    ada, as_manager, media
):
    at(ada, -1, service=ServiceFactory(name="Cut"), note="My knee", staff_note="Kind")
    at(CustomerFactory(), -1, note="Somebody else's")
    Suggestion.objects.create(customer=ada, values={"first_name": "Adelaide"})
    portal_access.allow(these(ada), **STAFF)

    answer = as_manager.post(reverse("customers:privacy", args=[ada.pk]))

    with ZipFile(BytesIO(b"".join(answer.streaming_content))) as folder:
        page, data = folder.read("data.html").decode(), json.loads(folder.read("data.json"))
    kept = data["kept_by_other_parts"]
    told = kept["appointments"][0]
    assert (told["service"], told["status"], told["note"]) == ("Cut", "Confirmed", "My knee")
    assert told["note_for_staff"] == "Kind"
    assert kept["suggestions"][0]["values"] == {"first_name": "Adelaide"}
    for words in ("My knee", "Kind", "Adelaide", "Allowed to login", "Invited"):
        assert words in page
    assert "Somebody else" not in page
