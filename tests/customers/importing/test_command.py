"""manage.py import_customers: what it says, its exit status, and the report of refused rows."""

import csv
import io
import os
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command

from customers.models import Customer, ImportRun
from tests.customers.importing.conftest import run_import

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]
BAD = 'Name;E-mail;Note\nAda;ada@example.org;\nBob;nonsense;\'=1+1\nCy;x;a;b;c\n=D;d@;"l1\nl2"\n'


def test_the_exit_status_says_how_it_went(write: Write):
    assert run_import(write("Name\nAda\n")).status == 0
    assert run_import(write("Name,Phone\nBob,12\n")).status == 1
    assert run_import(write("")).status == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--match", "shoe_size"], "--match"),
        (["--match", ""], "--match"),
        (["--country", "XX"], "--country"),
        (["--delimiter", "ab"], "--delimiter"),
        (["--report", "r.doc"], "--report"),
        (["--tag", "x" * 41], "--tag"),
        (["--map", "Name"], "--map"),
        (["--map", "Name=password"], "no field password"),
        (["--encoding", "klingon"], "no encoding klingon"),
        (["--encoding", "utf-16"], "utf-16"),
    ],
)
def test_options_that_make_no_sense_are_refused_with_a_sentence(
    write: Write, options: list[str], words: str
):
    answer = run_import(write("Name\nAda\n"), *options)

    assert answer.status == 2
    assert words in answer.error
    assert not Customer.objects.exists()


def test_a_person_is_told_how_the_file_was_understood_and_what_was_done(write: Write):
    out = io.StringIO()

    with pytest.raises(SystemExit):
        call_command("import_customers", str(write("Name;Mail;X\nA;;\nB;x;\n;;\n")), stdout=out)

    text = out.getvalue()
    assert "customers.csv: CSV, utf-8, separated by semicolons, 3 rows." in text
    assert "Mail is the E-mail." in text
    assert "Not read: X." in text
    assert "Row 3: Mail: An e-mail address looks like name@example.org." in text
    assert "Added 1, changed 0; unchanged 0, skipped 0, refused 1, blank 1." in text


def test_a_country_can_be_said(write: Write):
    run_import(write("Name,Phone\nAda,0532 000 01 23\n"), "--country", "tr")

    assert Customer.objects.get().phone == "+905320000123"


def test_the_report_holds_refused_rows_as_they_came_and_what_is_wrong(write: Write, tmp_path: Path):
    report = tmp_path / "report.csv"

    assert run_import(write(BAD), "--report", str(report)).status == 1

    text = report.read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert rows[0] == ["What is wrong", "Name", "E-mail", "Note"]
    assert [row[1:] for row in rows[1:]] == [
        ["Bob", "nonsense", "'=1+1"],
        ["Cy", "x", "a", "b", "c"],
        ["'=D", "d@", "l1\nl2"],
    ]
    assert "E-mail: " in rows[1][0]
    assert "more cells" in rows[2][0]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_mended_report_can_be_imported(write: Write, tmp_path: Path, ending: str):
    report = tmp_path / f"report.{ending}"
    run_import(write(BAD), "--report", str(report))
    assert run_import(report).counts == {"refused": 3}

    if ending == "csv":
        text = report.read_text(encoding="utf-8-sig")
        text = text.replace("nonsense", "bob@example.org").replace("d@", "d@example.org")
        report.write_text(text.replace(";b;c", ""), encoding="utf-8-sig")
        report.write_text(report.read_text(encoding="utf-8-sig").replace("Cy;x", "Cy;"))
    else:
        book = openpyxl.load_workbook(report)
        sheet = book.active
        sheet["C2"], sheet["C4"], sheet["C3"] = "bob@example.org", "d@example.org", None
        sheet["E3"] = sheet["F3"] = None
        book.save(report)

    assert run_import(report).counts == {"new": 3}
    assert Customer.objects.get(email="bob@example.org").note == "=1+1"
    assert Customer.objects.get(email="d@example.org").first_name == "=D"
    assert Customer.objects.get(first_name="Cy").note == "a"


def test_rows_refused_as_repeats_are_in_the_report_as_they_came(write: Write, tmp_path: Path):
    report = tmp_path / "report.csv"
    path = write("Name,E-mail\nAda,ada@example.org\n Kid ,ADA@example.org\n")

    run_import(path, "--report", str(report))

    rows = list(csv.reader(io.StringIO(report.read_text(encoding="utf-8-sig"))))
    assert rows[1][1:] == [" Kid ", "ADA@example.org"]


def test_no_report_is_written_when_nothing_is_refused(write: Write, tmp_path: Path):
    run_import(write("Name\nAda\n"), "--report", str(tmp_path / "r.csv"))

    assert not (tmp_path / "r.csv").exists()


def test_the_report_of_a_dry_run(write: Write, tmp_path: Path):
    run_import(write(BAD), "--dry-run", "--report", str(tmp_path / "r.csv"))

    assert (tmp_path / "r.csv").exists()
    assert not Customer.objects.exists()


def test_a_file_whose_name_is_no_text_is_imported_as_well(tmp_path: Path):
    path = tmp_path / os.fsdecode(b"m\xfcller.csv")
    path.write_text("Name\nMüller\n")

    assert run_import(path).counts == {"new": 1}
    assert ImportRun.objects.get().file_name == "m\ufffdller.csv"
