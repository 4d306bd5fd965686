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
from customers.importing.runs import Import
from customers.importing.staging import refused_rows
from customers.models import ImportRun
from customers.xlsx import workbook


def error_file(run: ImportRun, kind: str) -> Iterator[bytes]:
    """The same of a run that was uploaded, for a page to hand out: "csv" or "xlsx"."""
    headers = run.table.get("headers") or run.look.get("headers") or []
    headings = [_("What is wrong"), *headers]
    found = refused_cells(run.pk)
    if kind == "xlsx":
        yield from workbook(_("Refused rows"), headings, found)
        return
    yield "\ufeff".encode()
    for cells in chain([headings], found):
        sink = io.StringIO()
        csv.writer(sink).writerow([make_harmless(cell) for cell in cells])
        yield sink.getvalue().encode()


def write_report(path: Path, work: Import) -> None:
    """Write CSV or XLSX, as the ending of the name says."""
    headings = [_("What is wrong"), *work.table.headers]
    if path.suffix.lower() == ".xlsx":
        with path.open("wb") as file:
            file.writelines(workbook(_("Refused rows"), headings, rows(work)))
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=work.table.delimiter)
        writer.writerow([make_harmless(heading) for heading in headings])
        writer.writerows([make_harmless(cell) for cell in row] for row in rows(work))


def rows(work: Import) -> Iterator[list[str]]:
    for problems, *cells in refused_cells(work.run.pk):
        yield [problems, *(map(as_written, cells) if work.table.is_guarded else cells)]


def refused_cells(run_id: int) -> Iterator[list[str]]:
    """Each refused row: what is wrong with it, and its cells as they came."""
    for row in refused_rows(run_id):
        problems = [
            f"{header}: {problem}" if header else problem for header, problem in row.problems or []
        ]
        yield [" ".join(problems), *(row.cells or [])]
