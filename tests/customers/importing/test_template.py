"""The file to fill in, and the file of refused rows: both come back by themselves."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from customers.importing.columns import match_columns
from customers.importing.reading import open_table
from customers.importing.refused import error_file
from customers.importing.template import COLUMNS, template
from customers.models import Customer, ImportRun
from tests.customers.importing.conftest import run_import

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


def test_a_filled_workbook_maps_itself_and_its_notes_are_ignored(tmp_path: Path):
    book = openpyxl.load_workbook(io.BytesIO(b"".join(template("xlsx"))))
    sheet = book.worksheets[0]
    filled = [
        "Ada", "Lovelace", "ada@example.org", "07700 900123", "female", date(1985, 12, 10),
        'VIP, "Smith, family"', "likes\nmornings", "English", "Europe/London", "007",
    ]  # fmt: skip
    for at, value in enumerate(filled, 1):
        sheet.cell(2, at).value = value  # type: ignore[union-attr]
    path = tmp_path / "filled.xlsx"
    book.save(path)

    answer = run_import(path)

    assert answer.counts == {"new": 1}
    assert answer.summary["notes"] == []
    ada = Customer.objects.get()
    assert (ada.phone, ada.external_id, ada.language) == ("+447700900123", "007", "en")
    assert ada.date_of_birth == date(1985, 12, 10)
    assert sorted(ada.tags.values_list("name", flat=True)) == ["Smith, family", "VIP"]


def test_the_workbook_keeps_zeros_and_explains_every_column():
    book = openpyxl.load_workbook(io.BytesIO(b"".join(template("xlsx"))))
    sheet, notes = book.worksheets

    assert sheet.freeze_panes == "A2"
    headings = [cell.value for cell in sheet[1]]
    formats = {sheet.column_dimensions[cell.column_letter].number_format for cell in sheet[1]}
    assert formats == {"@", "yyyy-mm-dd"}
    assert len(headings) == len(COLUMNS)
    explained = {row[0].value: (row[1].value, row[2].value) for row in notes.iter_rows(min_row=2)}
    assert all(all(explained[heading]) for heading in headings)
    assert sheet.data_validations.dataValidation[0].formula1 == '"female,male,other"'


def test_the_examples_of_the_notes_are_taken(tmp_path: Path):
    notes = openpyxl.load_workbook(io.BytesIO(b"".join(template("xlsx")))).worksheets[1]
    rows = [[cell.value for cell in row] for row in notes.iter_rows(min_row=2, max_row=12)]
    path = tmp_path / "examples.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([[row[0] for row in rows], [row[2] for row in rows]])

    assert run_import(path).counts == {"new": 1}


def test_the_csv_template_is_its_headings_for_excel(tmp_path: Path):
    data = b"".join(template("csv"))
    path = tmp_path / "t.csv"
    path.write_bytes(data + b"Ada,Lovelace,,,,,,,,,\r\n")

    table = open_table(path)

    assert data.startswith(b"\xef\xbb\xbf")
    assert [one.name for one in match_columns(table.headers, {}).cells.values()] == list(COLUMNS)
    assert run_import(path).counts == {"new": 1}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("Name;E-mail;Phone\nAda;nonsense;'+447700900123\n", "c.csv"),
        ("Name\tE-mail\tPhone\n'=Ada\tnonsense\t07700 900123\n", "c.tsv"),
        (
            "BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nEMAIL:nonsense\nTEL:07700900123\nORG:X\nEND:VCARD\n",
            "c.vcf",
        ),
    ],
)
def test_refused_rows_come_back_when_they_are_mended_whatever_they_came_from(
    write: Write, tmp_path: Path, content: str, name: str, kind: str
):
    assert run_import(write(content, name)).counts == {"refused": 1}
    path = tmp_path / f"mended.{kind}"
    path.write_bytes(b"".join(error_file(ImportRun.objects.get(), kind)))
    if kind == "csv":
        text = path.read_text(encoding="utf-8-sig")
        path.write_text(text.replace("nonsense", "ada@example.org"), encoding="utf-8")
    else:
        book = openpyxl.load_workbook(path)
        for row in book.worksheets[0].iter_rows():
            for cell in row:
                if cell.value == "nonsense":
                    cell.value = "ada@example.org"
        book.save(path)

    answer = run_import(path)

    assert answer.counts == {"new": 1}, answer.out
    assert "What is wrong" not in answer.summary["not_read"]
    ada = Customer.objects.get()
    assert (ada.email, ada.phone) == ("ada@example.org", "+447700900123")
    assert ada.first_name == ("=Ada" if name == "c.tsv" else "Ada")


def test_a_date_in_a_cell_of_the_template_is_a_date(tmp_path: Path):
    book = openpyxl.load_workbook(io.BytesIO(b"".join(template("xlsx"))))
    sheet = book.worksheets[0]
    sheet["A2"], sheet["F2"] = "Ada", datetime(1985, 12, 10)  # noqa: DTZ001 as in a cell
    path = tmp_path / "d.xlsx"
    book.save(path)

    run_import(path)

    assert Customer.objects.get().date_of_birth == date(1985, 12, 10)
