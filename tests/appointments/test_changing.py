"""Move, cancel, status and notes: in the one history, with Undo, and only what makes sense."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine as clocks

from appointments import booking
from appointments.models import Appointment, AppointmentChange
from appointments.refusals import CannotUndo, NotAllowed, SlotTaken, StaleAppointment
from appointments.undoing import undo
from customers.models import ChangeSet
from tests.factories import (
    AppointmentFactory,
    CustomerFactory,
    ProviderFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db
Kind, Source, Status = ChangeSet.Kind, ChangeSet.Source, Appointment.Status
NOW = datetime(2027, 1, 4, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
STAFF = {"by": None, "source": Source.BACK_OFFICE}


@pytest.fixture(autouse=True)
def monday():
    with clocks.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def appointment():
    return AppointmentFactory(start=NOW + 24 * HOUR, service=ServiceFactory(buffer_after=15))


def facts_of(appointment):
    """What undo has to bring back."""
    apart = ("version", "sequence", "changed_at")
    row = Appointment.objects.filter(pk=appointment.pk).values().get()
    return {name: value for name, value in row.items() if name not in apart}


def last_act():
    return ChangeSet.objects.latest("pk")


def test_a_move_is_written_down_with_before_and_after(appointment, front_desk):
    other = ProviderFactory(services=[appointment.service])
    start, was = appointment.start, appointment.provider

    booking.move(
        appointment, start=start + HOUR, provider=other, by=front_desk, source=Source.BACK_OFFICE
    )

    act, change = last_act(), AppointmentChange.objects.get()
    assert (act.kind, act.by, act.by_name) == (Kind.MOVE, front_desk, "Fay Desk")
    assert change.before["start"] == start.isoformat()
    assert change.after["start"] == (start + HOUR).isoformat()
    assert (change.before["provider"], change.after["provider"]) == (was.pk, other.pk)
    assert change.version == 2


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (lambda each: booking.move(each, start=each.start + HOUR, **STAFF), Kind.MOVE),
        (lambda each: booking.move(each, start=each.start, duration=30, **STAFF), Kind.MOVE),
        (lambda each: booking.cancel(each, **STAFF), Kind.CANCEL),
        (lambda each: booking.edit_notes(each, staff_note="Key", **STAFF), Kind.VISIT),
    ],
)
def test_every_act_is_one_change_set_and_undo_brings_all_back(appointment, front_desk, act, kind):
    before = facts_of(appointment)

    changed = act(appointment)
    assert facts_of(changed) != before
    done = last_act()
    assert done.kind == kind
    back = undo(done, by=front_desk)

    assert facts_of(back) == before
    assert back.version == 3
    assert last_act().undoes == done
    with pytest.raises(CannotUndo, match="undone already"):
        undo(done, by=front_desk)


def test_undo_of_a_booking_cancels_it(appointment, front_desk):
    made = booking.book_now(
        service=appointment.service,
        provider=ProviderFactory(services=[appointment.service]),
        start=NOW + HOUR,
        customer=CustomerFactory(),
        **STAFF,
    )

    assert undo(last_act(), by=front_desk).status == Status.CANCELLED
    made.customer.refresh_from_db()
    assert made.customer.next_visit_at is None


def test_undo_refuses_what_changed_since_and_what_others_have(appointment, front_desk):
    start = appointment.start
    booking.move(appointment, start=start + 3 * HOUR, **STAFF)
    moved = last_act()
    taking = AppointmentFactory(provider=appointment.provider, start=start)

    with pytest.raises(CannotUndo, match="booked that time"):
        undo(moved, by=front_desk)
    assert not ChangeSet.objects.filter(kind=Kind.UNDO).exists()
    booking.cancel(taking, **STAFF)
    booking.edit_notes(appointment, note="Tea", **STAFF)
    with pytest.raises(CannotUndo, match="changed since"):
        undo(moved, by=front_desk)


def test_undo_is_for_acts_on_appointments_that_still_stand(appointment, front_desk):
    with pytest.raises(CannotUndo, match="can't be undone"):
        undo(ChangeSet.objects.create(kind=Kind.EDIT, source=Source.BACK_OFFICE), by=front_desk)
    booking.cancel(appointment, **STAFF)
    undo(last_act(), by=front_desk)
    with pytest.raises(CannotUndo, match="can't be undone"):
        undo(last_act(), by=front_desk)


def test_two_who_edit_the_same_appointment_hear_of_each_other(appointment):
    booking.edit_notes(appointment, note="Tea", expected_version=1, **STAFF)

    for act in (
        lambda **more: booking.move(appointment, start=NOW + HOUR, **more),
        lambda **more: booking.cancel(appointment, **more),
        lambda **more: booking.edit_notes(appointment, note="", **more),
        lambda **more: booking.set_status(appointment, Status.CONFIRMED, **more),
    ):
        with pytest.raises(StaleAppointment):
            act(expected_version=1, **STAFF)


def test_what_changes_nothing_is_not_written_down(appointment):
    booking.move(appointment, start=appointment.start, **STAFF)
    booking.edit_notes(appointment, note="", **STAFF)
    booking.set_status(appointment, Status.CONFIRMED, **STAFF)
    booking.cancel(appointment, **STAFF)
    again = booking.cancel(appointment, **STAFF)

    assert (ChangeSet.objects.count(), again.version, again.sequence) == (1, 2, 1)


def test_a_move_keeps_the_length_and_the_time_kept_free(appointment):
    longer = booking.move(appointment, start=appointment.start, duration=90, **STAFF)
    service = longer.service
    service.duration, service.buffer_after = 10, 99
    service.save()

    moved = booking.move(longer, start=longer.start + HOUR, **STAFF)

    assert moved.end - moved.start == timedelta(minutes=90)
    assert moved.blocked_until == moved.end


def test_staff_move_over_hours_but_not_over_others(appointment):
    other = AppointmentFactory(provider=appointment.provider, start=appointment.start + 5 * HOUR)

    with pytest.raises(SlotTaken):
        booking.move(appointment, start=other.start - timedelta(minutes=30), **STAFF)
    assert Appointment.objects.get(pk=appointment.pk).start == appointment.start


@pytest.mark.parametrize("fact", ["archived_at", "services"])
def test_staff_give_a_service_to_those_who_provide_it(appointment, fact):
    other = ProviderFactory(services=[] if fact == "services" else [appointment.service])
    if fact == "archived_at":
        other.archived_at = NOW
        other.save()

    with pytest.raises(NotAllowed, match=other.name):
        booking.move(appointment, start=appointment.start, provider=other, **STAFF)


def test_somebody_came_or_not_once_it_has_begun(appointment, monday):
    for status in (Status.DONE, Status.NO_SHOW):
        with pytest.raises(NotAllowed, match="not begun"):
            booking.set_status(appointment, status, **STAFF)
    monday.shift(24 * HOUR)
    for status in (Status.NO_SHOW, Status.DONE, Status.CONFIRMED):
        appointment = booking.set_status(appointment, status, **STAFF)
        assert appointment.status == status
    missed = booking.set_status(appointment, Status.NO_SHOW, **STAFF)
    with pytest.raises(NotAllowed):
        booking.move(missed, start=NOW + 48 * HOUR, **STAFF)
    with pytest.raises(NotAllowed):
        booking.cancel(missed, **STAFF)


@pytest.mark.parametrize("status", [Status.HELD, Status.PENDING])
def test_nothing_becomes_a_hold_or_waits_again(appointment, status):
    with pytest.raises(NotAllowed):
        booking.set_status(appointment, status, **STAFF)


def test_a_cancelled_time_is_wanted_back_only_if_nobody_else_has_it(appointment):
    booking.cancel(appointment, **STAFF)
    with pytest.raises(NotAllowed, match="cancelled"):
        booking.set_status(appointment, Status.DONE, **STAFF)
    AppointmentFactory(provider=appointment.provider, start=appointment.start)

    with pytest.raises(SlotTaken):
        booking.set_status(appointment, Status.CONFIRMED, **STAFF)


@pytest.mark.parametrize("minutes", [0, -5, 24 * 60 + 1])
def test_an_appointment_takes_between_a_minute_and_a_day(appointment, minutes):
    with pytest.raises(NotAllowed, match="a day"):
        booking.move(appointment, start=appointment.start, duration=minutes, **STAFF)


def test_seconds_are_cut_off(appointment):
    odd = appointment.start + timedelta(minutes=5, seconds=59, microseconds=7)

    assert booking.move(appointment, start=odd, **STAFF).start == odd.replace(
        second=0, microsecond=0
    )
