"""vCards of telephones and programs: what becomes of each property, and what is refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from customers.importing.columns import match_columns
from customers.importing.problems import FileRefused
from customers.importing.reading import open_table
from customers.importing.vcards import FIELDS
from customers.models import Customer
from tests.customers.importing.conftest import run_import

Write = Callable[..., Path]
ENGINES = {"Company": "Engines, Sales"}


def card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def read(path: Path, **options: str) -> list[dict[str, str]]:
    """Each card's cells that are not blank, by field or by header."""
    table = open_table(path, **options)
    names = [*FIELDS, *table.headers[len(FIELDS) :]]
    return [
        {name: cell for name, cell in zip(names, cells, strict=False) if cell}
        for _number, cells in table.rows()
    ]


@pytest.mark.parametrize(
    ("lines", "cells"),
    [
        (["N:Lovelace;Ada;;;"], {"first_name": "Ada", "last_name": "Lovelace"}),
        (["N:Lovelace;Ada;Augusta;Dr.;"], {"first_name": "Ada Augusta", "last_name": "Lovelace"}),
        (["N:Lovelace;;;;", "FN:Lovelace"], {"first_name": "Lovelace"}),
        (["FN:Ada Lovelace"], {"first_name": "Ada Lovelace"}),
        (["N:;;;;", "FN:", "ORG:Engines;Sales"], {"first_name": "Engines", **ENGINES}),
        (["N:O\\;Brien\\, Jr.;Ann\\\\a;;;"], {"first_name": "Ann\\a", "last_name": "O;Brien, Jr."}),
        (["fn:Ada"], {"first_name": "Ada"}),
        (["item1.FN:Ada", "item1.X-ABLABEL:_$!<Other>!$_"], {"first_name": "Ada"}),
        (["FN;LANGUAGE=en;X-A=\"a:b;c\":Ada"], {"first_name": "Ada"}),
        (["FN:Ada", "EMAIL:a@example.org"], {"first_name": "Ada", "email": "a@example.org"}),
        (
            ["EMAIL;TYPE=HOME:a@example.org", "EMAIL;TYPE=WORK,PREF:b@example.org"],
            {"email": "b@example.org", "More e-mail addresses": "a@example.org"},
        ),
        (
            ["EMAIL;PREF=1:mailto:a@example.org", "EMAIL:b@example.org"],
            {"email": "a@example.org", "More e-mail addresses": "b@example.org"},
        ),
        (
            ["TEL;TYPE=HOME:020 1", "TEL;TYPE=FAX:020 2", "TEL;TYPE=CELL:0770 3"],
            {"phone": "0770 3", "More phone numbers": "020 1"},
        ),
        (["TEL;WORK;PREF;VOICE:020 1", "TEL;PAGER:3"], {"phone": "020 1"}),
        (["TEL;VALUE=uri:tel:+44-20-1;ext=12"], {"phone": "+44-20-1 ext. 12"}),
        (["BDAY:1990-12-31"], {"date_of_birth": "1990-12-31"}),
        (["BDAY:19901231"], {"date_of_birth": "1990-12-31"}),
        (["BDAY:1990-12-31T00:00:00Z"], {"date_of_birth": "1990-12-31T00:00:00Z"}),
        (["BDAY:--1231"], {"date_of_birth": "--12-31"}),
        (["BDAY;X-APPLE-OMIT-YEAR=1604:1604-12-31"], {"date_of_birth": "--12-31"}),
        (["GENDER:F"], {"gender": "F"}),
        (["GENDER:O;intersex"], {"gender": "O"}),
        (["GENDER:N"], {}),
        (["GENDER:U"], {}),
        (["X-GENDER:male"], {"gender": "male"}),
        (["NOTE:one\\ntwo\\, three"], {"note": "one\ntwo, three"}),
        (["NOTE:one", "NOTE:two"], {"note": "one\ntwo"}),
        (["CATEGORIES:VIP,a\\,b,myContacts"], {"tags": 'VIP, "a,b"'}),
        (["UID:urn:uuid:4fbe8971"], {"external_id": "4fbe8971"}),
        (["UID:x", "X-BOOKKINDA-EXTERNAL-ID:7"], {"external_id": "7"}),
        (["UID:" + "x" * 101], {}),
        (["X-BOOKKINDA-ID:17"], {"id": "17"}),
        (["LANG;TYPE=home;PREF=1:tr"], {"language": "tr"}),
        (["TZ:Europe/London"], {"time_zone": "Europe/London"}),
        (["TZ:-0500"], {}),
        (["TZ;VALUE=utc-offset:+01:00"], {}),
        (["ADR;TYPE=HOME:;;1 Lane;London;;EC1;"], {"Postal address": "1 Lane, London, EC1"}),
        (["URL:https://example.org"], {"Web page": "https://example.org"}),
        (["no colon at all", ":no name", "FN:Ada"], {"first_name": "Ada"}),
    ],
)  # fmt: skip
def test_each_property_is_read_as_it_is_meant(
    write: Write, lines: list[str], cells: dict[str, str]
):
    assert read(write(card(*lines), "people.vcf")) == [cells]


def test_an_old_card_with_quoted_printable_in_any_character_set(write: Write):
    lines = [
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Y=C4=B1lmaz;=C3=96zg=C3=BCr;;;",
        "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:caf=E9 =",
        "and more=0D=0Aa second line=",
        "",
        "TEL;CELL:0770 1",
        "EMAIL;X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,x):a@example.org",
    ]

    assert read(write(card(*lines, version="2.1"))) == [
        {
            "first_name": "Özgür",
            "last_name": "Yılmaz",
            "phone": "0770 1",
            "email": "a@example.org",
            "note": "café and more\r\na second line",
        }
    ]


