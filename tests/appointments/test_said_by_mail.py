"""From booking to a real mail server: what arrives, and what a calendar program makes of it."""

import pytest
from icalendar import Calendar

from appointments import booking
from bookkinda.worker import run_due_jobs
from customers.models import ChangeSet
from tests.factories import AppointmentFactory, CustomerFactory, ProviderFactory, ServiceFactory
from tests.servers.smtp import smtp_server

pytestmark = pytest.mark.django_db
DESK = ChangeSet.Source.BACK_OFFICE


@pytest.fixture
def by_smtp(settings):
    with smtp_server() as (port, mails):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "shop", "secret"
        yield mails


def calendar_in(mail):
    """The file of a mail, its entry, and the method that its Content-Type names."""
    [part] = mail.iter_attachments()
    assert part.get_filename() == "appointment.ics"
    assert part.get_content_type() == "text/calendar"
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    assert calendar["METHOD"] == part.get_param("method")
    return calendar, calendar.walk("VEVENT")[0]


def test_the_entry_of_a_booked_appointment_moves_and_goes_away_with_it(by_smtp, manager):
    service = ServiceFactory(name="Haar färben")
    provider = ProviderFactory(email="sofia@example.org", services=[service])
    start = AppointmentFactory.build(service=service, provider=provider).start
    booked = booking.book_now(
        service=service,
        provider=provider,
        start=start,
        customer=CustomerFactory(first_name="Zoë", email="zoe@example.org"),
        by=manager,
        source=DESK,
    )
    run_due_jobs()
    moved = booking.move(booked, start=start.replace(hour=15), by=manager, source=DESK)
    run_due_jobs()
    booking.cancel(moved, by=manager, source=DESK)
    run_due_jobs()

    hers = [mail for mail in by_smtp if mail["To"] == "zoe@example.org"]
    theirs = [mail for mail in by_smtp if mail["To"] == "sofia@example.org"]
    found = [calendar_in(mail) for mail in hers]
    assert [calendar["METHOD"] for calendar, _event in found] == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert {event["UID"] for _calendar, event in found} == {str(booked.uid)}
    assert [event.decoded("DTSTART").hour for _calendar, event in found] == [start.hour, 15, 15]
    assert [event["SEQUENCE"] for _calendar, event in found] == [0, 1, 2]
    assert str(found[0][1]["SUMMARY"]).startswith("Haar färben")
    text = hers[0].get_body(["plain"]).get_content()
    assert f"/book/manage/{booked.token}/" in text
    assert f"/book/manage/{booked.token}/" in hers[0].get_body(["html"]).get_content()
    assert [calendar_in(mail)[0]["METHOD"] for mail in theirs] == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert booked.token not in "".join(mail.as_string() for mail in theirs)
