"""iCalendar files, read by a library as a calendar program would."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from appointments import booking
from appointments.calendars import as_event_file, as_feed
from appointments.models import Appointment
from bookkinda.preferences import Preferences
from customers.models import ChangeSet
from tests.factories import AppointmentFactory, CustomerFactory, ProviderFactory, ServiceFactory

pytestmark = pytest.mark.django_db
DESK = ChangeSet.Source.BACK_OFFICE
START = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)  # the clocks change during it
HOSTILE = 'Cut, colour; "more"\\\nMETHOD:CANCEL'


@pytest.fixture
def business():
    Preferences(
        business_name='Marlow "&" Finch: Ltd', address="12 Harbour Street\nBristol", phone="0117"
    ).save()
    return Preferences.load()


@pytest.fixture
def visit(business):
    return AppointmentFactory(
        service=ServiceFactory(name="Haircut"),
        provider=ProviderFactory(name="Sofia Lindberg"),
        customer=CustomerFactory(first_name="Ada", last_name="Lovelace", phone="+447700900142"),
        start=START,
        note="By the window, please",
    )


def read(file):
    """The calendar and its only entry."""
    calendar = Calendar.from_ical(file)
    [event] = calendar.walk("VEVENT")
    assert not event.errors
    assert calendar.walk("VTIMEZONE") == []
    return calendar, event


def test_a_calendar_reads_what_where_when_and_the_link(visit, business):
    calendar, event = read(as_event_file(visit))

    assert (calendar["METHOD"], event["STATUS"]) == ("PUBLISH", "CONFIRMED")
    assert event.decoded("DTSTART") == START
    assert event.decoded("DTEND") == START + timedelta(hours=1)
    assert event["DTSTART"].to_ical() == b"20270328T003000Z"
    assert event["SUMMARY"] == f"Haircut, {business.business_name}"
    assert event["LOCATION"] == "12 Harbour Street, Bristol"
    assert "Sofia Lindberg" in event["DESCRIPTION"]
    assert event["URL"].endswith(f"/book/manage/{visit.token}/")
    assert event["ORGANIZER"].startswith("mailto:")
    assert b"\r\n" in as_event_file(visit)


def test_the_uid_stays_and_the_sequence_grows_until_cancelling_takes_it_away(visit):
    _calendar, first = read(as_event_file(visit))

    moved = booking.move(visit, start=START + timedelta(days=1), by=None, source=DESK, notify=False)
    _calendar, second = read(as_event_file(moved))
    gone = booking.cancel(moved, by=None, source=DESK, notify=False)
    calendar, third = read(as_event_file(gone))

    assert first["UID"] == second["UID"] == third["UID"] == str(visit.uid)
    assert first["SEQUENCE"] < second["SEQUENCE"] < third["SEQUENCE"]
    assert second.decoded("DTSTART") == START + timedelta(days=1)
    assert (calendar["METHOD"], third["STATUS"]) == ("CANCEL", "CANCELLED")


def test_what_waits_for_approval_is_tentative(visit):
    visit.status = Appointment.Status.PENDING

    assert read(as_event_file(visit))[1]["STATUS"] == "TENTATIVE"


def test_names_cannot_write_lines_of_their_own(visit, business):
    visit.service.name = visit.provider.name = HOSTILE
    business.business_name = business.address = HOSTILE

    calendar, event = read(as_event_file(visit, business=business))

    assert calendar["METHOD"] == "PUBLISH"
    assert event["SUMMARY"].startswith(HOSTILE)


def test_the_provider_reads_who_comes_and_gets_no_link_that_cancels(visit):
    file = as_event_file(visit, for_provider=True)
    _calendar, event = read(file)

    assert event["SUMMARY"] == "Haircut: Ada Lovelace"
    assert event["DESCRIPTION"] == "+44 7700 900142\nBy the window, please"
    assert visit.token not in file.decode()


def test_a_feed_has_what_is_to_come_without_what_was_cancelled_and_without_keys(visit, business):
    gone = AppointmentFactory(status="cancelled")

    file = as_feed([visit, gone], business)

    calendar, event = read(file)
    assert calendar["X-WR-CALNAME"] == business.business_name
    assert (event["UID"], event["DTSTART"].dt) == (str(visit.uid), START)
    assert visit.token not in file.decode()


def test_a_feed_of_nothing_is_a_calendar_too(business):
    assert Calendar.from_ical(as_feed([], business)).walk("VEVENT") == []
