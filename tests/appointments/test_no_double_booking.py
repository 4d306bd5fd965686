"""The database itself refuses to book anybody twice."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from appointments.models import Appointment
from appointments.no_double_booking import is_the_reason
from tests.factories import AppointmentFactory, ProviderFactory

pytestmark = pytest.mark.django_db
Status = Appointment.Status


def refused(write) -> bool:
    """Whether the rule refused, and nothing else."""
    try:
        with transaction.atomic():
            write()
    except IntegrityError as error:
        return is_the_reason(error)
    return False


def beside(one: Appointment, minutes: int, **others) -> None:
    """Another appointment of the same provider, so many minutes after the start of this one."""
    start = one.start + timedelta(minutes=minutes)
    AppointmentFactory(**{"provider": one.provider, "start": start} | others)


@pytest.mark.parametrize("minutes", [-59, -1, 0, 30, 59])
def test_an_overlapping_appointment_is_refused(minutes):
    one = AppointmentFactory()

    assert refused(lambda: beside(one, minutes))


@pytest.mark.parametrize("minutes", [-60, 60])
def test_appointments_may_touch(minutes):
    one = AppointmentFactory()

    assert not refused(lambda: beside(one, minutes))


def test_the_time_kept_free_around_it_counts():
    one = AppointmentFactory()
    later = one.start + timedelta(minutes=60)

    assert refused(lambda: beside(one, 60, blocked_from=later - timedelta(minutes=5)))


def test_two_providers_work_at_the_same_time():
    one = AppointmentFactory()

    assert not refused(lambda: beside(one, 0, provider=ProviderFactory()))


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.NO_SHOW])
def test_what_was_cancelled_or_missed_takes_no_time_until_it_is_wanted_back(status):
    gone = AppointmentFactory(status=status)

    assert not refused(lambda: beside(gone, 0))
    gone.status = Status.CONFIRMED
    assert refused(lambda: gone.save(update_fields=["status"]))


def test_moving_onto_another_one_is_refused():
    one, other = AppointmentFactory.create_batch(2, provider=ProviderFactory())
    other.blocked_from, other.blocked_until = one.blocked_from, one.blocked_until
    other.start, other.end = one.start, one.end

    assert refused(other.save)


def test_a_raw_insert_is_refused():
    one = AppointmentFactory()
    fields = Appointment._meta.concrete_fields  # noqa: SLF001 Django documents _meta
    columns = [f'"{field.column}"' for field in fields if field.name != "id"]
    copied = ", ".join(
        {'"token"': "'another'", '"uid"': "'0190b5de0f4f7f3e8d2b3a4c5d6e7f80'"}.get(name, name)
        for name in columns
    )
    statement = (
        f"INSERT INTO appointments_appointment ({', '.join(columns)}) "  # noqa: S608
        f"SELECT {copied} FROM appointments_appointment WHERE id = %s"
    )

    def write() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, [one.pk])

    assert refused(write)
