"""Workbooks that are not what they should be, or ask for far more than they weigh."""

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from customers.importing import workbook
from customers.models import Customer
from tests.customers.importing.conftest import names, run_import

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


def make_workbook(rows: list[list[object]], *, mac: bool = False) -> bytes:
    book = openpyxl.Workbook()
    if mac:
        book.epoch = CALENDAR_MAC_1904
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("mac", [False, True])
def test_a_workbook_is_read_whatever_its_name_and_calendar(write: Write, *, mac: bool):
    content = make_workbook(
        [
            ["Name", "Surname", "Mobile", "Birthday", "Customer ID"],
            ["Ada", "Lovelace", 447700900123, date(1985, 12, 10), 17],
            ["Grace", "Hopper", None, datetime(1986, 12, 9), 18.0],  # noqa: DTZ001 as in a cell
            ["Kurt", "Gödel", "07700 900124", "28.4.1986", "A-1"],
        ],
        mac=mac,
    )

    assert run_import(write(content, "customers.csv")).counts == {"new": 3}
    ada = Customer.objects.get(external_id="17")
    assert ada.phone == "+447700900123"
    assert ada.date_of_birth == date(1985, 12, 10)
    assert Customer.objects.get(external_id="18").date_of_birth == date(1986, 12, 9)
    assert Customer.objects.get(external_id="A-1").date_of_birth == date(1986, 4, 28)


def test_a_table_that_starts_lower_and_blank_rows_keep_their_row_numbers(write: Write):
    content = make_workbook(
        [[None], [None], ["Name", "E-mail"], [None], ["Ada", "nonsense"], [None, None], ["Bob"]]
    )

    answer = run_import(write(content, "c.xlsx"))

    assert list(answer.problems()) == [5]
    assert answer.counts == {"new": 1, "refused": 1, "blank": 2}


def test_the_first_sheet_that_can_be_seen_is_read_and_the_others_named(write: Write):
    book = openpyxl.Workbook()
    book.active.title = "Hidden"
    book.active.sheet_state = "hidden"
    for title, name in (("People", "Ada"), ("Others", "Bob")):
        sheet = book.create_sheet(title)
        sheet.append(["Name"])
        sheet.append([name])
    book.active = 1
    path = write(b"", "c.xlsx")
    book.save(path)

    answer = run_import(path)

    assert names() == ["Ada"]
    assert any("Others" in note for note in answer.summary["notes"])
    assert run_import(path, "--sheet", "Others").counts == {"new": 1}
    assert run_import(path, "--sheet", "None such").status == 2


def rebuild(content: bytes, parts: dict[str, bytes], level: int = 9) -> bytes:
    """The workbook with some parts put in place of its own."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as new,
    ):
        for name in {*old.namelist(), *parts}:
            new.writestr(name, parts.get(name) or old.read(name))
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
SMALL = [["Name", "Surname"], ["Ada", "Lovelace"]]
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"
CELL = b'<c r="A%d" t="inlineStr"><is><t>Name</t></is></c>'


def test_a_sheet_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked(write: Write):
    content = rebuild(make_workbook(SMALL), {SHEET: HEAD + b" " * 60_000_000 + TAIL})
    assert len(content) < 100_000

    answer = run_import(write(content, "bomb.xlsx"))

    assert answer.status == 2
    assert "unpacks into more" in answer.error


def test_a_workbook_that_lies_about_its_sizes_is_refused(write: Write):
    content = bytearray(rebuild(make_workbook(SMALL), {SHEET: HEAD + b" " * 60_000_000 + TAIL}))
    size = struct.pack("<I", 60_000_000 + len(HEAD + TAIL))
    while (at := bytes(content).find(size)) >= 0:
        content[at : at + 4] = struct.pack("<I", 1_000)

    answer = run_import(write(bytes(content), "liar.xlsx"))

    assert answer.status == 2


def test_one_cell_in_the_last_corner_does_not_take_the_memory(write: Write):
    corner = b'<c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c>'
    sheet = (
        HEAD + b'<row r="1">' + CELL % 1 + b'</row><row r="1048576">' + corner + b"</row>" + TAIL
    )
    answer = run_import(write(rebuild(make_workbook(SMALL), {SHEET: sheet}), "corner.xlsx"))

    assert answer.status == 2
    assert "unpacks into more" in answer.error


def test_one_giant_text_in_very_many_cells_does_not_take_the_memory(write: Write):
    text = b"<sst><si><t>Name</t></si><si><t>" + b"x" * 32_000 + b"</t></si></sst>"
    row = b'<row><c t="s"><v>0</v></c></row>' + b'<row><c t="s"><v>1</v></c></row>' * 200_000
    book = openpyxl.Workbook()
    book.active.append(["Name"])
    file = io.BytesIO()
    book.save(file)
    content = rebuild(
        file.getvalue(), {SHEET: HEAD + row + TAIL, "xl/sharedStrings.xml": text}, level=1
    )

    answer = run_import(write(content, "giant.xlsx"))

    assert answer.status == 2
    assert "unpacks into more" in answer.error


def test_a_million_blank_rows_that_cannot_be_seen_are_no_rows(write: Write):
    rows = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (n, n) for n in range(2, 300_002))
    sheet = HEAD + b'<row r="1">' + CELL % 1 + b"</row>" + rows + TAIL
    content = rebuild(make_workbook(SMALL), {SHEET: sheet})

    answer = run_import(write(content, "blank.xlsx"))

    assert answer.status == 2
    assert "no rows" in answer.error


def test_more_rows_than_a_workbook_may_have_are_refused(
    write: Write, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(workbook, "MOST_ROWS", 10)

    answer = run_import(write(make_workbook([["Name"], *[[f"N{n}"] for n in range(20)]]), "c.xlsx"))

    assert answer.status == 2
    assert "more than 10 rows" in answer.error


def test_a_packed_file_that_is_no_workbook_is_refused(write: Write):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("customers.csv", "Name\nAda\n")

    answer = run_import(write(file.getvalue(), "customers.zip"))

    assert answer.status == 2
    assert "Unpack it first" in answer.error


def test_a_workbook_with_too_many_parts_is_refused(write: Write):
    parts = {f"xl/extra{n}.xml": b"<x/>" for n in range(2_100)}

    answer = run_import(write(rebuild(make_workbook(SMALL), parts), "parts.xlsx"))

    assert answer.status == 2
    assert "too many parts" in answer.error
