"""A file to fill in: our headings, and in a workbook a second sheet on what each column takes.

Phones and IDs are columns of text there, because a spreadsheet takes leading zeros off numbers.
"""

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bookkinda.preferences import Preferences
from customers.importing.workbook import notes_title
from customers.models import Gender
from customers.resources import Column, all_columns
from customers.values import example_phone

COLUMNS = (
    "first_name", "last_name", "email", "phone", "gender", "date_of_birth", "tags", "note",
    "language", "time_zone", "external_id",
)  # fmt: skip
WIDTHS = {"email": 30, "note": 40, "phone": 20, "tags": 20, "time_zone": 20}
LAST_ROW = 10_000  # as far down as cells know what they hold
HEAD = PatternFill("solid", fgColor="1F3A5F")
WHITE = Font(bold=True, color="FFFFFF")


class Help(NamedTuple):
    """What a column takes, and an example of it."""

    takes: str
    example: str


def template(kind: str) -> Iterator[bytes]:
    """The file, "csv" or "xlsx"."""
    columns = all_columns(COLUMNS)
    yield csv_template(columns) if kind == "csv" else xlsx_template(columns)


def csv_template(columns: list[Column]) -> bytes:
    sink = io.StringIO()
    csv.writer(sink).writerow([column.heading for column in columns])
    return sink.getvalue().encode("utf-8-sig")


def xlsx_template(columns: list[Column]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _("Customers")[:31]
    write_head(sheet, [column.heading for column in columns])
    for at, column in enumerate(columns, 1):
        letter = get_column_letter(at)
        size = sheet.column_dimensions[letter]
        size.width = WIDTHS.get(column.name, 16)
        size.number_format = "yyyy-mm-dd" if column.widget.kind == "date" else "@"
        if column.name == "gender":
            offer_genders(sheet, f"{letter}2:{letter}{LAST_ROW}")
    add_notes(book.create_sheet(notes_title()), columns)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def write_head(sheet: Worksheet, headings: list[str]) -> None:
    """The first row, which stays in sight."""
    sheet.append(headings)
    for cell in sheet[1]:
        cell.font, cell.fill = WHITE, HEAD
        cell.number_format = "@"
    sheet.freeze_panes = "A2"


def offer_genders(sheet: Worksheet, cells: str) -> None:
    choices = DataValidation(type="list", formula1=f'"{",".join(Gender.values)}"', allow_blank=True)
    choices.add(cells)
    sheet.add_data_validation(choices)


def add_notes(sheet: Worksheet, columns: list[Column]) -> None:
    """One row for each column of the table. This sheet is not imported."""
    write_head(sheet, [_("Column"), _("What it takes"), _("Example")])
    helps = helps_for(Preferences.load().country)
    for column in columns:
        sheet.append([column.heading, *helps[column.name]])
    sheet.append([])
    sheet.append([_("Only the first sheet is imported; this one is for reading.")])
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=cell.column == 2, vertical="top")
            cell.number_format = "@"
    for letter, width in zip("ABC", (18, 70, 34), strict=True):
        sheet.column_dimensions[letter].width = width


def helps_for(country: str) -> dict[str, Help]:
    """What stands in the notes, by field."""
    return {
        "first_name": Help(
            _("Up to 100 letters. The only column that a new customer needs."), "Ada"
        ),
        "last_name": Help(_("Up to 100 letters."), "Lovelace"),
        "email": Help(
            _("One address. Two people may share one, if you say so at the import."),
            "ada@example.org",
        ),
        "phone": Help(
            _("In any spelling. Without a country code it is one of yours; ext. 12 may follow."),
            example_phone(country),
        ),
        "gender": Help(_("female, male or other; blank if unknown."), "female"),
        "date_of_birth": Help(
            _("A date of your spreadsheet, or like the example. The year has four digits."),
            "1985-12-31",
        ),
        "tags": Help(
            _('Names with commas between; " around a name that has a comma. New ones are made.'),
            "VIP, Newsletter",
        ),
        "note": Help(_("Up to 1,000 letters; customers do not see it."), _("Likes mornings")),
        "language": Help(_("As a word, or its short form: English or en."), "en"),
        "time_zone": Help(_("Only where it is not yours."), "Europe/London"),
        "external_id": Help(
            _("Your own number of the customer. With it, a later import finds the same person."),
            "C-1001",
        ),
    }
