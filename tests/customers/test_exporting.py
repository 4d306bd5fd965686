"""Taking customers out: what stands in the file, and that it comes back as it was."""

import io
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook

from bookkinda.preferences import Preferences
from customers.archiving import archive_customers
from customers.exporting import Format, export_customers
from customers.models import Customer, ExportRun, Tag
from customers.resources import all_columns
from customers.values import clean_line, clean_text
from customers.xlsx import LONGEST_CELL, workbook
from tests.customers.exports import FORMULAS, export, export_text, records, somebody_known_well
from tests.customers.importing.conftest import run_import
from tests.factories import CustomerFactory, TagFactory

pytestmark = pytest.mark.django_db


def test_csv_has_a_mark_for_excel_and_every_column(tmp_path: Path):
    customer = somebody_known_well()

    text = export_text(tmp_path / "c.csv")

    assert (tmp_path / "c.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    (row,) = records(text)
    assert row.pop("Added")
    assert row.pop("Changed")
    assert row == {
        "Bookkinda ID": str(customer.pk),
        "External ID": "007",
        "Name": "Özgür",
        "Surname": "Yılmaz",
        "E-mail": "o@example.org",
        "Phone": "+905320000123 ext. 12",
        "Gender": "male",
        "Date of birth": "1990-12-31",
        "Tags": '"Smith, family", VIP',
        "Note": "first\nsecond, third",
        "Language": "tr",
        "Time zone": "Europe/Istanbul",
        "Last visit": "",
        "Next visit": "",
    }


def test_columns_delimiter_and_mark_can_be_chosen(tmp_path: Path):
    CustomerFactory(first_name="Ada", last_name="Lovelace")

    export(
        tmp_path / "c.csv", "--columns", "last_name,first_name", "--delimiter", "semicolon",
        "--no-bom",
    )  # fmt: skip

    assert (tmp_path / "c.csv").read_bytes() == b"Surname;Name\r\nLovelace;Ada\r\n"


def test_search_filters_and_order_are_those_of_the_list(tmp_path: Path):
    vip = TagFactory(name="VIP")
    for name, tags in (("Ada", [vip]), ("Adam", [vip]), ("Adele", []), ("Bob", [vip])):
        CustomerFactory(first_name=name, last_name="X").tags.set(tags)

    text = export_text(tmp_path / "c.csv", "--search", "ada", "--tag", "vip", "--sort=-name")

    assert [row["Name"] for row in records(text)] == ["Adam", "Ada"]
    run = ExportRun.objects.get()
    assert (run.count, run.format, run.query["q"]) == (2, "csv", "ada")


def test_whoever_did_not_come_for_long_can_be_taken_out_by_a_command(tmp_path: Path):
    at = datetime(2020, 1, 2, tzinfo=UTC)
    CustomerFactory(first_name="Long ago", last_visit_at=at)
    CustomerFactory(first_name="Comes again", last_visit_at=at, next_visit_at=at)
    CustomerFactory(first_name="Never")

    text = export_text(tmp_path / "c.csv", "--not-for", "90", "--coming", "no")

    assert [row["Name"] for row in records(text)] == ["Long ago"]


def test_deleted_customers_are_left_out_unless_they_are_asked_for(tmp_path: Path, owner: Any):
    CustomerFactory(first_name="Live")
    gone = CustomerFactory(first_name="Gone")
    archive_customers(Customer.objects.filter(pk=gone.pk), by=owner, source="back-office")

    live = export_text(tmp_path / "a.csv")
    archived = export_text(tmp_path / "b.csv", "--archived")

    assert [row["Name"] for row in records(live)] == ["Live"]
    assert [row["Name"] for row in records(archived)] == ["Gone"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--tag", "none such"], "no tag"),
        (["--columns", "first_name,password"], "no column password"),
        (["--added-from", "yesterday"], "Added"),
        (["--not-for", "0"], "No visit for, days"),
        (["--by", "nobody@example.org"], "Nobody"),
        (["--delimiter", "x"], "--delimiter"),
    ],
)
def test_options_that_make_no_sense_are_refused_and_write_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], words: str
):
    with pytest.raises(SystemExit) as end:
        export(tmp_path / "c.csv", *options)

    assert end.value.code == 2
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["template.csv", "template.xlsx"])
def test_a_template_has_the_headings_that_import_knows(tmp_path: Path, name: str):
    CustomerFactory()
    export(tmp_path / name, "--template")

    answer = run_import(tmp_path / name)

    assert answer.status == 2
    assert "no rows" in answer.error
    assert not ExportRun.objects.exists()


