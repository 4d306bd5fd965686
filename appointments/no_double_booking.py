"""The rule of the database: nobody is booked twice, whoever writes, a raw INSERT included.

PostgreSQL has an exclusion constraint for it. SQLite has triggers that look for an overlapping row
before each INSERT and UPDATE; writers there come one after the other, so none is missed. What was
cancelled, or where nobody came, takes no time. Touching ends are no overlap.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

RULE = "appointment_no_double_booking"  # its name, which both databases say when they refuse
DEADLOCK = "40P01"  # https://www.postgresql.org/docs/current/errcodes-appendix.html
TAKES_TIME = "status NOT IN ('cancelled', 'no-show')"
POSTGRESQL = f"""
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE appointments_appointment ADD CONSTRAINT {RULE} EXCLUDE USING gist (
    provider_id WITH =, tstzrange(blocked_from, blocked_until) WITH &&
) WHERE ({TAKES_TIME})
"""
SQLITE_BODY = f"""
BEGIN
    SELECT RAISE(ABORT, '{RULE}') WHERE EXISTS (
        SELECT 1 FROM appointments_appointment
        WHERE provider_id = new.provider_id AND id IS NOT new.id AND {TAKES_TIME}
        AND blocked_from < new.blocked_until AND blocked_until > new.blocked_from
    );
END
"""  # noqa: S608 our own words
SQLITE = {
    f"{RULE}_insert": "BEFORE INSERT ON appointments_appointment",
    f"{RULE}_update": (
        "BEFORE UPDATE OF id, provider_id, blocked_from, blocked_until, status "
        "ON appointments_appointment"
    ),
}


def create(connection: BaseDatabaseWrapper) -> None:
    """Make what is missing of the rule. Migrations call it: SQLite drops the triggers of a table
    that a migration rebuilds."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [RULE])
            if cursor.fetchone() is None:
                for statement in POSTGRESQL.split(";"):
                    cursor.execute(statement)
            return
        for name, moment in SQLITE.items():
            cursor.execute(
                f"CREATE TRIGGER IF NOT EXISTS {name} {moment} WHEN new.{TAKES_TIME} {SQLITE_BODY}"
            )


def is_the_reason(error: IntegrityError) -> bool:
    """Whether the database refused because the time is taken."""
    return RULE in str(error)


@contextmanager
def refusing(taken: type[Exception]) -> Iterator[None]:
    """One transaction, or a part of one; raises `taken` where the rule refuses what it writes.

    Two who each want the time of the other wait for each other: PostgreSQL ends one of them, for
    whom the time is taken as well.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not is_the_reason(error):
            raise
        raise taken from None
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != DEADLOCK:
            raise
        raise taken from None
