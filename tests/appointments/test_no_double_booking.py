"""The database itself refuses to book anybody twice."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from appointments.models import Appointment
from appointments.no_double_booking import FORM, is_the_reason
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


def beside(one: Appointment, minutes: float, **others) -> None:
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


@pytest.mark.parametrize(
    ("one", "other", "is_overlap"),
    [
        # Of the first one's end, and the other one's beginning: seconds and their millionths.
        (0.0, -0.000001, True),
        (0.000001, 0.0, True),
        (0.000002, 0.000001, True),
        (0.5, 0.25, True),
        (0.000001, 0.000001, False),
        (0.0, 0.000001, False),
        (-0.000001, 0.0, False),
        (1.0, 0.999999, True),
        (0.999999, 1.0, False),
    ],
)
def test_a_millionth_of_a_second_is_an_overlap(one, other, is_overlap):
    first = AppointmentFactory()
    end = first.end + timedelta(seconds=one)
    Appointment.objects.update(end=end, blocked_until=end)

    assert refused(lambda: beside(first, 60 + other / 60)) is is_overlap


def copy_of(one: Appointment, **instead: str) -> None:
    """A raw INSERT of the same appointment; `instead` are values of columns in SQL."""
    fields = Appointment._meta.concrete_fields  # noqa: SLF001 Django documents _meta
    columns = [field.column for field in fields if field.name != "id"]
    instead = {"token": "'another'", "uid": "'0190b5de0f4f7f3e8d2b3a4c5d6e7f80'"} | instead
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(instead.get(name, f'"{name}"') for name in columns)
    statement = (
        f"INSERT INTO appointments_appointment ({names}) "  # noqa: S608
        f"SELECT {values} FROM appointments_appointment WHERE id = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [one.pk])


def test_a_raw_insert_is_refused():
    one = AppointmentFactory()

    assert refused(lambda: copy_of(one))
    assert not refused(lambda: copy_of(one, status="'cancelled'"))


def test_a_raw_update_is_refused():
    one, other = AppointmentFactory.create_batch(2)
    at = one.start.replace(tzinfo=None)  # in UTC, as Django writes it

    def write() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE appointments_appointment SET provider_id = %s, blocked_from = %s, "
                "start = %s WHERE id = %s",
                [one.provider_id, at, at, other.pk],
            )

    assert refused(write)


@pytest.mark.parametrize(
    "odd", ["2027-01-04T10:00:00", "2027-01-04 10:00", "2027-01-04 10:00:00+00:00", "1799056800"]
)
@pytest.mark.parametrize("column", ["start", "blocked_from"])
def test_sqlite_takes_moments_in_the_one_form_that_compares_like_them(column, odd):
    """PostgreSQL has a type for moments: there is no other form."""
    one = AppointmentFactory(status=Status.CANCELLED)
    if connection.vendor == "postgresql":
        return

    with pytest.raises(IntegrityError, match=FORM), transaction.atomic():
        copy_of(one, **{column: f"'{odd}'"})
    with pytest.raises(IntegrityError, match=FORM), connection.cursor() as cursor:
        cursor.execute(f"UPDATE appointments_appointment SET {column} = %s", [odd])  # noqa: S608


def test_sqlite_looks_for_overlaps_among_the_last_days_which_misses_none():
    """The longest that there may be is found, and nothing longer can be written."""
    one = AppointmentFactory()
    Appointment.objects.update(blocked_until=one.blocked_from + timedelta(days=3))

    assert refused(lambda: beside(one, 3 * 24 * 60 - 1))
    if connection.vendor == "sqlite":
        with pytest.raises(IntegrityError, match=FORM), transaction.atomic():
            Appointment.objects.update(blocked_until=one.blocked_from + timedelta(days=3, hours=1))
        with connection.cursor() as cursor:
            cursor.execute(
                "EXPLAIN QUERY PLAN SELECT 1 FROM appointments_appointment WHERE provider_id = 1 "
                "AND blocked_from < 'b' AND blocked_until > 'a' AND blocked_from > 'a'"
            )
            plan = str(cursor.fetchall())
        assert "appointment_of_provider (provider_id=? AND blocked_from>? AND bl" in plan
