"""Every odd and hostile file gets the exact answer that is expected: rows, problems, sentences.

The files are made by code beside this one. Row numbers are those of a spreadsheet, or of the card.
"""

from pathlib import Path

import pytest

from customers.importing import reading
from customers.importing import workbook as workbooks_of_ours
from tests.customers.importing.hostile import others, rows, texts, workbooks
from tests.customers.importing.hostile.case import Case, answer_to

CASES = [*texts.CASES, *rows.CASES, *workbooks.CASES, *others.CASES]


def test_there_are_many_cases_and_each_has_a_name_of_its_own():
    assert len({case.name for case in CASES}) == len(CASES) >= 120


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_file_gets_the_expected_answer(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reading, "MOST_ROWS", 10_000)
    monkeypatch.setattr(workbooks_of_ours, "MOST_ROWS", 10_000)

    found = answer_to(case, tmp_path)

    assert (found.rows, found.problems) == (case.rows, case.problems)
    assert (found.notes, found.refused) == (case.notes, case.refused)
