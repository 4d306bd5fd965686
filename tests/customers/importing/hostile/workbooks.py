"""Workbooks: what spreadsheets keep in cells, and what somebody with bad intentions packs."""

from datetime import date, datetime, time
from typing import Any

from tests.customers.importing.hostile.case import (
    LOST,
    SERIAL,
    UNSTORED,
    Case,
)
from tests.customers.importing.hostile.making import (
    HEAD,
    SHEET,
    TAIL,
    archive,
    cell,
    liar,
    sheet,
    with_parts,
    with_password,
    workbook,
)

PEOPLE = (["Name", "Birthday"], ["Ada", date(1985, 12, 10)])


def hide(book: Any) -> None:
    page = book.worksheets[0]
    page.row_dimensions[2].hidden = page.row_dimensions[3].hidden = True
    page.column_dimensions["B"].hidden = True


def merge(book: Any) -> None:
    book.worksheets[0].merge_cells("B2:B3")


def hide_sheet(book: Any) -> None:
    book.create_sheet("Archive").sheet_state = "hidden"
    book.create_sheet("Deep").sheet_state = "veryHidden"


def hide_all(book: Any) -> None:
    book.worksheets[0].sheet_state = "hidden"


def add_sheets(book: Any) -> None:
    book.create_sheet("Old").append(["Name"])
    book.worksheets[1].append(["Bob"])


def blank_first(book: Any) -> None:
    book.create_sheet("People").append(["Name"])
    book.worksheets[1].append(["Ada"])


def format_far(book: Any) -> None:
    for row in range(3, 3_003):
        book.worksheets[0].cell(row, 3).number_format = "@"


NAME = "<row>" + cell("A1", "Name") + cell("B1", "Note") + "</row>"
CORNER = f'<row r="1">{cell("A1", "Name")}</row><row r="1048576">{cell("XFD1048576", "x")}</row>'
BLANKS = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(2, 30_002))
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "'
    + "x" * 1_000
    + '"><!ENTITY b "'
    + "&a;" * 1_000
    + '"><!ENTITY c "'
    + "&b;" * 1_000
    + '">]>'
)

