"""One odd or hostile file, and the exact answer that is expected of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from customers.importing.checking import Action, RowChecker, in_batches, survey
from customers.importing.columns import match_columns
from customers.importing.problems import FileRefused
from customers.importing.reading import open_table
from customers.importing.reporting import sentences_about_dates
from customers.resources import Conventions
from customers.values import Phone

TODAY = date(2026, 6, 1)
OPENING = ("language", "encoding", "delimiter", "sheet")

Row = tuple[int, dict[str, Any]]


def not_unicode(page: str) -> str:
    return (
        f"The file is not Unicode; it was read as {page}. Look at a name with special letters, and "
        "choose another encoding if it is wrong."
    )


SERIAL = (
    "Birthday: This is a spreadsheet's number for a day. Give the column the format of a date "
    "there, or write it like 1990-12-31."
)
UNSTORED = (
    "2 formulas have no stored result and count as blank. Open the workbook in a spreadsheet, "
    "save it, and choose it again."
)
OPEN_QUOTE = (
    "From row %s on the file cannot be split into cells: a quotation mark is opened "
    "there and never "
    "closed."
)
LOST = "Phone: A spreadsheet turned this phone number into %s; its last digits are lost."


@dataclass(frozen=True)
class Case:
    """`rows` are the good rows with their numbers and values, `problems` what is wrong with the
    others, `notes` what is said about the file; or the whole file is `refused` with a sentence."""

    name: str
    content: bytes | Callable[[], bytes]
    rows: list[Row] = field(default_factory=list)
    problems: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    refused: str = ""
    options: dict[str, str] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)


def answer_to(case: Case, folder: Path) -> Case:
    """What reading and checking make of the file; no database is asked."""
    content = case.content if isinstance(case.content, bytes) else case.content()
    path = folder / "upload.bin"  # the name says nothing
    path.write_bytes(content)
    found = Case(case.name, b"", options=case.options, told=case.told)
    country = case.options.get("country", "GB")
    try:
        table = open_table(path, **{key: case.options.get(key, "") for key in OPENING})
        mapped = match_columns(table.headers, case.told)
        order = survey(table, mapped, country).order
    except FileRefused as error:
        return Case(case.name, b"", refused=str(error), options=case.options, told=case.told)
    conventions = Conventions(country, order.day_first, TODAY)
    checker = RowChecker(table.headers, mapped, conventions, is_guarded=table.is_guarded)
    for batch in in_batches(table.rows(), 100):
        for row in checker.check_all(batch):
            if row.action == Action.REFUSED:
                said = [f"{header}: {text}" if header else text for header, text in row.problems]
                found.problems[row.line] = " ".join(said)
            else:
                found.rows.append((row.line, plain(row.values)))
    found.notes.extend([*table.notes, *sentences_about_dates(order, country)])
    return found


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """The values as they are written shortest: days as text, no extension where there is none."""
    shown = {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in values.items()
        if not (key == "phone_extension" and not value)
    }
    assert not any(isinstance(value, Phone) for value in shown.values())
    return shown
