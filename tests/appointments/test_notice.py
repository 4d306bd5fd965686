"""Until when customers cancel and reschedule by themselves, in sentences that say why not."""

from datetime import UTC, datetime, timedelta

import pytest

from appointments import booking, notice
from appointments.models import Appointment
from appointments.refusals import NotOffered, SlotTaken, TooLate
from bookkinda.preferences import Preferences
from customers.models import ChangeSet
from tests.factories import AppointmentFactory, ProviderFactory, ServiceFactory, open_daily

pytestmark = pytest.mark.django_db
Source, Status = ChangeSet.Source, Appointment.Status
START = datetime(2027, 7, 5, 9, tzinfo=UTC)  # 10:00 in London
PANEL = {"by": None, "source": Source.PANEL}


@pytest.fixture
def business():
    business = Preferences(cancel_notice=24, reschedule_notice=48, phone="+44 20 7946 0991")
    business.save()
    return business


@pytest.fixture
def appointment(business):
    open_daily()
    service = ServiceFactory()
    return AppointmentFactory(
        start=START, service=service, provider=ProviderFactory(services=[service])
    )


def before(hours=0, minutes=0):
    return START - timedelta(hours=hours, minutes=minutes)


def test_the_last_moment_is_still_in_time(appointment):
    assert notice.may_cancel(appointment, before(24)).ok
    assert not notice.may_cancel(appointment, before(24) + timedelta(seconds=1)).ok
    assert notice.may_reschedule(appointment, before(48)).ok
    assert not notice.may_reschedule(appointment, before(47, 59)).ok


def test_a_refusal_says_the_rule_the_moment_and_whom_to_call(appointment):
    answer = notice.may_cancel(appointment, before(3))

    assert answer.until == before(24)
    assert answer.sentence == (
        "It can be cancelled up to 24 hours before it begins, which was Sun 4 Jul, 10:00. "
        "Please call us: +44 20 7946 0991"
    )
    assert "2 days" in notice.may_reschedule(appointment, before(3)).sentence
    assert notice.may_cancel(appointment, before(30)).sentence == (
        "You can cancel until Sun 4 Jul, 10:00."
    )


@pytest.mark.parametrize(
    ("own", "hours"), [((None, None), (24, 48)), ((0, 6), (0, 6)), ((72, None), (72, 48))]
)
def test_the_rules_of_a_service_come_before_those_of_the_business(business, own, hours):
    service = ServiceFactory(cancel_notice=own[0], reschedule_notice=own[1])

    assert notice.rules_of(service, business) == hours


@pytest.mark.parametrize(
    ("cancel", "reschedule", "sentence"),
    [
        (0, 0, "cancel or reschedule at any time before it begins."),
        (24, 24, "cancel or reschedule up to 24 hours before it begins."),
        (1, 48, "cancel up to 1 hour before it begins, and reschedule up to 2 days before."),
        (0, 36, "cancel at any time before it begins, and reschedule up to 36 hours before."),
        (72, 0, "cancel up to 3 days before it begins, and reschedule at any time before."),
    ],
)  # fmt: skip
def test_the_rules_are_said_before_booking(business, cancel, reschedule, sentence):
    service = ServiceFactory(cancel_notice=cancel, reschedule_notice=reschedule)

    assert notice.before_booking(service, business) == f"You can {sentence}"


def test_hours_of_notice_pass_like_any_hours_when_the_clocks_change(business):
    monday = datetime(2027, 3, 29, 9, tzinfo=UTC)  # 10:00; the Sunday before has 23 hours
    appointment = AppointmentFactory(start=monday)

    assert notice.may_cancel(appointment).until == monday - timedelta(hours=24)
    assert "Sun 28 Mar, 10:00" in notice.may_cancel(appointment, monday - timedelta(30)).sentence
    assert (
        "Sat 27 Mar, 09:00"
        in notice.may_reschedule(appointment, monday - timedelta(days=30)).sentence
    )


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.DONE, Status.NO_SHOW])
def test_what_is_over_or_cancelled_stays_as_it_is(appointment, status):
    appointment.status = status

    assert not notice.may_cancel(appointment, before(100)).ok
    assert not notice.may_reschedule(appointment, before(100)).ok


def test_what_is_booked_with_staff_alone_is_not_moved_by_the_customer(appointment):
    appointment.service.is_online = False

    answer = notice.may_reschedule(appointment, before(100))

    assert not answer.ok
    assert answer.sentence.startswith("It can't be moved here. Please call us")
    assert notice.may_cancel(appointment, before(100)).ok


def test_customers_are_bound_by_it_and_staff_are_not(appointment, front_desk, time_machine):
    time_machine.move_to(before(3), tick=False)

    with pytest.raises(TooLate, match="24 hours"):
        booking.cancel(appointment, **PANEL)
    with pytest.raises(TooLate, match="2 days"):
        booking.move(appointment, start=START + timedelta(days=1), **PANEL)
    moved = booking.move(appointment, start=before(1), by=front_desk, source=Source.BACK_OFFICE)
    assert moved.start == before(1)
    gone = booking.cancel(moved, by=front_desk, source=Source.BACK_OFFICE)
    assert gone.status == Status.CANCELLED


def test_customers_move_to_what_is_offered_alone(appointment, time_machine):
    time_machine.move_to(before(100), tick=False)
    AppointmentFactory(provider=appointment.provider, start=START + timedelta(hours=3))

    with pytest.raises(NotOffered):
        booking.move(appointment, start=START + timedelta(hours=12), **PANEL)
    with pytest.raises(SlotTaken):
        booking.move(appointment, start=START + timedelta(hours=3), **PANEL)
    moved = booking.move(appointment, start=START + timedelta(minutes=30), **PANEL)

    assert moved.start == START + timedelta(minutes=30)  # over its own time
    assert (moved.sequence, moved.version) == (1, 2)


def test_a_customer_does_not_move_to_a_provider_who_is_not_offered(appointment, time_machine):
    time_machine.move_to(before(100), tick=False)
    stranger = ProviderFactory()

    with pytest.raises(NotOffered):
        booking.move(appointment, start=START, provider=stranger, **PANEL)


def test_another_time_is_approved_anew_where_staff_approve_each_booking(
    appointment, front_desk, time_machine
):
    time_machine.move_to(before(100), tick=False)
    appointment.service.needs_approval = True
    appointment.service.save()
    later = START + timedelta(hours=1)

    same = booking.move(appointment, start=START, **PANEL)
    assert same.status == Status.CONFIRMED
    moved = booking.move(appointment, start=later, **PANEL)
    assert moved.status == Status.PENDING
    booking.set_status(moved, Status.CONFIRMED, by=front_desk, source=Source.BACK_OFFICE)
    again = booking.move(moved, start=START, by=front_desk, source=Source.BACK_OFFICE)
    assert again.status == Status.CONFIRMED
