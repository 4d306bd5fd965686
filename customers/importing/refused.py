"""The error file: refused rows as they came, with a first column that says what is wrong.

The column stands first, so that a row with too many cells keeps them in their places; on import it
is not read. Mended rows can be imported from the same file.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from customers.cells import as_written, make_harmless
from customers.importing.runs import Import
from customers.importing.staging import refused_rows
from customers.xlsx import workbook


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
    for row in refused_rows(work.run.pk):
        problems = [
            f"{header}: {problem}" if header else problem for header, problem in row.problems or []
        ]
        cells = row.cells or []
        yield [" ".join(problems), *(map(as_written, cells) if work.table.is_guarded else cells)]
