"""File -> rows: opens what people really send, and says in a sentence why it cannot."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from django.utils.translation import gettext as _

from customers.cells import storable
from customers.importing.encodings import PIECE, examine_text
from customers.importing.problems import FileRefused
from customers.importing.table import MOST_ROWS, Row, Table
from customers.importing.vcards import open_vcards
from customers.importing.workbook import MOST_ROWS as MOST_ROWS_OF_A_SHEET
from customers.importing.workbook import Workbook, open_workbook

LARGEST_FILE = 200 * 1024 * 1024
LONGEST_CELL = 131_072
DELIMITERS = ",;\t|"
DELIMITER_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
LOCKED = "EncryptedPackage".encode("utf-16-le")
END = "\x00end of file\x00"
SIGNATURES = {
    b"\xd0\xcf\x11\xe0": "old",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"%PDF": "pdf",
    b"\x1f\x8b": "packed",
    b"7z\xbc\xaf": "packed",
    b"Rar!": "packed",
    b"BZh": "packed",
    b"\xfd7zXZ": "packed",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"GIF8": "picture",
}
FIRST_WORDS = {
    b"begin:vcard": "cards",
    b"begin:vcalendar": "calendar",
    b"{\\rtf": "document",
    b'{"': "json",
    b"[{": "json",
}


@dataclass
class CsvTable(Table):
    """Text with a delimiter, decoded line by line, never held as a whole."""

    path: Path = Path()
    encoding: str = "utf-8"
    header_row: int = 1
    skipped_lines: int = 0
    is_assumed: bool = False  # whether the encoding is the usual one and no more certain

    def rows(self) -> Iterator[Row]:
        records = read_records(self.path, self.encoding, self.delimiter, self.skipped_lines)
        return islice(records, self.header_row - self.skipped_lines, None)


@dataclass
class SheetTable(Table):
    """A sheet of a workbook."""

    workbook: Workbook | None = None
    header_row: int = 1

    def rows(self) -> Iterator[Row]:
        rows = self.workbook.rows() if self.workbook else iter(())
        return enumerate(islice(rows, self.header_row, None), self.header_row + 1)


def open_table(
    path: Path, *, language: str = "en", encoding: str = "", delimiter: str = "", sheet: str = ""
) -> Table:
    """The table in the file, whatever its name says. Raises FileRefused."""
    size = path.stat().st_size
    if not size:
        raise FileRefused(_("This file is empty."))
    if size > LARGEST_FILE:
        raise FileRefused(
            _("This file has %(size)s MB; at most %(limit)s MB can be imported.")
            % {"size": size // 1024**2 + 1, "limit": LARGEST_FILE // 1024**2}
        )
    kind = kind_of(path)
    if kind == "zip":
        return open_sheet(path, sheet)
    if kind == "cards":
        return open_vcards(path, language, encoding)
    if kind == "old" and is_locked(path):
        kind = "locked"
    if kind:
        raise FileRefused(KINDS[kind]())
    return open_csv(path, language, encoding, delimiter)


KINDS = {
    "old": lambda: _(
        "This is an old Excel file (.xls) or one with a password. Save it as .xlsx without one."
    ),
    "pdf": lambda: _("This is a PDF. Export the table itself, as CSV or XLSX."),
    "packed": lambda: _("This file is packed. Unpack it first."),
    "picture": lambda: _("This is a picture and not a table."),
    "locked": lambda: _("This workbook has a password. Save it without one."),
    "calendar": lambda: _("This is a calendar. People come as CSV, XLSX or vCard (.vcf)."),
    "json": lambda: _("This is JSON. Save the table as CSV or XLSX."),
    "document": lambda: _("This is a text document. Put its table into a sheet, as CSV or XLSX."),
    "html": lambda: _(
        "This is a web page, whatever its name says. Open it in a spreadsheet and save it as .xlsx."
    ),
}


def kind_of(path: Path) -> str:
    """What the first bytes say the file is; "" for what may be text."""
    with path.open("rb") as file:
        start = file.read(2048)
    for signature, kind in SIGNATURES.items():
        if start.startswith(signature):
            return kind
    text = start.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<?xml")):
        return "html"
    return next((kind for words, kind in FIRST_WORDS.items() if text.startswith(words)), "")


def is_locked(path: Path) -> bool:
    """Whether the container of an old Excel file holds a new one under a password."""
    with path.open("rb") as file:
        before = b""
        while piece := file.read(PIECE):
            if LOCKED in before + piece:
                return True
            before = piece[-len(LOCKED) :]
    return False


def open_sheet(path: Path, sheet: str) -> SheetTable:
    workbook = open_workbook(path, sheet)
    for number, cells in enumerate(workbook.rows(), 1):
        if any(cells):
            return SheetTable(
                headers=[storable(cell).strip() for cell in cells],
                digest=workbook.digest,
                about=_("XLSX, sheet %(sheet)s") % {"sheet": workbook.sheet},
                notes=workbook.notes,
                most_rows=MOST_ROWS_OF_A_SHEET,
                workbook=workbook,
                header_row=number,
            )
    raise FileRefused(_("This workbook is empty."))


def open_csv(path: Path, language: str, encoding: str, delimiter: str) -> CsvTable:
    text = examine_text(path, language, encoding)
    skipped = 0
    hint = first_line(path, text.encoding).strip()
    if hint[:4].lower() == "sep=" and len(hint) == 5:  # Excel's own way to name the delimiter
        delimiter, skipped = delimiter or hint[4], 1
    delimiter = delimiter or find_delimiter(path, text.encoding)
    records = read_records(path, text.encoding, delimiter, skipped)
    number, cells = next((one for one in records if any(cell.strip() for cell in one[1])), (0, []))
    if not number:
        raise FileRefused(_("This file is empty."))
    table = CsvTable(
        headers=[storable(cell).strip() for cell in cells],
        digest=text.digest,
        about=_("CSV, %(encoding)s, separated by %(delimiter)s")
        % {
            "encoding": text.encoding,
            "delimiter": DELIMITER_NAMES.get(delimiter, delimiter),
        },
        most_rows=MOST_ROWS,
        delimiter=delimiter,
        is_guarded=True,
        path=path,
        encoding=text.encoding,
        header_row=number,
        skipped_lines=skipped,
        is_assumed=text.assumed,
    )
    if text.assumed:
        table.notes.append(
            _(
                "The file is not Unicode; it was read as %(encoding)s. Look at a name with special "
                "letters, and choose another encoding if it is wrong."
            )
            % {"encoding": text.encoding}
        )
    return table


def first_line(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, newline="") as file:
        return file.readline(1000)


def find_delimiter(path: Path, encoding: str) -> str:
    """The candidate that stands most often in the first line with text, outside of quotes."""
    with path.open(encoding=encoding, newline="") as file:
        line = next((line for line in file if line.strip()), "")
    outside = "".join(line.split('"')[0::2])
    return max(DELIMITERS, key=outside.count)


def read_records(path: Path, encoding: str, delimiter: str, skipped: int) -> Iterator[Row]:
    """The records with their numbers. A quotation mark left open is refused, with its place."""
    csv.field_size_limit(LONGEST_CELL)
    number = skipped
    with path.open(encoding=encoding, newline="") as file:
        for _line in range(skipped):
            file.readline()
        # A quotation mark left open swallows the line that we put at the end.
        reader = csv.reader(chain(file, [END]), delimiter=delimiter)
        try:
            for number, cells in enumerate(reader, skipped + 1):
                if cells and cells[-1].endswith(END):
                    break
                yield number, cells
        except csv.Error:
            raise FileRefused(unclosed(number + 1)) from None
    if len(cells) > 1 or cells[-1] != END:
        raise FileRefused(unclosed(number))


def unclosed(number: int) -> str:
    return _(
        "From row %(row)s on the file cannot be split into cells: a quotation mark is opened "
        "there and never closed, or a cell is too long."
    ) % {"row": number}
