"""Files that are not what they should be: each is read right, or refused with its own sentence."""

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from bookkinda.preferences import Preferences
from customers.importing import reading, workbook
from customers.models import Customer, ImportRun
from tests.customers.importing.conftest import run_import

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


def names() -> list[str]:
    return sorted(customer.full_name for customer in Customer.objects.all())


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_unicode_files_are_read_with_and_without_a_mark(write: Write, encoding: str):
    path = write("Name,Surname,Phone\nÖzgür,Yılmaz,\nЖанна,李,\n", encoding=encoding)

    answer = run_import(path)

    assert answer.counts == {"new": 2}
    assert names() == ["Özgür Yılmaz", "Жанна 李"]


@pytest.mark.parametrize(
    ("language", "page", "name"),
    [
        ("tr", "cp1254", "Işıl Çağrı Şen"),
        ("pl", "cp1250", "Świętosława Łuczak"),
        ("de", "cp1252", "Jürgen Groß"),
        ("en", "cp1252", "Siobhán “Shiv”"),
        ("ru", "cp1251", "Фёдор Воробьёв"),
    ],
)
def test_an_eight_bit_file_is_read_in_the_page_of_the_business_and_said_so(
    write: Write, language: str, page: str, name: str
):
    Preferences(language=language).save()
    path = write(f"Name;E-mail\n{name};a@example.org\n", encoding=page)

    answer = run_import(path)

    assert answer.counts == {"new": 1}
    assert names() == [name]
    assert page in answer.summary["read_as"]
    assert any(page in note for note in answer.summary["notes"])


def test_an_encoding_can_be_named(write: Write):
    path = write("Name\nŚwiętosława\n", encoding="cp1250")

    assert run_import(path, "--encoding", "cp1250").counts == {"new": 1}
    assert names() == ["Świętosława"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_usual_delimiter_is_found(write: Write, delimiter: str):
    rows = [["Name", "Surname", "Note"], ["Ada", "Lovelace", "a"], ["Grace", "Hopper", ""]]
    path = write("\r\n".join(delimiter.join(row) for row in rows))

    assert run_import(path).counts == {"new": 2}
    assert names() == ["Ada Lovelace", "Grace Hopper"]


def test_the_delimiter_is_not_looked_for_in_quotes(write: Write):
    path = write('"Name, as in passport";"E-mail"\nAda;ada@example.org\n')

    assert run_import(path, "--map", "Name, as in passport=first_name").counts == {"new": 1}
    assert names() == ["Ada"]


def test_excels_own_hint_names_the_delimiter_and_is_a_row(write: Write):
    path = write("sep=|\nName|E-mail\nAda|nonsense\n")

    assert list(run_import(path).problems()) == [3]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_quoted_line_breaks_stay_in_their_cell_and_rows_count_as_in_a_spreadsheet(
    write: Write, ending: str
):
    path = write(
        ending.join(["Name,Note,E-mail", '"Ada","one', 'two",', 'Bob,"",nonsense', "Cy,,"])
    )

    answer = run_import(path)

    assert Customer.objects.get(first_name="Ada").note == "one\ntwo"
    assert list(answer.problems()) == [3]


def test_short_rows_are_filled_with_blanks_and_long_ones_refused(write: Write):
    path = write("Name,E-mail,Phone\nAda\nBob,bob@example.org,,,\nCy,cy@example.org,,extra\n")

    answer = run_import(path)

    assert answer.counts == {"new": 2, "refused": 1}
    assert list(answer.problems()) == [4]


def test_nul_bytes_and_control_characters_are_taken_out(write: Write):
    path = write(b"Name,Surname,Note\nA\x00da,\x07Love\x1blace,x\x00\n")

    assert run_import(path).counts == {"new": 1}
    assert names() == ["Ada Lovelace"]


def test_a_refused_row_with_nul_bytes_is_kept_on_every_database(write: Write):
    path = write(b"Name,E-mail\nA\x00da,non\x00sense\n")

    assert run_import(path).counts == {"refused": 1}


def test_headers_with_nul_bytes_and_names_that_are_no_text(write: Write):
    path = write(b"Na\x00me,E-mail\x00\nAda,nonsense\n", "caf\udce9.csv")

    answer = run_import(path, "--map", "#1=first_name")

    assert answer.counts == {"refused": 1}


@pytest.mark.parametrize("encoding", ["utf-7", "unicode_escape", "base64", "undefined", "idna"])
def test_odd_encodings_are_read_or_refused(write: Write, encoding: str):
    path = write(b"Name,E-mail\nA\\ud800da,x\\ud800\nB+2AA-,y+2AA-\n")

    assert run_import(path, "--encoding", encoding).status in {1, 2}


def test_emoji_right_to_left_and_long_names(write: Write):
    path = write(f"Name,Surname\n🎉,Person\nمحمد,علي\n{'x' * 10_000},Long\n")

    answer = run_import(path)

    assert answer.counts == {"new": 2, "refused": 1}
    assert "10000 characters" in answer.problems()[4]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n\r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"Name,E-mail\n", "no rows"),
        (b"a,b,c\n1,2,3\n", "No column is known as the name"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "picture"),
        (bytes(range(256)) * 40, "some other kind of file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old Excel file"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x1f\x8b\x08\x00", "packed"),
        (b"<html><body><table><tr><td>Name</td></tr></table>", "web page"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "is XML"),
        (b'Name,Note\nAda,"never closed\nBob,x\n', "From row 2"),
        (b'Name,Note\nAda,fine\n"Bob,x\n' + b"c,d\n" * 60_000, "From row 3"),
        (b"Name\n" + b"x" * 3_000_000, "more than a million"),
        (b"PK\x03\x04 not really", "damaged"),
        (b"Name,E-mail,Email\nAda,,\n", "More than one column"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_own_sentence(
    write: Write, content: bytes, words: str
):
    answer = run_import(write(content, "customers.csv"))

    assert answer.status == 2
    assert words in answer.error
    assert not answer.out
    assert not Customer.objects.exists()
    assert not ImportRun.objects.exists()


def test_a_web_page_named_xls_is_refused(write: Write):
    answer = run_import(write(b"<!DOCTYPE html><table></table>", "customers.xls"))

    assert answer.status == 2
    assert "web page" in answer.error


def test_a_missing_file_is_refused():
    answer = run_import("/nowhere/customers.csv")

    assert answer.status == 2
    assert "no such file" in answer.error


def test_bytes_that_no_encoding_explains_are_refused(write: Write):
    answer = run_import(write(b"Name\nSm\x81\x98\xb0\xdb\x9dth\n"))

    assert answer.status == 2
    assert "cp1252" in answer.error


def test_a_file_that_the_page_of_the_business_cannot_read_is_read_in_one_that_makes_words(
    write: Write,
):
    answer = run_import(write("Name\nSmüth\n", encoding="cp850"))

    assert names() == ["Smüth"]
    assert "read as cp850" in answer.summary["notes"][0]


def test_too_many_rows_are_refused(write: Write, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 3)

    answer = run_import(write("Name\nA\nB\nC\nD\n"))

    assert answer.status == 2
    assert "more than 3 rows" in answer.error


def test_a_file_over_the_size_limit_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "LARGEST_FILE", 1000)

    answer = run_import(write("Name\n" + "Ada\n" * 1000))

    assert answer.status == 2
    assert "MB" in answer.error


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
