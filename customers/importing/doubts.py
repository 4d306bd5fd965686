"""What a file leaves open and only a person can answer, with samples from the file to judge by.

An empty answer means that there is no doubt, and no question is to be asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from customers.importing.code_pages import PAGES, plausible_pages, special_bytes, special_words
from customers.importing.columns import Mapped
from customers.importing.dates import both_ways
from customers.importing.encodings import pieces
from customers.importing.reading import CsvTable
from customers.importing.table import Table
from customers.importing.vcards import VcardTable

SAMPLES = 3
MOST_CANDIDATES = 6
ROWS_LOOKED_AT = 20_000
CELLS_LOOKED_AT = 200
LONGEST_SAMPLE = 60
BLANKS = " \t\r\n"  # not those of Latin-1: their bytes are letters elsewhere
NAMES = ("first_name", "last_name")


@dataclass(frozen=True)
class Candidate:
    """A code page that the file may be written in, and names of the file as it reads them."""

    encoding: str
    label: str
    samples: list[str]


@dataclass(frozen=True)
class DateSample:
    """A date of the file that can be meant in two ways."""

    text: str
    day_first: date
    month_first: date


def encoding_doubt(table: Table, mapped: Mapped) -> list[Candidate]:
    """The code pages that read all of an 8-bit file and make words of it; the assumed one first.

    Empty when the encoding is certain or was told, and when all of them read the file alike.
    """
    if not isinstance(table, CsvTable | VcardTable) or not table.is_assumed:
        return []
    cells = special_cells(replace(table, encoding="latin-1"), mapped)
    words = special_words(b" ".join(cells))
    pages = plausible_pages(words, special_bytes(pieces(table.path)), table.encoding)
    if len(pages) < 2:
        return []
    pages = pages[:MOST_CANDIDATES]
    telling = telling_cells(cells, pages)
    return [
        Candidate(page, str(PAGES[page]), [decoded(cell, page) for cell in telling])
        for page in pages
    ]


def special_cells(raw: Table, mapped: Mapped) -> list[bytes]:
    """Names with bytes beyond ASCII in the first rows; other cells where no name has any."""
    columns = [at for at, column in mapped.cells.items() if column.name in NAMES]
    names: dict[bytes, None] = {}
    others: dict[bytes, None] = {}
    for _line, cells in islice(raw.rows(), ROWS_LOOKED_AT):
        if len(names) >= CELLS_LOOKED_AT:
            break
        if not has_bytes("".join(cells)):
            continue
        name = " ".join(cells[at].strip(BLANKS) for at in columns if at < len(cells)).strip(BLANKS)
        if has_bytes(name):
            names[name.encode("latin-1")] = None
        elif len(others) < CELLS_LOOKED_AT:
            cell = next((cell for cell in cells if has_bytes(cell)), "")
            others[cell.strip(BLANKS)[:LONGEST_SAMPLE].encode("latin-1")] = None
    return list(names or others)


def has_bytes(text: str) -> bool:
    """Whether there are bytes beyond ASCII in it, and nothing that was decoded already."""
    return not text.isascii() and max(text) < "\u0100"


def telling_cells(cells: Sequence[bytes], pages: Sequence[str]) -> list[bytes]:
    """The cells that the pages read most differently, a few of them."""

    def readings(cell: bytes) -> int:
        return len({decoded(cell, page) for page in pages})

    return sorted(cells, key=readings, reverse=True)[:SAMPLES]


def decoded(cell: bytes, page: str) -> str:
    return cell.decode(page, errors="replace")


def date_samples(texts: Iterable[str]) -> list[DateSample]:
    """Dates that are in doubt (DateOrder.samples), read both ways."""
    return [DateSample(text, *both_ways(text)) for text in texts]


def phone_doubt(table: Table, mapped: Mapped) -> list[str]:
    """Phone numbers of the first rows that do not say of which country they are."""
    at = mapped.position("phone")
    found: dict[str, None] = {}
    if at is None:
        return []
    for _line, cells in islice(table.rows(), ROWS_LOOKED_AT):
        cell = cells[at].strip().lstrip("'") if at < len(cells) else ""
        if cell and not cell.startswith(("+", "00", "＋")):
            found[cell] = None
        if len(found) == SAMPLES:
            break
    return list(found)
