"""The error file: refused rows as they came, with a first column that says what is wrong.

The column stands first, so that a row with too many cells keeps them in their places; on import it
is not read. Mended rows can be imported from the same file.
"""

import csv
import io
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from django.utils.translation import gettext as _

from customers.cells import as_written, make_harmless
from customers.importing.columns import wrong_heading
from customers.importing.runs import Import
from customers.importing.staging import refused_rows
from customers.models import ImportRun
from customers.xlsx import workbook

MARK = "\ufeff"


def error_file(run: ImportRun, kind: str) -> Iterator[bytes]:
    """The file, "csv" or "xlsx", piece by piece. CSV has the delimiter of the file that came."""
    basis = run.table or run.look
    headings = [wrong_heading(), *basis.get("headers", [])]
    rows = refused_cells(run.pk, is_guarded=basis.get("is_guarded", False))
    if kind == "xlsx":
        yield from workbook(_("Refused rows"), headings, rows)
        return
    yield MARK.encode()
    for cells in chain([headings], rows):
        sink = io.StringIO()
        writer = csv.writer(sink, delimiter=basis.get("delimiter", ","))
        writer.writerow([make_harmless(cell) for cell in cells])
        yield sink.getvalue().encode()


def write_report(path: Path, work: Import) -> None:
    """Write the file as the ending of the name says."""
    kind = path.suffix.lower().removeprefix(".")
    with path.open("wb") as file:
        file.writelines(error_file(work.run, kind))


def refused_cells(run_id: int, *, is_guarded: bool) -> Iterator[list[str]]:
    """Each refused row: what is wrong with it, and its cells, without the ' of a guarded file."""
    for row in refused_rows(run_id):
        problems = [
            f"{header}: {problem}" if header else problem for header, problem in row.problems or []
        ]
        cells = row.cells or []
        yield [" ".join(problems), *(map(as_written, cells) if is_guarded else cells)]
