"""Follow-ups: once, hours after an appointment that took place."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from appointments.follow_ups import follow_up
from appointments.models import Appointment
from bookkinda.preferences import Preferences
from bookkinda.worker import run_due_jobs
from notifications.models import Message, Workflow
from tests.factories import AppointmentFactory, ProviderFactory
from tests.notifications.test_sending import states

pytestmark = pytest.mark.django_db
START = datetime(2027, 1, 8, 10, tzinfo=UTC)
END = START + timedelta(hours=1)
HOUR = timedelta(hours=1)


def pause() -> None:
    """The worker goes on."""


@pytest.fixture(autouse=True)
def wanted():
    Preferences(follow_up_hours=24).save()
    Workflow.objects.create(event="appointment-follow-up", channels=["email"])


@pytest.fixture
def visit():
    return AppointmentFactory(start=START, provider=ProviderFactory(email="sofia@example.org"))


def followed_up(at):
    with time_machine.travel(at, tick=False):
        return follow_up(pause)


@pytest.mark.parametrize("status", ["confirmed", "done"])
def test_who_was_there_is_thanked_so_many_hours_later_and_once(visit, status, ways):
    Appointment.objects.update(status=status)

    assert followed_up(END + 23 * HOUR) == 0
    assert followed_up(END + 24 * HOUR) == 1
    assert followed_up(END + 25 * HOUR) == 0
    with time_machine.travel(END + 25 * HOUR, tick=False):
        run_due_jobs()
    [mail] = ways.email.taken
    assert mail.subject == "Thank you for your visit"
    assert "thank you for coming on Friday 8 January 2027" in mail.text


@pytest.mark.parametrize("status", ["pending", "cancelled", "no-show"])
def test_who_was_not_there_is_not(visit, status):
    Appointment.objects.update(status=status)

    assert followed_up(END + 24 * HOUR) == 0


def test_who_was_noted_as_missing_before_it_went_is_not(visit, ways):
    followed_up(END + 24 * HOUR)
    Appointment.objects.update(status="no-show")

    with time_machine.travel(END + 24 * HOUR, tick=False):
        run_due_jobs()

    assert states(Message.objects.get()) == {"email": ("skipped", "appointment-cancelled")}


def test_a_worker_that_slept_for_days_thanks_nobody_any_more(visit):
    assert followed_up(END + 47 * HOUR) == 1
    Message.objects.all().delete()
    assert followed_up(END + 48 * HOUR) == 0


def test_nobody_is_thanked_unless_the_owner_wants_it(visit):
    Workflow.objects.all().delete()

    assert followed_up(END + 24 * HOUR) == 0


def test_the_provider_is_asked_whether_the_customer_came(visit, ways):
    Workflow.objects.update(event="provider-follow-up")

    assert followed_up(END + 24 * HOUR) == 1
    with time_machine.travel(END + 24 * HOUR, tick=False):
        run_due_jobs()

    assert ways.email.taken[0].to == "sofia@example.org"
    assert "Did the customer come?" in ways.email.taken[0].text
