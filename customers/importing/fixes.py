"""The cells that people put right, laid over those of the file."""

from collections.abc import Iterable, Iterator

from customers.importing.table import Row
from customers.models import ImportRun


def with_fixes(run: ImportRun, rows: Iterable[Row]) -> Iterable[Row]:
    """The rows, with each fixed cell in the place of the file's."""
    fixes: dict[int, dict[int, str]] = {}
    for line, column, text in run.fixes.values_list("line", "column", "text"):
        fixes.setdefault(line, {})[column] = text
    return laid_over(fixes, rows) if fixes else rows


def laid_over(fixes: dict[int, dict[int, str]], rows: Iterable[Row]) -> Iterator[Row]:
    for line, cells in rows:
        yield line, put_in(cells, fixes[line]) if line in fixes else cells


def put_in(cells: list[str], fixes: dict[int, str]) -> list[str]:
    """The cells with some others in their places; a short row grows as far as it must."""
    fixed = [*cells, *[""] * (max(fixes) + 1 - len(cells))]
    for column, text in fixes.items():
        fixed[column] = text
    return fixed
