"""Files that are not what they should be: each is read right, or refused with its own sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bookkinda.preferences import Preferences
from customers.importing import reading
from customers.models import Customer, ImportRun
from tests.customers.importing.conftest import names, run_import

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


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
