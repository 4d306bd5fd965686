"""File -> rows: opens what people really send, and says in a sentence why it cannot."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from statistics import median_low

from django.utils.translation import gettext as _

from customers.importing.encodings import assumed, examine_text
from customers.importing.headers import (
    find_head,
    known_words,
    sentences_about,
    stand_ins,
    with_stand_ins,
)
from customers.importing.kinds import SENTENCES, kind_of
from customers.importing.problems import FileRefused
from customers.importing.table import MOST_ROWS, Row, Table
from customers.importing.vcards import open_vcards
from customers.importing.workbook import MOST_ROWS as MOST_ROWS_OF_A_SHEET
from customers.importing.workbook import Workbook, open_workbook

LARGEST_FILE = 200 * 1024 * 1024
LONGEST_CELL = 131_072
MOST_CELLS = 10_000  # of one row: a million blank ones cost more memory than their line
DELIMITERS = ",;\t|"
ODD_DELIMITERS = "^~\x1f¦§"  # looked for where none of the usual ones stands
LINES_LOOKED_AT = 10
LONGEST_HEAD = 32_768
DELIMITER_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
END = "\x00end of file\x00"


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
        rows = islice(records, self.header_row - self.skipped_lines, None)
        return with_stand_ins(rows, self.spare) if self.spare else rows


@dataclass
class SheetTable(Table):
    """A sheet of a workbook."""

    workbook: Workbook | None = None
    header_row: int = 1

    def rows(self) -> Iterator[Row]:
        cells = self.workbook.rows() if self.workbook else iter(())
        rows = enumerate(islice(cells, self.header_row, None), self.header_row + 1)
        return with_stand_ins(rows, self.spare) if self.spare else rows


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
    if kind == "cards":
        return open_vcards(path, language, encoding)
    if kind not in {"", "zip"}:
        raise FileRefused(SENTENCES[kind]())
    table: Table = (
        open_sheet(path, sheet) if kind else open_csv(path, language, encoding, delimiter)
    )
    table.spare = stand_ins(table.headers)
    table.notes += sentences_about(table.headers, table.spare)
    return table


def open_sheet(path: Path, sheet: str) -> SheetTable:
    workbook = open_workbook(path, sheet)
    head = find_head(enumerate(workbook.rows(), 1))
    if head is None:
        raise FileRefused(_("This workbook is empty."))
    return SheetTable(
        headers=head.headers,
        digest=workbook.digest,
        about=_("XLSX, sheet %(sheet)s") % {"sheet": workbook.sheet},
        notes=[*workbook.notes, *head.notes],
        most_rows=MOST_ROWS_OF_A_SHEET,
        workbook=workbook,
        header_row=head.row,
    )


def open_csv(path: Path, language: str, encoding: str, delimiter: str) -> CsvTable:
    text = examine_text(path, language, encoding)
    skipped = 0
    hint = first_line(path, text.encoding).strip()
    if hint[:4].lower() == "sep=" and len(hint) == 5:  # Excel's own way to name the delimiter
        delimiter, skipped = delimiter or hint[4], 1
    delimiter = delimiter or find_delimiter(path, text.encoding)
    records = read_records(path, text.encoding, delimiter, skipped)
    head = find_head(records)
    if head is None:
        raise FileRefused(_("This file is empty."))
    table = CsvTable(
        headers=head.headers,
        digest=text.digest,
        about=_("CSV, %(encoding)s, separated by %(delimiter)s")
        % {
            "encoding": text.encoding,
            "delimiter": DELIMITER_NAMES.get(delimiter, delimiter),
        },
        notes=head.notes,
        most_rows=MOST_ROWS,
        delimiter=delimiter,
        is_guarded=True,
        path=path,
        encoding=text.encoding,
        header_row=head.row,
        skipped_lines=skipped,
        is_assumed=text.assumed,
    )
    if text.assumed:
        table.notes.append(assumed(text.encoding))
    return table


def first_line(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, newline="") as file:
        return file.readline(1000)


def find_delimiter(path: Path, encoding: str) -> str:
    """The sign between the words of the headers; where no word is known, the one that the first
    line has most of, or that the lines have in common."""
    with path.open(encoding=encoding, newline="") as file:
        lines = list(islice((line for line in file if line.strip()), LINES_LOOKED_AT))
    outside = ["".join(line.split('"')[0::2]) for line in lines] or [""]

    def fitness(delimiter: str) -> tuple[int, int, int]:
        words = max((known_words(split_line(line, delimiter)) for line in lines), default=0)
        counts = [line.count(delimiter) for line in outside]
        return words if words > 1 else 0, counts[0], median_low(counts)

    usual = max(DELIMITERS, key=fitness)
    return usual if any(fitness(usual)) else max(usual + ODD_DELIMITERS, key=fitness)


def split_line(line: str, delimiter: str) -> list[str]:
    """The cells of one line; none where a cell goes on in the next."""
    try:
        return next(csv.reader([line[:LONGEST_HEAD]], delimiter=delimiter), [])
    except csv.Error:
        return []


def read_records(path: Path, encoding: str, delimiter: str, skipped: int) -> Iterator[Row]:
    """The records with their numbers. A quotation mark left open is refused, with its place."""
    csv.field_size_limit(LONGEST_CELL)
    number, lines = skipped, 0
    with path.open(encoding=encoding, newline="") as file:
        for _line in range(skipped):
            file.readline()
        # A quotation mark left open swallows the line that we put at the end.
        reader = csv.reader(chain(file, [END]), delimiter=delimiter)
        try:
            for number, cells in enumerate(reader, skipped + 1):
                if cells and cells[-1].endswith(END):
                    break
                if len(cells) > MOST_CELLS:
                    raise FileRefused(too_wide(number))
                yield number, cells
                lines = reader.line_num
        except csv.Error:
            sentence = unclosed if reader.line_num > lines + 1 else too_long
            raise FileRefused(sentence(number + 1)) from None
    if len(cells) > 1 or cells[-1] != END:
        raise FileRefused(unclosed(number))


def unclosed(number: int) -> str:
    return _(
        "From row %(row)s on the file cannot be split into cells: a quotation mark is opened "
        "there and never closed."
    ) % {"row": number}


def too_wide(number: int) -> str:
    return _("Row %(row)s has more than %(most)s cells. No table of people does.") % {
        "row": number,
        "most": f"{MOST_CELLS:,}",
    }


def too_long(number: int) -> str:
    return _("Row %(row)s has a cell of more than %(most)s letters. No table of people does.") % {
        "row": number,
        "most": f"{LONGEST_CELL:,}",
    }
