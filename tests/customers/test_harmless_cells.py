"""Cells that a spreadsheet could take for formulas: written as text, and read back as they were."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.cells import all_harmless, as_written, join_names, make_harmless, split_names
from customers.models import Customer
from customers.values import clean_text
from tests.customers.exports import FORMULAS, export_text, records
from tests.customers.importing.conftest import run_import
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_text_and_comes_back_as_it_was(tmp_path: Path, text: str):
    CustomerFactory(first_name="Ada", note=text, email="ada@example.org")

    cell = records(export_text(tmp_path / "c.csv"))[0]["Note"]
    assert cell == make_harmless(text)
    assert cell.startswith("'")

    Customer.objects.all().delete()
    run_import(tmp_path / "c.csv")
    assert Customer.objects.get().note == clean_text(text, 1000)


TRICKY = st.text(alphabet=st.sampled_from(list("=+-@＝'\"\t\r\n ,;|\x00aé1")), max_size=12)


@settings(max_examples=500)
@given(st.one_of(st.text(max_size=30), TRICKY))
def test_what_is_made_harmless_comes_back(text: str):
    assert as_written(make_harmless(text)) == text


@given(st.lists(TRICKY, min_size=1, max_size=5))
def test_the_look_at_a_whole_column_misses_no_formula(cells: list[str]):
    assert list(all_harmless(cells)) == [make_harmless(cell) for cell in cells]


def fields_as_seen(text: str, delimiter: str) -> list[str]:
    """The fields that a program sees which expects the delimiter: quotes count only where a field
    begins, so that a line break inside of others ends a row."""
    return [field for row in csv.reader(io.StringIO(text), delimiter=delimiter) for field in row]


RISKY = [
    "x;=cmd", "x,=cmd", "x\t=cmd", "x|=cmd", "a\n=cmd", "a;\"=cmd", "a; '+1", "a;;@x", "=1;=2",
    "a\r\n;-1", '";=1', "a,\n\"=1",
]  # fmt: skip


@pytest.mark.parametrize("written", ["comma", "semicolon", "tab"])
@pytest.mark.parametrize("expected", [",", ";", "\t", "|"])
def test_no_cell_becomes_a_formula_where_another_delimiter_is_expected(
    tmp_path: Path, written: str, expected: str
):
    for text in RISKY:
        CustomerFactory(first_name="Ada", last_name="L", email="", note=text)

    text = export_text(
        tmp_path / "c.csv", "--delimiter", written, "--columns", "first_name,note,last_name"
    )

    fields = [field.lstrip(' \t\r\n"') for field in fields_as_seen(text, expected)]
    assert [field for field in fields if field.startswith("'")]
    assert [field for field in fields if field.startswith(tuple("=+-@"))] == []


def test_a_phone_that_begins_a_line_is_guarded_too(tmp_path: Path):
    CustomerFactory(first_name="5+cmd", email="", phone="+447700900123", phone_extension="12")

    text = export_text(tmp_path / "c.csv", "--columns", "phone,first_name")

    assert text.splitlines()[1] == "'+447700900123 ext. 12,5+cmd"
    assert run_import(tmp_path / "c.csv", "--existing", "update").counts == {"new": 1}
    assert set(Customer.objects.values_list("phone", flat=True)) == {"+447700900123"}


@given(
    st.lists(
        st.text(alphabet="ab ,;\"'=é", min_size=1, max_size=10).map(str.strip).filter(bool),
        max_size=5,
        unique_by=str.lower,
    )
)
def test_names_in_one_cell_come_back(names: list[str]):
    names = [" ".join(name.split()) for name in names]
    names = list({name.lower(): name for name in names}.values())
    assert split_names(join_names(names)) == names
