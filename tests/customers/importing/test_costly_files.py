"""Small files that would cost much memory, disk or time."""

from pathlib import Path

import pytest

from customers.importing import workbook
from customers.importing.problems import FileRefused
from tests.customers.importing.hostile.making import sheet

pytestmark = pytest.mark.django_db


def test_a_workbook_whose_rows_fill_the_disk_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    cell = '<c t="inlineStr"><is><t>' + "x" * 30_000 + "</t></is></c>"
    path = tmp_path / "wide.xlsx"
    path.write_bytes(sheet(f"<row>{cell}</row>" * 100)())
    assert len(list(workbook.open_workbook(path).rows())) == 100

    monkeypatch.setattr(workbook, "MOST_WRITTEN", 1_000_000)
    with pytest.raises(FileRefused, match="unpacks into more than can be read"):
        workbook.open_workbook(path)


def test_rows_with_much_text_come_a_few_at_a_time(tmp_path: Path):
    cell = '<c t="inlineStr"><is><t>' + "x" * 100_000 + "</t></is></c>"
    path = tmp_path / "long.xlsx"
    path.write_bytes(sheet(f"<row>{cell}</row>" * 100)())
    opened = workbook.open_workbook(path)
    opened.spool.seek(opened.start)

    assert len(workbook.receive(opened.spool)) < 50
    assert len(list(opened.rows())) == 100
