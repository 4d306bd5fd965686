"""Which column is which field, and in which order a date is meant."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bookkinda.preferences import Preferences
from customers.importing.columns import match_columns
from customers.importing.problems import FileRefused
from customers.models import Customer
from tests.customers.importing.conftest import run_import

Write = Callable[..., Path]


def found(*headers: str, **told: str) -> dict[str, str]:
    mapped = match_columns(headers, told)
    return {headers[at]: column.name for at, column in mapped.cells.items()}


@pytest.mark.parametrize(
    ("headers", "names"),
    [
        ("First Name,Last Name,E-Mail Address,Mobile Phone,DOB", "English"),
        ("Vorname,Nachname,E-Mail-Adresse,Handy,Geburtsdatum", "German"),
        ("Prénom,Nom,Adresse e-mail,Téléphone portable,Date de naissance", "French"),
        ("Nombre,Apellidos,Correo electrónico,Teléfono móvil,Fecha de nacimiento", "Spanish"),
        ("Adı,Soyadı,E-posta,Cep Telefonu,Doğum Tarihi", "Turkish"),
        ("Name,Surname,E-mail,Phone,Date of birth", "ours"),
        ("FIRSTNAME*,last_name,e_mail,phone (mobile),birth-date", "spelled by programs"),
    ],
)
def test_usual_headers_are_understood(headers: str, names: str):
    assert list(found(*headers.split(",")).values()) == [
        "first_name", "last_name", "email", "phone", "date_of_birth",
    ], names  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        (["Vorname", "Name"], ["first_name", "last_name"]),
        (["Prénom", "Nom"], ["first_name", "last_name"]),
        (["Name", "Nachname"], ["first_name", "last_name"]),
        (["Nom"], ["first_name"]),
        (["Full name", "Vorname", "Nachname"], ["first_name", "last_name"]),
    ],
)
def test_a_name_alone_is_the_name_and_beside_a_first_name_the_surname(
    headers: list[str], fields: list[str]
):
    assert list(found(*headers).values()) == fields


def test_what_was_told_goes_before_what_was_understood():
    assert found("Name", "Kind", "Mail", Kind="gender", Mail="") == {
        "Name": "first_name", "Kind": "gender",
    }  # fmt: skip
    assert found("E-mail", "Email", "Name", **{"#2": "email"}) == {
        "Email": "email", "Name": "first_name",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "told", "words"),
    [
        (["Name", "E-mail", "Email"], {}, "More than one column"),
        (["Name", "Name"], {}, "More than one column"),
        (["Name"], {"Nickname": "last_name"}, "no column Nickname"),
        (["Name"], {"Name": "password"}, "no field password"),
        (["Name"], {"#2": "email"}, "no column #2"),
        (["x", "y"], {}, "No column is known as the name"),
        (["Name"] * 501, {}, "more than 500 columns"),
    ],
)
def test_headers_that_cannot_be_used(headers: list[str], told: dict[str, str], words: str):
    with pytest.raises(FileRefused, match=words):
        match_columns(headers, told)


@pytest.mark.django_db
def test_columns_that_are_not_read_are_named(write: Write):
    answer = run_import(write("Name,Shoe size,,E-mail\nAda,42,x,\n"))

    assert answer.counts == {"new": 1}
    assert answer.summary["not_read"] == ["Shoe size"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("country", "dates", "first", "said"),
    [
        ("GB", ["03/04/1990", "31/12/1990"], "1990-04-03", "row 3 has 31/12/1990"),
        ("GB", ["03/04/1990", "12/31/1990"], "1990-03-04", "row 3 has 12/31/1990"),
        ("US", ["03/04/1990", "31/12/1990"], "1990-04-03", "row 3 has 31/12/1990"),
        ("GB", ["03/04/1990"], "1990-04-03", "usual in GB"),
        ("US", ["03/04/1990"], "1990-03-04", "usual in US"),
        ("US", ["03.04.1990"], "1990-04-03", ""),
        ("GB", ["1990-04-03", "5 May 1988"], "1990-04-03", ""),
    ],
)
def test_the_order_of_dates_is_that_of_the_file_else_of_the_country_and_said(
    write: Write, country: str, dates: list[str], first: str, said: str
):
    Preferences(country=country).save()

    answer = run_import(write("Name,Birthday\n" + "\n".join(f"N,{one}" for one in dates)))

    assert Customer.objects.order_by("pk")[0].date_of_birth.isoformat() == first
    assert said in " ".join(answer.summary["notes"])


@pytest.mark.django_db
def test_mixed_orders_are_said_and_what_does_not_fit_is_refused(write: Write):
    path = write("Name,Birthday\nA,31/12/1990\nB,30/12/1990\nC,12/31/1990\n")

    answer = run_import(path)

    assert answer.counts == {"new": 2, "refused": 1}
    assert "Some dates are day first and some month first" in answer.summary["notes"][0]


@pytest.mark.django_db
def test_the_order_of_dates_can_be_said(write: Write):
    run_import(write("Name,Birthday\nA,03/04/1990\n"), "--date-order", "mdy")

    assert Customer.objects.get().date_of_birth.isoformat() == "1990-03-04"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("1990-12-31", "1990-12-31"), ("1990/12/31", "1990-12-31"), ("31.12.1990", "1990-12-31"),
        ("1.2.1979", "1979-02-01"), ("5 May 1988", "1988-05-05"), ("May 5, 1988", "1988-05-05"),
        ("5. Mai 1988", "1988-05-05"), ("5 août 1988", "1988-08-05"),
        ("5 de mayo de 1988", "1988-05-05"), ("5 Ağustos 1988", "1988-08-05"),
        ("1st January 1990", "1990-01-01"), ("1990-12-31 00:00:00", "1990-12-31"),
        ("29.02.2000", "2000-02-29"),
        ("29/02/1999", ""), ("1/2/79", ""), ("33238", ""), ("yesterday", ""), ("0/0/1990", ""),
        ("5 Foo 1988", ""), ("1850-01-01", ""), ("01/01/2999", ""),
    ],
)  # fmt: skip
def test_dates_in_all_usual_forms(write: Write, text: str, born: str):
    answer = run_import(write(f'Name,Birthday\nA,"{text}"\n'))

    assert answer.counts == {"new" if born else "refused": 1}
    if born:
        assert Customer.objects.get().date_of_birth.isoformat() == born


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "text", "words"),
    [
        ("Language", "Klingon", "not a language"),
        ("Time zone", "Mars/Olympus", "no time zone"),
        ("Gender", "robot", "not understood as a gender"),
        ("Tags", "x" * 41, "40 fit"),
        ("Note", "x" * 1001, "1000 fit"),
        ("Phone", "12", "too short"),
        ("Phone", "call me", "not a phone number"),
    ],
)
def test_values_that_cannot_be_read_are_named_at_their_column(
    write: Write, column: str, text: str, words: str
):
    answer = run_import(write(f"Name,{column}\nAda,{text}\n"))

    (problem,) = answer.summary["problems"]
    assert (problem["row"], problem["column"]) == (2, column)
    assert words in problem["problem"]
