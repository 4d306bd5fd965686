"""The rule of the database: nobody is booked twice, whoever writes, a raw INSERT included.

PostgreSQL has an exclusion constraint for it. SQLite has triggers that look for an overlapping row
before each INSERT and UPDATE; writers there come one after the other, so none is missed. What was
cancelled, or where nobody came, takes no time. Touching ends are no overlap.

SQLite keeps moments as text, which compares like the moments as long as all of it is written in one
way; so other triggers refuse any other. They refuse what takes more than three days, too (no rule
makes it): so an overlapping row is found among those of the last days, however many there are.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

RULE = "appointment_no_double_booking"  # its name, which both databases say when they refuse
FORM = "appointment_moments_in_one_form"
MOST_DAYS = 3  # a day, with half a day kept free on either side, and one to spare
DEADLOCK = "40P01"  # https://www.postgresql.org/docs/current/errcodes-appendix.html
TAKES_TIME = "status NOT IN ('cancelled', 'no-show')"
POSTGRESQL = f"""
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE appointments_appointment ADD CONSTRAINT {RULE} EXCLUDE USING gist (
    provider_id WITH =, tstzrange(blocked_from, blocked_until) WITH &&
) WHERE ({TAKES_TIME})
"""
OVERLAPS = f"""
    SELECT RAISE(ABORT, '{RULE}') WHERE EXISTS (
        SELECT 1 FROM appointments_appointment
        WHERE provider_id = new.provider_id AND id IS NOT new.id AND {TAKES_TIME}
        AND blocked_from < new.blocked_until AND blocked_until > new.blocked_from
        AND blocked_from > datetime(new.blocked_from, '-{MOST_DAYS} days')
    );
"""  # noqa: S608 our own words
TWO = "[0-9][0-9]"
SECONDS = f"{TWO}{TWO}-{TWO}-{TWO} {TWO}:{TWO}:{TWO}"  # as Django writes them, in UTC
FORMS = (SECONDS, f"{SECONDS}.{TWO}{TWO}{TWO}")
IS_LONG = f"julianday(new.blocked_until) - julianday(new.blocked_from) > {MOST_DAYS}"
MOMENTS = ("start", "end", "blocked_from", "blocked_until")
IS_ODD = " OR ".join(
    "NOT (" + " OR ".join(f"new.\"{name}\" GLOB '{form}'" for form in FORMS) + ")"
    for name in MOMENTS
)
FORM_BODY = f"SELECT RAISE(ABORT, '{FORM}');"
SQLITE = {
    f"{RULE}_insert": ("INSERT", f"new.{TAKES_TIME}", OVERLAPS),
    f"{RULE}_update": (
        "UPDATE OF id, provider_id, blocked_from, blocked_until, status",
        f"new.{TAKES_TIME}",
        OVERLAPS,
    ),
    f"{FORM}_insert": ("INSERT", f"{IS_ODD} OR {IS_LONG}", FORM_BODY),
    f"{FORM}_update": (
        'UPDATE OF start, "end", blocked_from, blocked_until',
        f"{IS_ODD} OR {IS_LONG}",
        FORM_BODY,
    ),
}


def create(connection: BaseDatabaseWrapper) -> None:
    """Make the rule, on SQLite in its newest words. Migrations call it: SQLite drops the triggers
    of a table that a migration rebuilds."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [RULE])
            if cursor.fetchone() is None:
                for statement in POSTGRESQL.split(";"):
                    cursor.execute(statement)
            return
        for name, (act, condition, body) in SQLITE.items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(
                f"CREATE TRIGGER {name} BEFORE {act} ON appointments_appointment "
                f"WHEN {condition} BEGIN {body} END"
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