def test_standard_output_gets_nothing_but_the_file(capfdbinary: pytest.CaptureFixture[bytes]):
    CustomerFactory(first_name="Ada", last_name="L", email="")

    call_command("export_customers", "-", "--columns", "first_name", "--no-bom")

    assert capfdbinary.readouterr().out == b"Name\r\nAda\r\n"


def test_the_person_named_by_by_is_in_the_history_of_exports(tmp_path: Path, owner: Any):
    export(tmp_path / "c.csv", "--by", "OWNER@example.org")

    run = ExportRun.objects.get()
    assert (run.by, run.by_name, run.count) == (owner, "Olive Owner", 0)


def test_an_export_that_nobody_takes_to_its_end_notes_what_was_taken(owner: Any):
    CustomerFactory.create_batch(5)
    pieces = export_customers(
        Customer.objects.live().order_by("pk"), all_columns(), Format(), by=owner, query={}
    )
    next(pieces)
    pieces.close()

    assert ExportRun.objects.get().count == 0


def test_a_workbook_holds_formulas_as_text_and_days_as_days(tmp_path: Path):
    Preferences(time_zone="Europe/Istanbul").save()
    CustomerFactory(
        first_name="=1+1",
        phone="+447700900123",
        date_of_birth=date(1985, 12, 10),
        created_at=datetime(2026, 3, 1, 22, 30, 15, tzinfo=UTC),
        last_visit_at=datetime(2026, 3, 2, 8, tzinfo=UTC),
        note=" <b>&_x000D_\n\u200d🎉 ",
    )

    export(tmp_path / "c.xlsx")

    book = openpyxl.load_workbook(tmp_path / "c.xlsx")
    sheet = book.active
    cells = dict(zip([c.value for c in sheet[1]], sheet[2], strict=True))
    assert (cells["Name"].value, cells["Name"].data_type) == ("=1+1", "s")
    assert (cells["Phone"].value, cells["Phone"].data_type) == ("+447700900123", "s")
    assert cells["Phone"].number_format == "@"
    assert cells["Date of birth"].is_date
    assert cells["Date of birth"].value == datetime(1985, 12, 10)  # noqa: DTZ001 as in a cell
    assert cells["Added"].value == datetime(2026, 3, 2, 1, 30, 15)  # noqa: DTZ001
    assert cells["Last visit"].value == datetime(2026, 3, 2, 11)  # noqa: DTZ001
    assert cells["Next visit"].value is None
    assert unescape(cells["Note"].value) == " <b>&_x000D_\n\u200d🎉 "
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.bold
    assert cells["External ID"].value is None


CELL = st.one_of(
    st.none(),
    st.dates(min_value=date(1900, 3, 1), max_value=date(9999, 12, 31)),
    st.text(max_size=40),
    st.sampled_from([*FORMULAS, "_x000D_", "a_x0041_b", "\r\n", "]]>", "&amp;", " x "]),
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=5))
def test_two_other_readers_read_what_the_writer_wrote(rows: list[list[Any]]):
    data = b"".join(workbook("Sheet", ["a", "b", "c"], rows))

    def plain(value: Any) -> Any:
        if isinstance(value, str):
            kept = "".join(c for c in value if c >= " " or c in "\t\n\r")
            return "".join(c for c in kept if c not in "\ufffe\uffff") or None
        return value

    def unified(value: Any) -> Any:
        value = value.date() if isinstance(value, datetime) else value or None
        return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value

    wanted = [[unified(plain(value)) for value in row] for row in rows]
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    found = [[unified(c) for c in row] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert unescaped(found) == wanted
    lines = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).iter_rows()
    next(lines)
    calamine = [[unified(cell) if cell != "" else None for cell in row] for row in lines]
    padded = [row + [None] * (3 - len(row)) for row in calamine]
    assert padded + [[None] * 3] * (len(wanted) - len(padded)) == wanted


