"""What customers and providers are told of an appointment, and when it is not true any more."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.conf import settings

from appointments import booking, said
from appointments.models import Appointment
from bookkinda.preferences import Preferences
from bookkinda.worker import run_due_jobs
from customers.models import ChangeSet
from notifications import retrying
from notifications.models import Message, MessageTemplate, Workflow
from tests.factories import (
    AppointmentFactory,
    CustomerFactory,
    ProviderFactory,
    ServiceFactory,
    UserFactory,
)
from tests.notifications.test_sending import states

pytestmark = pytest.mark.django_db
DESK = ChangeSet.Source.BACK_OFFICE
Status = Appointment.Status
MONDAY = datetime(2027, 1, 4, 8, tzinfo=UTC)
TEN = MONDAY.replace(day=8, hour=10)  # on the Friday


@pytest.fixture(autouse=True)
def monday():
    Preferences(business_name="Marlow & Finch", phone="020 7946 0100").save()
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def sofia():
    return ProviderFactory(name="Sofia Lindberg", email="sofia@example.org")


@pytest.fixture
def ada():
    return CustomerFactory(first_name="Ada", last_name="Lovelace", email="ada@example.org")


@pytest.fixture
def visit(ada, sofia):
    return AppointmentFactory(
        customer=ada, provider=sofia, service=ServiceFactory(name="Haircut"), start=TEN, price=30
    )


def sent(ways, to="ada@example.org"):
    """The mails to this address, in order."""
    run_due_jobs()
    return [mail for mail in ways.email.taken if mail.to == to]


def test_the_customer_and_the_provider_are_told_each_in_their_own_words(visit, ways, manager):
    said.say_booked(visit, manager)

    [mail] = sent(ways)
    assert mail.subject == "Your appointment: Fri 8 Jan, 10:00"
    for line in ("Haircut", "Friday 8 January 2027, 10:00", "With Sofia Lindberg", "Price: £30"):
        assert line in mail.text.splitlines()
    assert f"{settings.PUBLIC_BASE_URL}/book/manage/{visit.token}/" in mail.text
    assert any(visit.token in secret for secret in mail.secrets)
    assert "At our place" not in mail.text
    [theirs] = sent(ways, "sofia@example.org")
    assert theirs.subject == "New: Fri 8 Jan, 10:00, Ada Lovelace"
    assert visit.token not in theirs.text
    assert "You get this because you work at Marlow &amp; Finch." in theirs.html


def test_a_pending_one_says_that_it_is_not_confirmed_yet(visit, ways):
    Appointment.objects.update(status=Status.PENDING)

    said.say_booked(visit)

    assert "We will tell you when it is confirmed." in sent(ways)[0].text
    assert "(Pending)" in sent(ways, "sofia@example.org")[0].text


def test_customers_read_their_own_clock_and_ours_where_it_differs(visit, ways):
    Appointment.objects.update(time_zone="Asia/Tokyo")

    said.say_booked(visit)

    mail = sent(ways)[0]
    assert mail.subject == "Your appointment: Fri 8 Jan, 19:00, Tokyo (JST)"
    assert "At our place that is Fri 8 Jan, 10:00, London (GMT)" in mail.text.splitlines()
    assert sent(ways, "sofia@example.org")[0].subject.startswith("New: Fri 8 Jan, 10:00, Ada")


def test_days_are_written_in_the_language_of_the_words(visit, ways, ada):
    MessageTemplate.objects.create(
        event="appointment-booked",
        channel="email",
        language="de",
        subject="Ihr Termin",
        body="Am {appointment_date} um {appointment_time} ({appointment_when})",
    )
    ada.language = "de"
    ada.save()

    said.say_booked(visit)

    assert sent(ways)[0].text == "Am Freitag, 8. Januar 2027 um 10:00 (Fr 8 Jan, 10:00)"


def test_nobody_is_told_of_what_is_over(visit, ways):
    with time_machine.travel(TEN + timedelta(hours=2), tick=False):
        said.say_booked(visit)
        said.say_cancelled(visit)

    assert not Message.objects.exists()


def test_providers_are_not_told_what_they_did_themselves(visit, sofia, ways):
    sofia.user = UserFactory(role="manager", email="login@example.org")
    sofia.save()

    said.say_booked(visit, sofia.user)

    assert [mail.to for mail in (*sent(ways), *ways.email.taken)] == ["ada@example.org"] * 2


def test_providers_without_an_address_get_theirs_at_their_login_or_nothing(visit, sofia, ways):
    sofia.email = ""
    sofia.save()
    said.say_booked(visit)
    assert Message.objects.count() == 1

    sofia.user = UserFactory(role="manager", email="login@example.org")
    sofia.save()
    said.say_booked(visit)

    [mail] = sent(ways, "login@example.org")
    assert f"/backoffice/appointments/{visit.pk}/" in mail.text


def test_a_message_about_an_appointment_that_was_cancelled_since_is_not_sent(visit, ways):
    said.say_booked(visit)
    booking.cancel(visit, by=None, source=DESK, notify=False)

    assert sent(ways) == []
    assert {states(each)["email"] for each in Message.objects.all()} == {
        ("skipped", "appointment-cancelled")
    }


def test_a_message_that_is_late_gives_way_to_the_newer_one(visit, ways):
    said.say_booked(visit)
    booking.move(visit, start=TEN + timedelta(hours=2), by=None, source=DESK)

    [mail] = sent(ways)
    assert mail.subject == "Moved to Fri 8 Jan, 12:00"
    assert "your appointment of Fri 8 Jan, 10:00 has changed" in mail.text
    [theirs] = sent(ways, "sofia@example.org")
    assert theirs.subject == "Moved to Fri 8 Jan, 12:00: Ada Lovelace"


def test_who_was_told_of_nothing_newer_is_told_how_it_is_now(visit, ways):
    said.say_booked(visit)
    booking.move(visit, start=TEN + timedelta(hours=2), by=None, source=DESK, notify=False)

    assert sent(ways)[0].subject == "Your appointment: Fri 8 Jan, 12:00"


def test_another_provider_gets_a_new_one_and_the_first_one_loses_it(visit, sofia, ways, manager):
    marco = ProviderFactory(email="marco@example.org", services=[visit.service])

    booking.move(visit, start=TEN + timedelta(hours=1), provider=marco, by=manager, source=DESK)

    assert sent(ways)[0].subject == "Moved to Fri 8 Jan, 11:00"
    assert sent(ways, "marco@example.org")[0].subject == "New: Fri 8 Jan, 11:00, Ada Lovelace"
    lost = sent(ways, "sofia@example.org")[0]
    assert lost.subject == "Cancelled: Fri 8 Jan, 10:00, Ada Lovelace"
    assert b"METHOD:CANCEL" in lost.attachments[0].content


def test_what_failed_is_not_tried_again_once_it_is_not_true(visit, ways, manager):
    said.say_booked(visit)
    message = Message.objects.get(event="appointment-booked")
    message.deliveries.update(state="failed", code="smtp-550")
    assert retrying.reason_not_to(message) == ""

    booking.cancel(visit, by=manager, source=DESK, notify=False)

    assert retrying.reason_not_to(message) == "The appointment is cancelled."
    with pytest.raises(retrying.CannotTry):
        retrying.try_again(message, by=manager)


def test_a_message_to_a_provider_is_tried_again_once(visit, ways, manager):
    said.say_booked(visit)
    message = Message.objects.get(event="provider-booked")
    message.deliveries.update(state="failed", code="smtp-550")
    assert retrying.can_be_tried(message.deliveries.all()) == {message.pk}

    retrying.try_again(message, by=manager)

    assert retrying.can_be_tried(message.deliveries.all()) == set()
    assert len(sent(ways, "sofia@example.org")) == 1


@pytest.fixture
def at_night(monday):
    Preferences(quiet_from=time(21), quiet_until=time(8)).save()
    monday.move_to(MONDAY.replace(hour=23))


def test_who_books_at_night_gets_the_answer_at_once(visit, ways, at_night):
    said.say_booked(visit, None)

    assert len(sent(ways)) == 1


def test_what_staff_do_at_night_waits_for_the_morning(visit, ways, at_night, manager, monday):
    said.say_cancelled(visit, manager)
    Appointment.objects.update(status=Status.CANCELLED)
    assert sent(ways) == []

    monday.move_to(MONDAY + timedelta(days=1, minutes=1))

    assert sent(ways)[0].subject == "Cancelled: Fri 8 Jan, 10:00"


def test_what_would_be_too_late_in_the_morning_goes_at_night(visit, ways, at_night, manager):
    start = MONDAY + timedelta(days=1, hours=1)  # an hour after the quiet ones
    Appointment.objects.update(
        start=start,
        end=start + timedelta(hours=1),
        blocked_from=start,
        blocked_until=start + timedelta(hours=1),
    )
    said.say_booked(visit, manager)

    assert len(sent(ways)) == 1


def test_by_sms_the_house_says_it_in_few_parts(visit, ways, ada):
    Workflow.objects.create(event="appointment-booked", channels=["sms"])
    ada.phone = "+447700900142"
    ada.save()

    said.say_booked(visit)
    run_due_jobs()

    [text] = [message.text for message in ways.sms.taken]
    assert text.splitlines()[0] == "Marlow & Finch: Haircut, Fri 8 Jan, 10:00"
    assert len(text.splitlines()) == 2
