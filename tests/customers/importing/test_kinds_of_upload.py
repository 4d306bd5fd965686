"""Each kind of file through the steps of the pages: what is asked, fixed in it, and imported."""

import io

import openpyxl
import pytest

from accounts.models import User
from bookkinda.preferences import Preferences
from customers.importing import looking, uploads
from customers.importing.fixing import fix_cell
from customers.importing.template import template
from customers.models import Customer
from tests.customers.importing.runs import check, checked, counts, problems, save, upload

pytestmark = pytest.mark.django_db
CARDS = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Lovelace;Ada;;;\r\nEMAIL:nonsense\r\nORG:Engines\r\nEND:VCARD\r\n"
    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bob\r\nTEL;TYPE=CELL:07700 900123\r\nEND:VCARD\r\n"
)


def test_cards_are_matched_asked_about_fixed_and_imported(owner: User):
    run = upload(CARDS, name="people.vcf")
    look = looking.look(run)
    at = {column.field: column for column in look.columns if column.field}
    assert at["email"].samples == ["nonsense"]
    assert [one.header for one in look.columns if not one.field] == ["Company"]
    assert look.phones == ["07700 900123"]
    assert look.about == "vCard 3.0, utf-8"

    run = check(run)
    assert list(problems(run)) == [1]
    fix_cell(run, 1, at["email"].position, "ada@example.org", by=owner)
    run.refresh_from_db()
    run = save(run, by=owner)

    assert counts(run) == {"new": 2}
    assert Customer.objects.get(email="ada@example.org").full_name == "Ada Lovelace"


def test_cards_in_a_code_page_that_is_in_doubt_show_the_names_in_each():
    Preferences(language="tr").save()
    run = upload(CARDS.replace("Bob", "Işıl Çağrı").encode("cp1254"), name="people.vcf")

    found = {one.encoding: one.samples for one in looking.look(run).encodings}

    assert next(iter(found)) == "cp1254"
    assert found["cp1254"] == ["Işıl Çağrı"]
    assert found["cp1252"] == ["Iþýl Çaðrý"]


def test_the_question_about_letters_hides_nothing_else_that_is_said():
    text = "Clients\n\nName,Telephone,Mobile\nIşıl,020 7946 0000,\n"

    look = looking.look(upload(text.encode("cp1254")))

    assert look.encodings
    assert look.notes == [
        "The headers are in row 3; what stands above them was not read.",
        "Blank cells of Mobile are filled from: Telephone.",
    ]


def test_an_encoding_that_was_chosen_is_the_one_that_is_imported():
    run = checked("Name\nIşıl\n".encode("cp1254"), encoding="cp1254")
    save(run)

    assert Customer.objects.get().first_name == "Işıl"


def test_a_pasted_range_with_a_cell_of_two_lines():
    run = uploads.accept_paste('Name\tNote\tPhone\r\nAda\t"one\r\ntwo"\t+447700900123', by=None)
    save(check(run))

    ada = Customer.objects.get()
    assert (ada.note, ada.phone) == ("one\ntwo", "+447700900123")


def test_pasted_cards_are_cards():
    save(check(uploads.accept_paste(CARDS.replace("nonsense", "a@example.org"), by=None)))

    assert Customer.objects.count() == 2


def test_a_file_without_headers_waits_for_what_its_columns_are():
    run = upload("Ada,ada@example.org\nBob,bob@example.org\n")

    look = looking.look(run)

    assert [column.header for column in look.columns] == ["Column 1", "Column 2"]
    assert look.columns[0].samples == ["Ada", "Bob"]
    assert "No column is known as the name" in look.problem
    assert "--map" not in look.problem


def test_a_number_that_stands_in_is_shown_where_it_counts():
    look = looking.look(upload("Name,Telephone,Mobile\nAda,020 7946 0000,\n"))

    assert look.columns[2].samples == ["020 7946 0000"]
    assert look.notes == ["Blank cells of Mobile are filled from: Telephone."]


def test_the_template_is_no_question_about_its_second_sheet():
    data = b"".join(template("csv")) + b"Ada,Lovelace,,,,,,,,,\r\n"
    assert looking.look(upload(data)).problem == ""

    look = looking.look(upload(filled(), name="t.xlsx"))
    assert (look.sheets, look.notes, look.problem) == (["Customers"], [], "")


def filled() -> bytes:
    """The workbook of the template with one customer in it."""
    book = openpyxl.load_workbook(io.BytesIO(b"".join(template("xlsx"))))
    book.worksheets[0]["A2"] = "Ada"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