def unescaped(rows: list[list[Any]]) -> list[list[Any]]:
    """openpyxl leaves the escapes of ECMA-376 22.9.2.19 as they stand."""

    def plain(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return unescape(value).replace("\r\n", "\n").replace("\r", "\n")

    return [[plain(value) for value in row] for row in rows]


def test_a_cell_is_cut_where_a_sheet_would_break():
    data = b"".join(workbook("Sheet", ["a"], [["x" * 40_000]]))

    cell = openpyxl.load_workbook(io.BytesIO(data)).active["A2"].value
    assert len(cell) == LONGEST_CELL


NAME = st.one_of(st.text(max_size=30), st.sampled_from([*FORMULAS, "Ada", "محمد", "🎉"])).map(
    lambda text: clean_line(text, 100)
)
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "first_name": NAME.filter(bool),
            "last_name": NAME,
            "email": st.sampled_from(["", "a@example.org", "b@example.org"]),
            "phone": st.sampled_from(["", "+447700900123", "+905320000123", "+390612345678"]),
            "phone_extension": st.sampled_from(["", "12"]),
            "gender": st.sampled_from(["", "female", "male", "other"]),
            "date_of_birth": st.none() | st.dates(date(1900, 1, 1), date(2020, 1, 1)),
            "note": st.text(max_size=60).map(lambda text: clean_text(text, 1000)),
            "language": st.sampled_from(["", "en", "tr", "pt-br"]),
            "time_zone": st.sampled_from(["", "Europe/London"]),
            "tags": st.lists(
                st.sampled_from(["VIP", "Smith, family", "a;b", '"q"', "=1", "-x"]), unique=True
            ),
        }
    ),
    min_size=1,
    max_size=4,
)
KEPT = (
    "first_name", "last_name", "email", "phone", "phone_extension", "gender", "date_of_birth",
    "note", "language", "time_zone", "external_id",
)  # fmt: skip


def everybody() -> list[tuple[Any, ...]]:
    return [
        (*(getattr(one, name) for name in KEPT), sorted(one.tags.values_list("name", flat=True)))
        for one in Customer.objects.order_by("external_id")
    ]


@pytest.mark.parametrize("name", ["c.csv", "c.xlsx", "c.vcf"])
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking would take minutes
)
@given(people=PEOPLE)
def test_export_and_import_give_the_same_customers_back(
    tmp_path: Path, name: str, people: list[dict[str, Any]]
):
    Customer.objects.all().delete()
    Tag.objects.all().delete()
    for number, person in enumerate(people):
        fields = {key: value for key, value in person.items() if key != "tags"}
        if not fields["phone"]:
            fields["phone_extension"] = ""
        customer = Customer.objects.create(**fields, external_id=f"={number}")
        customer.tags.set(Tag.objects.get_or_create(name=tag)[0] for tag in person["tags"])
    before = everybody()
    path = tmp_path / name
    export(path)

    unchanged = run_import(path, "--existing", "update", "--shared-email")
    assert unchanged.counts == {"unchanged": len(people)}, unchanged.out

    Customer.objects.all().delete()
    added = run_import(path, "--shared-email", "--match", "id,external_id")
    assert added.counts == {"new": len(people)}, added.out
    assert everybody() == before


def test_a_folder_that_is_not_there_is_a_sentence(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as end:
        export(Path("/nowhere/at/all.csv"))

    assert end.value.code == 2
    assert capsys.readouterr().err == "/nowhere/at/all.csv: No such file or directory\n"


def test_a_reader_that_stops_early_sees_no_traceback():
    command = [sys.executable, "manage.py", "export_customers", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        error = process.stderr.read().decode()
    assert "Traceback" not in error
