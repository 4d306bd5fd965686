"""A row gets the same answer alone as among others, and rows are written whole however many."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.importing.checking import CheckedRow, RowChecker
from customers.importing.columns import match_columns
from customers.importing.database import ROWS_AT_ONCE
from customers.importing.staging import stage
from customers.models import ImportRow, ImportRun
from customers.resources import Conventions

HEADERS = ["Bookkinda ID", "Name", "E-mail", "Phone", "Gender", "Date of birth", "Tags", "Note"]
CELL = st.sampled_from(
    ["", " ", "7", "Ada", "'=Ada", "'Ada", "a@example.org", "no address", "+44 7700 900123",
     "07700 900123 ext. 4", "12", "female", "robot", "1990-12-31", "31/02/1990", "vip, new", "-"]
)  # fmt: skip
ROWS = st.lists(st.lists(CELL, min_size=1, max_size=len(HEADERS) + 2), min_size=1, max_size=8)


def checker(*, clear_blanks: bool) -> RowChecker:
    conventions = Conventions(country="GB", day_first=True, today=date(2026, 1, 1))
    return RowChecker(HEADERS, match_columns(HEADERS, {}), conventions, clear_blanks=clear_blanks)


@settings(max_examples=500, deadline=None)
@given(ROWS, st.booleans())
def test_a_row_gets_the_same_answer_alone_as_among_others(
    rows: list[list[str]],
    clear_blanks: bool,  # noqa: FBT001 given by Hypothesis
):
    together = checker(clear_blanks=clear_blanks).check_all(list(enumerate(rows, 2)))

    for line, cells in enumerate(rows, 2):
        alone = checker(clear_blanks=clear_blanks).check_all([(line, cells)])
        assert alone == [together[line - 2]]


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, ROWS_AT_ONCE - 1, ROWS_AT_ONCE, 2 * ROWS_AT_ONCE + 3])
def test_every_row_is_staged_in_its_place(rows: int):
    run = ImportRun.objects.create(file_name="c.csv")

    stage(run.pk, [CheckedRow(line, [], {"first_name": f"Ada {line}"}) for line in range(rows)])

    staged = ImportRow.objects.filter(run=run).order_by("line").values_list("line", "first_name")
    assert list(staged) == [(line, f"Ada {line}") for line in range(rows)]
