"""What is asked about a file, with samples to answer by, and what needs no question."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from customers.importing.checking import survey
from customers.importing.columns import match_columns
from customers.importing.doubts import DateSample, date_samples, encoding_doubt, phone_doubt
from customers.importing.reading import open_table

Write = Callable[..., Path]
POLISH = ["Świętosława Łuczak", "Żółć Gęślą", "Jaźń Ćma"]
TURKISH = ["Işıl Çağrı", "Şule Yiğit", "Gönül Öz"]
GERMAN = ["Jürgen Groß", "Änne Öztürk", "Käthe Müller"]
FRENCH = ["Hélène Façade", "Zoë Leûvre", "Noël Agnès"]
RUSSIAN = ["Фёдор Воробьёв", "Жанна Щукина", "Юлия Цой"]
GREEK = ["Γιώργος Παπαδόπουλος", "Ελένη Νικολάου", "Άννα Ψυχάρη"]
JAPANESE = ["山田 太郎", "鈴木 花子", "ヤマダ ハナコ"]


def doubt(write: Write, names: list[str], page: str, language: str) -> dict[str, list[str]]:
    text = "Surname,Note\n" + "".join(f"{name},x\n" for name in ["Plain", *names])
    table = open_table(write(text, encoding=page), language=language)
    candidates = encoding_doubt(table, match_columns([*table.headers, "Name"], {}))
    return {one.encoding: one.samples for one in candidates}


@pytest.mark.parametrize(
    ("names", "page", "language"),
    [
        (POLISH, "iso8859-2", "pl"), (POLISH, "cp1250", "en"),
        (TURKISH, "cp1254", "tr"), (TURKISH, "cp1254", "de"),
        (TURKISH, "cp857", "tr"), (FRENCH, "cp850", "fr"),
        (RUSSIAN, "cp1251", "en"), (RUSSIAN, "cp866", "ru"), (RUSSIAN, "koi8-r", "ru"),
        (GREEK, "cp1253", "en"), (JAPANESE, "cp932", "ja"),
    ],
)  # fmt: skip
def test_the_right_code_page_is_among_the_candidates_and_shows_the_names(
    write: Write, names: list[str], page: str, language: str
):
    found = doubt(write, names, page, language)

    assert sorted(found[page]) == sorted(names)
    assert len(found) <= 6


@pytest.mark.parametrize(
    ("names", "page", "language"),
    [(POLISH, "cp1250", "pl"), (POLISH, "cp852", "pl"), (FRENCH, "mac-roman", "fr")],
)
def test_a_page_that_alone_makes_words_leaves_no_doubt(
    write: Write, names: list[str], page: str, language: str
):
    path = write("Name\n" + "".join(f"{name}\n" for name in names), encoding=page)
    table = open_table(path, language=language)

    assert [cells for _line, cells in table.rows()] == [[name] for name in names]
    assert encoding_doubt(table, match_columns(table.headers, {})) == []


@pytest.mark.parametrize("language", ["de", "pl", "tr", "en"])
def test_a_file_that_all_plausible_pages_read_alike_leaves_no_doubt(write: Write, language: str):
    assert doubt(write, GERMAN, "cp1252", language) == {}


def test_the_page_of_the_business_comes_first(write: Write):
    found = doubt(write, TURKISH, "cp1254", "de")

    assert next(iter(found)) == "cp1252"
    assert found["cp1252"][0] in {"Iþýl Çaðrý", "Þule Yiðit"}


def test_unicode_and_a_told_encoding_leave_no_doubt(write: Write):
    assert doubt(write, TURKISH, "utf-8", "tr") == {}
    path = write("Name\nŞule\n", encoding="cp1254")
    table = open_table(path, encoding="cp1254")
    assert encoding_doubt(table, match_columns(table.headers, {})) == []


def test_special_letters_outside_of_names_are_shown_where_names_have_none(write: Write):
    path = write("Name,Note\nAda,Çağrı merkezi\n", encoding="cp1254")
    table = open_table(path, language="tr")

    found = encoding_doubt(table, match_columns(table.headers, {}))

    assert found[0].samples == ["Çağrı merkezi"]
    assert found[0].label == "Turkish (Windows-1254)"


@pytest.mark.parametrize(
    ("dates", "samples"),
    [
        (["03/04/1990", "05/05/1990", "5/6/1990"], [("03/04/1990", 4, 3), ("5/6/1990", 6, 5)]),
        (["03/04/1990", "31/12/1990"], []),
        (["03/04/1990", "12/31/1990"], []),
        (["03.04.1990", "1990-03-04"], []),
        (["05/05/1990"], []),
        (["03/04/1990"] * 9, [("03/04/1990", 4, 3)]),
    ],
)
def test_dates_are_in_doubt_only_when_no_date_decides(
    write: Write, dates: list[str], samples: list[tuple[str, int, int]]
):
    table = open_table(write("Name,Born\n" + "".join(f"A,{one}\n" for one in dates)))

    order = survey(table, match_columns(table.headers, {}), "GB").order

    assert date_samples(order.samples if order.is_in_doubt else ()) == [
        DateSample(text, date(1990, month, day), date(1990, day, month))
        for text, month, day in samples
    ]


def test_phones_without_a_country_are_shown(write: Write):
    numbers = ["+447700900123", "", "0044 7700 900124", "07700 900125", "'+4930123", "12"]
    table = open_table(write("Name,Phone\n" + "".join(f"A,{one}\n" for one in numbers)))

    assert phone_doubt(table, match_columns(table.headers, {})) == ["07700 900125", "12"]


def test_phones_are_in_no_doubt_where_there_are_none(write: Write):
    table = open_table(write("Name\nAda\n"))

    assert phone_doubt(table, match_columns(table.headers, {})) == []
