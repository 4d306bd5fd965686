"""The proof that a column written at once is the same as its cells written one by one."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import openpyxl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from customers.xlsx import LONGEST_CELL, TEXT, cell_part, column_parts, rows_part, workbook

CELL = st.one_of(
    st.text(alphabet="ab01|& <>_x\n\t\r\u00a0\u200b\ufffe\U0001f600é", max_size=8),
    st.text(max_size=12),
    st.sampled_from(["_x0041_", "a | b", " a", "a ", "|", "", "=1", "-"]),
    st.none(),
)
MOMENT = st.datetimes(datetime(1900, 1, 1))  # noqa: DTZ001 sheets know no zones
VALUE = st.one_of(CELL, st.dates(min_value=date(1900, 1, 1)), MOMENT)


@settings(max_examples=2_000, deadline=None)
@given(st.one_of(st.lists(CELL, min_size=1), st.lists(VALUE, min_size=1)))
@example(["a" * LONGEST_CELL, "b"])
@example(["a" * (LONGEST_CELL + 1), "b"])
@example(["a", " "])
@example([" ", "a"])
@example(["a", "", "b"])
def test_a_column_is_written_as_its_cells_are(values: list[Any]):
    assert column_parts(values) == [cell_part(value) for value in values]


@settings(max_examples=500, deadline=None)
@given(st.lists(st.lists(VALUE, max_size=4), min_size=1, max_size=6))
def test_rows_of_any_lengths_are_written_as_their_cells_are(rows: list[list[Any]]):
    whole = "".join(f"<row>{''.join(map(cell_part, row))}</row>" for row in rows)

    assert rows_part(rows) == whole


def test_plain_text_takes_the_short_way():
    assert column_parts(["Ada", "Özgür Ş."])[1] == (
        f'<c s="{TEXT}" t="inlineStr"><is><t>Özgür Ş.</t></is></c>'
    )


def test_the_first_days_of_1900_are_those_that_other_programs_read():
    days = [date(1900, 1, 1), date(1900, 2, 28), date(1900, 3, 1), date(1985, 12, 10)]
    data = b"".join(workbook("Days", ["Day"], [[day] for day in days]))

    rows = openpyxl.load_workbook(BytesIO(data)).active.iter_rows(min_row=2, values_only=True)

    assert [value.date() for (value,) in rows] == days
