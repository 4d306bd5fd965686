"""What only shows when all rows of a file are staged: some say again what an earlier one said."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext as _

from customers.importing.options import ImportOptions
from customers.importing.saving import hold
from customers.importing.staging import BATCH, TABLE, as_json
from customers.models import ImportRun


class Repeat(NamedTuple):
    """A row that says again what an earlier one said, and whether it has another name."""

    line: int
    first: int
    has_other_name: bool
    header: str
    problem: str


def refuse_repeats(run: ImportRun, headers: dict[str, str], options: ImportOptions) -> list[Repeat]:
    """Refuse the rows that repeat earlier ones. Raises TakenOver.

    They are looked for outside of any transaction, for nobody to wait meanwhile.
    """
    refused: list[Repeat] = []
    for repeats in find_repeats(run.pk, headers, options):
        for at in range(0, len(repeats), BATCH):
            with transaction.atomic():
                hold(run)
                refuse(run.pk, repeats[at : at + BATCH])
        refused += repeats
    return refused


def find_repeats(
    run_id: int, headers: dict[str, str], options: ImportOptions
) -> Iterator[list[Repeat]]:
    """The rows that say again what an earlier one said, one kind after the other.

    Refuse them before you ask for the next: a row that is refused for one repeats nothing for the
    others. Two rows of one address are no repeat when they are two customers that exist already;
    of one external ID they are, because only one of them can have it.
    """
    keys: list[tuple[str, str]] = [("customer_id", "")]
    if "external_id" in headers:
        keys.append(("external_id", "external_id"))
    if "email" in options.match:
        keys.append(("email, name_key" if options.shared_email else "email", "email"))
    if "phone" in options.match:
        keys.append(("phone", "phone"))
    for columns, name in keys:
        yield find_same(run_id, columns, headers.get(name, ""), sentence_for(name))
    yield find_same(run_id, KEYLESS, "", _("Row %(row)s says exactly the same."), KEYLESS_ONLY)


KEYLESS = (
    "first_name, COALESCE(last_name, ''), COALESCE(phone, ''), COALESCE(phone_extension, ''),"
    " COALESCE(gender, ''), COALESCE(date_of_birth, '0001-01-01'), COALESCE(note, '')"
)
KEYLESS_ONLY = "email IS NULL AND external_id IS NULL AND customer_id IS NULL"


def sentence_for(name: str) -> str:
    return {
        "email": _("Row %(row)s has the same e-mail address."),
        "phone": _("Row %(row)s has the same phone number."),
        "external_id": _("Row %(row)s has the same external ID."),
    }.get(name, _("Row %(row)s is the same customer."))


def find_same(
    run_id: int, columns: str, header: str, sentence: str, only: str = ""
) -> list[Repeat]:
    """All rows but the first of those that agree in the columns."""
    first = columns.partition(",")[0]
    condition = (
        only or f"{first} IS NOT NULL AND {first} {'> 0' if first == 'customer_id' else '<> %s'}"
    )
    rows = f"run_id = %s AND action <> 'refused' AND {condition}"
    parameters = [] if only or first == "customer_id" else [""]
    may_share = "FALSE" if first == "external_id" else "customer_id <> first_one"
    other_name = "name_key <> first_name" if columns == "email" else "FALSE"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT line, first_line, COALESCE({other_name}, FALSE)"  # noqa: S608 our own names
            " FROM (SELECT line, customer_id, name_key, FIRST_VALUE(name_key) OVER w AS first_name,"
            f" FIRST_VALUE(line) OVER w AS first_line, FIRST_VALUE(customer_id) OVER w AS first_one"
            f" FROM {TABLE} WHERE {rows} AND ({columns}) IN"
            f" (SELECT {columns} FROM {TABLE} WHERE {rows} GROUP BY {columns} HAVING COUNT(*) > 1)"
            f" WINDOW w AS (PARTITION BY {columns} ORDER BY line)) AS repeats"
            f" WHERE line > first_line AND NOT COALESCE({may_share}, FALSE)",
            [run_id, *parameters, run_id, *parameters],
        )
        found = cursor.fetchall()
    return [
        Repeat(line, first, other_name, header, sentence % {"row": first})
        for line, first, other_name in found
    ]


def refuse(run_id: int, repeats: Sequence[Repeat]) -> None:
    """Refuse some rows, each for the sentence that it has."""
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {TABLE} SET action = 'refused', done = %s, customer_id = NULL, problems = %s,"  # noqa: S608
            " repeats = %s WHERE run_id = %s AND line = %s",
            [
                (True, as_json([(one.header, one.problem)]), one.first, run_id, one.line)
                for one in repeats
            ],
        )
