"""What was cancelled or is over comes back only for a customer who is here, and whoever heard that
it was cancelled hears of it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine as clocks
from django.urls import reverse

from appointments import booking
from appointments.advice import whom_to_tell, whom_to_tell_of_move
from appointments.forms.moving import MoveForm
from appointments.models import Appointment
from appointments.refusals import CannotUndo, NotAllowed
from appointments.undoing import undo
from bookkinda.preferences import Preferences
from bookkinda.worker import run_due_jobs
from customers.archiving import archive_customers
from customers.erasing import erase_customers
from customers.models import ChangeSet, Customer
from tests.factories import AppointmentFactory, CustomerFactory, ProviderFactory

pytestmark = pytest.mark.django_db
Source, Status = ChangeSet.Source, Appointment.Status
NOW = datetime(2027, 1, 4, 8, tzinfo=UTC)
DAY = timedelta(days=1)
STAFF = {"by": None, "source": Source.BACK_OFFICE}


@pytest.fixture(autouse=True)
def monday():
    with clocks.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def ada():
    return CustomerFactory(first_name="Ada", last_name="Lovelace", email="ada@example.org")


@pytest.fixture
def visit(ada):
    sofia = ProviderFactory(name="Sofia", email="sofia@example.org")
    return AppointmentFactory(customer=ada, provider=sofia, start=NOW + DAY)


def delete(customer):
    archive_customers(Customer.objects.filter(pk=customer.pk), by=None, source=Source.BACK_OFFICE)


def erase(customer):
    erase_customers(Customer.objects.filter(pk=customer.pk), by=None, source=Source.BACK_OFFICE)


@pytest.mark.parametrize("leave", [delete, erase])
def test_nobody_is_expected_who_was_deleted(visit, ada, leave):
    cancelled = booking.cancel(visit, notify=False, **STAFF)
    act = ChangeSet.objects.latest("pk")
    leave(ada)

    with pytest.raises(NotAllowed):
        booking.set_status(cancelled, Status.CONFIRMED, **STAFF)
    with pytest.raises(CannotUndo):
        undo(act, by=None)
    assert not Appointment.objects.coming().exists()


@pytest.mark.parametrize("leave", [delete, erase])
def test_what_is_over_is_not_moved_ahead_for_who_was_deleted(ada, leave):
    over = AppointmentFactory(customer=ada, start=NOW - DAY)
    leave(ada)

    with pytest.raises(NotAllowed):
        booking.move(over, start=NOW + DAY, **STAFF)
    assert booking.move(over, start=NOW - 2 * DAY, **STAFF).start == NOW - 2 * DAY
    assert booking.set_status(over, Status.NO_SHOW, **STAFF).status == Status.NO_SHOW


def subjects(ways, to):
    run_due_jobs()
    return [mail.subject.partition(":")[0] for mail in ways.email.taken if mail.to == to]


@pytest.mark.parametrize("by_undo", [True, False])
def test_the_provider_who_heard_of_a_cancellation_hears_that_it_takes_place(visit, ways, by_undo):
    cancelled = booking.cancel(visit, **STAFF)
    assert subjects(ways, "sofia@example.org") == ["Cancelled"]

    if by_undo:
        undo(ChangeSet.objects.latest("pk"), by=None)
    else:
        booking.set_status(cancelled, Status.CONFIRMED, **STAFF)

    assert subjects(ways, "sofia@example.org") == ["Cancelled", "New"]
    assert subjects(ways, "ada@example.org")[1:] == ["Confirmed"]


def test_the_question_names_the_provider_of_what_comes_back(visit, manager):
    assert whom_to_tell("back", visit.customer, visit.provider, manager) == [
        "Ada Lovelace",
        "Sofia",
    ]


def test_the_customer_hears_of_a_cancelled_one_that_waits_for_approval_again(visit, ways):
    Appointment.objects.update(status=Status.PENDING)
    booking.cancel(visit, **STAFF)
    assert len(subjects(ways, "ada@example.org")) == 1

    undo(ChangeSet.objects.latest("pk"), by=None)

    assert len(subjects(ways, "ada@example.org")) == 2


def test_the_question_of_a_move_names_also_who_gives_it_away(visit, manager):
    elif_ = ProviderFactory(name="Elif", email="elif@example.org")

    names = whom_to_tell_of_move(visit, elif_, manager)

    assert names == ["Ada Lovelace", "Sofia", "Elif"]
    assert whom_to_tell_of_move(visit, visit.provider, manager) == ["Ada Lovelace", "Sofia"]


def test_another_provider_in_the_hour_that_comes_twice_is_no_other_time(db):
    """On 31 October 2027 the clocks of London show half past one twice."""
    business = Preferences(time_zone="Europe/London")
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    night = AppointmentFactory(start=second)
    other = ProviderFactory()
    typed = {"date": "2027-10-31", "time": "01:30", "provider": other.pk, "version": 1}

    form = MoveForm(typed, appointment=night, business=business)

    assert form.is_valid()
    assert form.wanted().start == second


def test_who_was_told_that_it_is_confirmed_hears_that_it_waits_again(visit, ways):
    Appointment.objects.update(status=Status.PENDING)
    booking.set_status(visit, Status.CONFIRMED, **STAFF)

    undo(ChangeSet.objects.latest("pk"), by=None)

    run_due_jobs()
    told = [mail.text for mail in ways.email.taken if mail.to == "ada@example.org"]
    assert "We will tell you when it is confirmed." in told[-1]


@pytest.mark.parametrize(
    ("act", "names"),
    [
        (lambda each: booking.edit_notes(each, staff_note="Key", **STAFF), []),
        (lambda each: booking.cancel(each, notify=False, **STAFF), ["Ada Lovelace", "Sofia"]),
    ],
)
def test_the_question_before_undo_names_who_will_be_told(visit, client, front_desk, act, names):
    client.force_login(front_desk)
    act(visit)

    page = client.get(reverse("appointments:undo", args=[ChangeSet.objects.latest("pk").pk]))

    assert page.context["told"] == names