CASES = [
    Case(
        "days as days",
        workbook(*PEOPLE),
        rows=[(2, {"first_name": "Ada", "date_of_birth": "1985-12-10"})],
    ),
    Case(
        "days of the calendar of 1904",
        workbook(*PEOPLE, mac=True),
        rows=[(2, {"first_name": "Ada", "date_of_birth": "1985-12-10"})],
    ),
    Case(
        "moments, times, numbers and truth",
        workbook(
            ["Name", "Birthday", "Customer ID", "Note"],
            ["A", datetime(1985, 12, 10, 9, 30), 17, time(9, 30)],  # noqa: DTZ001 as in a cell
            ["B", 33238, 18.0, True],
            ["C", None, 1.5, 0.25],
        ),
        rows=[
            (
                2,
                {
                    "first_name": "A",
                    "date_of_birth": "1985-12-10",
                    "external_id": "17",
                    "note": "09:30:00",
                },
            ),
            (4, {"first_name": "C", "external_id": "1.5", "note": "0.25"}),
        ],
        problems={3: SERIAL},
    ),
    Case(
        "a year as a number",
        workbook(["Name", "Birthday"], ["Ada", 1985]),
        problems={2: "Birthday: This is not a date. Write it like 1990-12-31."},
    ),
    Case(
        "phones as numbers",
        workbook(
            ["Name", "Phone"], ["A", 447700900123], ["B", 7700900123], ["C", 4.47700900123e11]
        ),
        rows=[
            (2, {"first_name": "A", "phone": "+447700900123"}),
            (3, {"first_name": "B", "phone": "+447700900123"}),
            (4, {"first_name": "C", "phone": "+447700900123"}),
        ],
    ),
    Case(
        "a phone that the spreadsheet rounded as text",
        workbook(["Name", "Phone"], ["A", "4.477E+11"]),
        problems={2: LOST % "4.477E+11"},
    ),
    Case(
        "leading zeros kept as text",
        workbook(["Name", "Customer ID"], ["Ada", "007"]),
        rows=[(2, {"first_name": "Ada", "external_id": "007"})],
    ),
    Case(
        "a text that looks like a formula",
        sheet(NAME + f"<row>{cell('A2', '=1+1')}</row>"),
        rows=[(2, {"first_name": "=1+1"})],
    ),
    Case(
        "formulas with a stored result",
        sheet(NAME + '<row><c r="A2" t="str"><f>B2</f><v>Ada</v></c></row>'),
        rows=[(2, {"first_name": "Ada"})],
    ),
    Case(
        "formulas without a stored result",
        workbook(["Name", "Note"], ["Ada", "=1+1"], ["Bob", '="x"']),
        rows=[(2, {"first_name": "Ada"}), (3, {"first_name": "Bob"})],
        notes=[UNSTORED],
    ),
    Case(
        "errors in cells",
        sheet(NAME + f'<row>{cell("A2", "Ada")}<c r="B2" t="e"><v>#N/A</v></c></row>'),
        rows=[(2, {"first_name": "Ada"})],
    ),
    Case(
        "merged cells",
        workbook(["Name", "Surname"], ["Ada", "Smith"], ["Bob", None], change=merge),
        rows=[(2, {"first_name": "Ada", "last_name": "Smith"}), (3, {"first_name": "Bob"})],
        notes=["Of merged cells only the first has the text; the others are blank."],
    ),
    Case(
        "hidden rows and columns",
        workbook(["Name", "Note"], ["Ada", "x"], ["Bob", "y"], change=hide),
        rows=[(2, {"first_name": "Ada", "note": "x"}), (3, {"first_name": "Bob", "note": "y"})],
        notes=["Hidden rows (2) and columns (1) are read like the others."],
    ),
    Case(
        "hidden sheets",
        workbook(["Name"], ["Ada"], change=hide_sheet),
        rows=[(2, {"first_name": "Ada"})],
        notes=["Hidden sheets were not read: Archive, Deep."],
    ),
    Case(
        "all sheets hidden",
        lambda: with_parts({"xl/workbook.xml": with_state("hidden")}),
        refused="All sheets of this workbook are hidden. Show the one that is meant.",
    ),
    Case(
        "several sheets",
        workbook(["Name"], ["Ada"], change=add_sheets),
        rows=[(2, {"first_name": "Ada"})],
        notes=["Only the sheet Sheet was read. There are also: Old."],
    ),
    Case(
        "another sheet, asked for",
        workbook(["Name"], ["Ada"], change=add_sheets),
        options={"sheet": "Old"},
        rows=[(2, {"first_name": "Bob"})],
    ),
    Case(
        "a sheet that is not there",
        workbook(["Name"], ["Ada"]),
        options={"sheet": "None such"},
        refused="There is no sheet of this name.",
    ),
    Case(
        "a first sheet without anything",
        workbook(change=blank_first),
        rows=[(2, {"first_name": "Ada"})],
        notes=["Only the sheet People was read. There are also: Sheet."],
    ),
    Case("nothing at all", workbook(), refused="This workbook is empty."),
    Case(
        "only headers in a workbook",
        workbook(["Name", "Note"]),
        refused="There are headers in this file and no rows below them.",
    ),
    Case(
        "a table that begins lower",
        workbook([None], [None, "Report of May"], [None], ["Name", "Phone"], [None], ["Ada", "12"]),
        problems={6: "Phone: This phone number is too short."},
        notes=["The headers are in row 4; what stands above them was not read."],
    ),
    Case(
        "formats far below the last row",
        workbook(["Name"], ["Ada"], change=format_far),
        rows=[(2, {"first_name": "Ada"})],
    ),
    Case(
        "line breaks and blanks around",
        workbook([" Name ", "Note"], [" Ada \t", "one\r\ntwo"]),
        rows=[(2, {"first_name": "Ada", "note": "one\ntwo"})],
    ),
    Case(
        "a billion laughs",
        lambda: with_parts(
            {SHEET: (ENTITIES + HEAD + f"<row>{cell('A1', '&c;')}</row>" + TAIL).encode()}
        ),
        refused="This workbook is damaged and cannot be read.",
    ),
    Case(
        "30,000 rows that cannot be seen",
        sheet(NAME + BLANKS),
        refused="There are headers in this file and no rows below them.",
    ),
    Case(
        "a sheet that unpacks to 25 MB of blanks",
        lambda: with_parts({SHEET: HEAD.encode() + b" " * 25_000_000 + TAIL.encode()}),
        refused="This workbook unpacks into more than can be read. Save the sheet as CSV.",
    ),
    Case(
        "a sheet that lies about its size",
        liar,
        refused="This workbook is damaged and cannot be read.",
    ),
    Case(
        "one cell in the last corner",
        sheet(CORNER),
        refused="This workbook unpacks into more than can be read. Save the sheet as CSV.",
    ),
    Case(
        "a giant cell",
        sheet(NAME + f"<row>{cell('A2', 'x' * 200_000)}</row>"),
        refused="A cell of this sheet has more than 131,072 letters. No table of people does.",
    ),
    Case(
        "3,000 parts",
        lambda: with_parts({f"xl/x{n}.xml": b"" for n in range(3_000)}),
        refused="This workbook has too many parts.",
    ),
    Case(
        "a password on the archive",
        with_password,
        refused="This workbook has a password. Save it without one.",
    ),
    Case(
        "cut off",
        lambda: workbook(*PEOPLE)()[:-200],
        refused="This workbook is damaged and cannot be read.",
    ),
    Case(
        "a sheet of broken XML",
        lambda: with_parts({SHEET: b"<worksheet><sheetData><row>"}),
        refused="This workbook is damaged and cannot be read.",
    ),
    Case(
        "an OpenDocument file",
        lambda: archive({"mimetype": b"x", "content.xml": b"<x/>"}),
        refused="This is an OpenDocument file. Save it as .xlsx or CSV.",
    ),
    Case(
        "a binary workbook",
        lambda: archive({"xl/workbook.bin": b"x"}),
        refused="This is a binary workbook (.xlsb). Save it as .xlsx.",
    ),
    Case(
        "a ZIP with a table inside",
        lambda: archive({"customers.csv": b"Name\nAda\n"}),
        refused="This is a packed file and no workbook. Unpack it first.",
    ),
]


def with_state(state: str) -> bytes:
    return (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f'<sheets><sheet name="S" sheetId="1" state="{state}" r:id="rId1"/></sheets></workbook>'
    ).encode()