def test_folded_lines_are_one_line(write: Write):
    new = card("NOTE:one wo", " rd and", "  another", "\t!", "FN:Ada")
    old = card("NOTE:one", " and another", "FN:Ada", version="2.1")

    assert read(write(new + old))[0]["note"] == "one word and another!"
    assert read(write(new + old))[1]["note"] == "one and another"


def test_pictures_are_passed_over_and_said(write: Write):
    photo = ["PHOTO;ENCODING=BASE64;TYPE=JPEG:" + "A" * 40, *[" " + "B" * 74] * 4_000, ""]
    path = write(card("FN:Ada", *photo, "NOTE:x", version="2.1") * 2)

    assert read(path) == [{"first_name": "Ada", "note": "x"}] * 2
    assert open_table(path).notes == [
        "2 cards have pictures, which are not read. Send pictures as a ZIP."
    ]


def test_groups_are_no_people(write: Write):
    group = card("KIND:group", "FN:Family", "MEMBER:urn:uuid:1", version="4.0")
    apple = card("X-ADDRESSBOOKSERVER-KIND:group", "N:Friends;;;;")
    path = write(card("FN:Ada") + group + apple)

    assert read(path) == [{"first_name": "Ada"}, {}, {}]
    assert "2 cards are groups" in open_table(path).notes[0]


def test_a_card_inside_of_a_card_is_passed_over(write: Write):
    inner = ["AGENT:", "BEGIN:VCARD", "VERSION:2.1", "FN:Secretary", "END:VCARD"]

    assert read(write(card("FN:Ada", *inner, "NOTE:x", version="2.1"))) == [
        {"first_name": "Ada", "note": "x"}
    ]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1254"])
def test_line_ends_and_encodings_are_those_of_any_text(write: Write, ending: str, encoding: str):
    text = card("FN:Şule", "NOTE:ğ") + "\r\n\r\n" + card("FN:Işıl")
    path = write(text.replace("\r\n", ending), "a.vcf", encoding=encoding)

    assert [one["first_name"] for one in read(path, language="tr")] == ["Şule", "Işıl"]


def test_a_card_without_an_end_ends_where_the_next_begins(write: Write):
    path = write("BEGIN:VCARD\nFN:Ada\n" + card("FN:Bob"))

    assert [one["first_name"] for one in read(path)] == ["Ada", "Bob"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (card("FN:Ada") + "BEGIN:VCARD\nFN:Bo", "cut off"),
        ("BEGIN:VCARDS\nFN:Ada\n", "no vCard"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\n", "calendar"),
        (card(*["X:1"] * 3_000), "too large"),
    ],
)
def test_what_is_no_file_of_cards_is_refused(write: Write, content: str, words: str):
    with pytest.raises(FileRefused, match=words):
        open_table(write(content, "people.vcf"))


def test_a_giant_value_takes_no_memory_and_is_refused_at_its_row(write: Write, db: Any):
    path = write(card("FN:Ada", "NOTE:x", *[" " + "y" * 70] * 5_000) + card("FN:Bob"))

    answer = run_import(path)

    assert answer.counts == {"new": 1, "refused": 1}
    assert "1000 fit" in answer.problems()[1]


def test_a_value_of_many_soft_line_breaks_is_read_without_copying_it_for_each(write: Write):
    start = "NOTE;ENCODING=QUOTED-PRINTABLE;X=" + "a" * 900_000
    path = write(card("N:Lovelace;Ada", f"{start}=", *["="] * 200_000, "X:1", version="2.1"))

    (cells,) = read(path)  # a copy for each would take minutes

    assert cells["first_name"] == "Ada"


def test_values_that_would_make_a_pattern_try_every_start_are_read(write: Write):
    long = "a" * 120_000 + "\\"
    path = write(card("FN:Ada", *[f"{name}:{long}" for name in ("ORG", "CATEGORIES", "N")] * 3))

    (cells,) = read(path)  # a pattern that tries every start would take minutes

    assert cells["first_name"] == long


def test_the_columns_map_themselves(write: Write):
    table = open_table(write(card("FN:Ada", "ORG:Engines")))

    mapped = match_columns(table.headers, {})

    assert [column.name for column in mapped.cells.values()] == list(FIELDS)
    assert mapped.not_read == ["Company"]


@pytest.mark.django_db
def test_cards_are_imported_and_rows_are_the_numbers_of_the_cards(write: Write):
    cards = [
        card("N:Lovelace;Ada;;;", "EMAIL:ada@example.org", "BDAY:18151210", "UID:1"),
        card("FN:Bob", "TEL;TYPE=CELL:07700 900123", "BDAY:--0402", "LANG:de-DE", "GENDER:M"),
        card("N:;;;;", "EMAIL:nobody@example.org"),
        card("FN:Grace", "BDAY:19061209", "CATEGORIES:VIP", version="4.0"),
    ]

    answer = run_import(write("".join(cards), "people.vcf"))

    assert answer.counts == {"new": 2, "refused": 2}
    assert answer.problems() == {
        1: "A date of birth before 1900 is surely a slip of the pen.",
        3: "The name is missing.",
    }
    bob = Customer.objects.get(first_name="Bob")
    assert (bob.phone, bob.date_of_birth, bob.language) == ("+447700900123", None, "de")
    assert bob.gender == "male"
    assert "1 birthday has no year; no date of birth is kept for it." in answer.summary["notes"]
    assert answer.summary["read_as"] == "vCard 3.0, utf-8"
