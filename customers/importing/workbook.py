"""XLSX -> rows, behind a guard: a few kilobytes can unpack to gigabytes.

Sizes, ratios and the number of parts are checked before anything is unpacked. The reading itself
happens in a process of its own (sheet.py) with a bound on memory and time, because a file may lie
about its sizes, and one cell in the last corner makes a reader allocate all cells before it.
"""

import hashlib
import marshal
import subprocess
import sys
import tempfile
import weakref
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from customers.importing.archives import TooManyParts, parts_of
from customers.importing.oddities import sentences_about
from customers.importing.problems import FileRefused
from customers.importing.sheet import CELL_TOO_LONG, LENGTH, TOO_MANY_ROWS

MOST_ROWS = 250_000
MOST_PARTS = 2_000
MOST_UNPACKED = 1024 * 1024 * 1024
LARGEST_PART = 700 * 1024 * 1024
HIGHEST_RATIO = 200
RATIO_MATTERS_FROM = 20 * 1024 * 1024
MOST_WRITTEN = 1024 * 1024 * 1024  # of rows: many cells may share a text that is packed once
LONGEST = 300  # seconds
DIED = -1
STATUSES = {TOO_MANY_ROWS: "rows", CELL_TOO_LONG: "cell"}
SHEET_READER = Path(__file__).with_name("sheet.py")


@dataclass
class Workbook:
    """One sheet of a workbook, unpacked once into a file of its rows."""

    digest: str
    sheet: str
    spool: IO[bytes]
    start: int
    notes: list[str] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)  # that can be seen

    def rows(self) -> Iterator[list[str]]:
        """The rows from the first on, as text; dates are in ISO form."""
        at = self.start
        while True:
            self.spool.seek(at)
            batch = receive(self.spool)
            if not batch:
                return
            at = self.spool.tell()
            yield from batch


def open_workbook(path: Path, sheet: str = "") -> Workbook:
    """Raises FileRefused for what is no workbook, has a password, or unpacks into too much."""
    guard(path)
    spool = tempfile.TemporaryFile(prefix="bookkinda-sheet-")  # noqa: SIM115 closed with its owner
    try:
        workbook = unpack(path, sheet, spool)
    except BaseException:
        spool.close()
        raise
    weakref.finalize(workbook, spool.close)
    return workbook


def unpack(path: Path, sheet: str, spool: IO[bytes]) -> Workbook:
    """Let the reader write the rows of the sheet into the spool, and see that it ended well."""
    most = [str(MOST_ROWS), str(MOST_WRITTEN)]
    command = [sys.executable, "-I", str(SHEET_READER), str(path), sheet, *most]
    try:
        status = subprocess.run(  # noqa: S603 our own file
            command, stdout=spool, stderr=subprocess.DEVNULL, timeout=LONGEST, check=False
        ).returncode
    except subprocess.TimeoutExpired:
        status = DIED
    if status:
        raise FileRefused(problem(STATUSES.get(status, "size")))
    spool.seek(0)
    hello = receive(spool)
    if "problem" in hello:
        raise FileRefused(problem(hello["problem"]))
    workbook = Workbook(digest_of(path, hello["sheet"]), hello["sheet"], spool, spool.tell())
    workbook.sheets = [name for name in hello["sheets"] if name != notes_title()]
    workbook.notes += sentences_about_sheets(hello, workbook.sheets, sheet)
    workbook.notes += sentences_about(path, workbook.sheet)
    return workbook


def sentences_about_sheets(hello: dict[str, Any], seen: list[str], wanted: str) -> Iterator[str]:
    """Which sheets were not read, unless one was asked for."""
    others = [name for name in seen if name != hello["sheet"]]
    if others and not wanted:
        yield _("Only the sheet %(sheet)s was read. There are also: %(others)s.") % {
            "sheet": hello["sheet"],
            "others": ", ".join(others),
        }
    if hello["hidden"] and not wanted:
        yield _("Hidden sheets were not read: %(sheets)s.") % {"sheets": ", ".join(hello["hidden"])}


def notes_title() -> str:
    """The sheet of our template that is for reading only, and for no question either."""
    return _("Notes on the columns")


def receive(spool: IO[bytes]) -> Any:
    """The next message of the reader."""
    size = int.from_bytes(spool.read(LENGTH), "big")
    return marshal.loads(spool.read(size))  # noqa: S302 from our own process


def problem(name: str) -> str:
    """The sentence for what the reader could not do."""
    sentences = {
        "rows": _("This sheet has more than %(most)s rows. Save it as CSV: that may have more.")
        % {"most": f"{MOST_ROWS:,}"},
        "size": _("This workbook unpacks into more than can be read. Save the sheet as CSV."),
        "cell": _("A cell of this sheet has more than 131,072 letters. No table of people does."),
        "hidden": _("All sheets of this workbook are hidden. Show the one that is meant."),
        "sheet": _("There is no sheet of this name."),
        "empty": _("This workbook is empty."),
    }
    return sentences.get(name, _("This workbook is damaged and cannot be read."))


def digest_of(path: Path, sheet: str) -> str:
    """Of the file and the sheet: another sheet of it has other people in the same rows."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(sheet.encode())
    return digest.hexdigest()


def guard(path: Path) -> None:
    """Raises FileRefused for an archive that is no workbook or would unpack into too much."""
    try:
        parts = parts_of(path, MOST_PARTS)
    except zipfile.BadZipFile:
        raise FileRefused(_("This workbook is damaged and cannot be read.")) from None
    except TooManyParts:
        raise FileRefused(_("This workbook has too many parts.")) from None
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise FileRefused(_("This workbook has a password. Save it without one."))
    if "xl/workbook.xml" not in names:
        raise FileRefused(not_xlsx(names))
    unpacked = sum(part.file_size for part in parts)
    largest = max(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED or largest > LARGEST_PART or is_bomb(parts):
        raise FileRefused(problem("size"))


def is_bomb(parts: list[zipfile.ZipInfo]) -> bool:
    """Whether a big part is packed tighter than any real sheet."""
    return any(
        part.file_size > RATIO_MATTERS_FROM and part.file_size > part.compress_size * HIGHEST_RATIO
        for part in parts
    )


def not_xlsx(names: set[str]) -> str:
    if "xl/workbook.bin" in names:
        return _("This is a binary workbook (.xlsb). Save it as .xlsx.")
    if "content.xml" in names:
        return _("This is an OpenDocument file. Save it as .xlsx or CSV.")
    return _("This is a packed file and no workbook. Unpack it first.")
