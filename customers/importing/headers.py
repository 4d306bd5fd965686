"""Which row holds the headers: below a title, or none at all where people begin at once."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _

from customers.cells import storable
from customers.importing.meanings import MEANINGS, key_of
from customers.importing.problems import FileRefused
from customers.importing.table import Row

ROWS_LOOKED_AT = 10
LONGEST_HEADER, LONGEST_DATA = 100, 255
MOST_COLUMNS = 500
STANDING_IN = {"phone", "email"}
# An address, a day or a telephone number: what stands in a row of people and in no header.
DATA = re.compile(
    r"[^@\s]+@[^@\s]+\.[^@\s]+|'?[+(]?\d[\d ()./-]{6,}|\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}", re.ASCII
)


@dataclass(frozen=True)
class Head:
    """The headers, the number of the last row that is not one of people, and what is to be said."""

    row: int
    headers: list[str]
    notes: list[str] = field(default_factory=list)


def find_head(rows: Iterable[Row]) -> Head | None:
    """The head of a table; None where nothing can be seen in the first rows. Raises FileRefused.

    The headers are the first row, unless only a later one of the first ten has words that we know.
    """
    first = list(islice((row for row in rows if any(map(str.strip, row[1]))), ROWS_LOOKED_AT))
    if not first:
        return None
    number, cells = first[0]
    refuse_wide(cells)
    if not known_words(cells):
        below = next((row for row in first[1:] if known_words(row[1]) > 1), None)
        if below:
            refuse_wide(below[1])
            return Head(below[0], cleaned(below[1]), [rows_above(below[0])])
        if any(
            len(cell) < LONGEST_DATA and DATA.fullmatch(cell.strip())
            for cell in cells[:MOST_COLUMNS]
        ):
            headers = [_("Column %(number)s") % {"number": at} for at in range(1, len(cells) + 1)]
            return Head(number - 1, headers, [no_headers()])
    return Head(number, cleaned(cells))


def refuse_wide(cells: Sequence[str]) -> None:
    """Raises FileRefused for more columns than a table of people has."""
    if len(cells) > MOST_COLUMNS:
        raise FileRefused(_("This table has more than %(most)s columns.") % {"most": MOST_COLUMNS})


def stand_ins(headers: Sequence[str]) -> dict[int, list[int]]:
    """The columns whose cell counts where the one in the column of phones or addresses is blank: a
    number at home where there is no mobile one. The better column -> those of lesser names."""
    found: dict[str, list[tuple[int, int]]] = {}
    for at, header in enumerate(headers):
        name, rank = MEANINGS.get(key_of(header), ("", 0))
        if name in STANDING_IN:
            found.setdefault(name, []).append((rank, at))
    ranked = [sorted(columns) for columns in found.values()]
    return {
        best[1]: [at for rank, at in others if rank > best[0]]
        for best, *others in ranked
        if others and others[0][0] > best[0]
    }


def with_stand_ins(rows: Iterable[Row], spare: dict[int, list[int]]) -> Iterator[Row]:
    """The rows with blank cells filled from the columns that stand in for them."""
    for number, cells in rows:
        width = len(cells)
        for at, others in spare.items():
            if at < width and not cells[at].strip():
                filled = (cells[other] for other in others if other < width)
                if text := next((cell for cell in filled if cell.strip()), ""):
                    cells[at] = text
        yield number, cells


def sentences_about(headers: Sequence[str], spare: dict[int, list[int]]) -> Iterator[str]:
    """Which column stands in for which."""
    for at, others in spare.items():
        yield _("Blank cells of %(header)s are filled from: %(others)s.") % {
            "header": headers[at],
            "others": ", ".join(headers[other] for other in others),
        }


def known_words(cells: Sequence[str]) -> int:
    """How many of the cells are headers that we know."""
    return sum(
        len(cell) <= LONGEST_HEADER and key_of(cell) in MEANINGS for cell in cells[:MOST_COLUMNS]
    )


def cleaned(cells: Sequence[str]) -> list[str]:
    return [storable(cell).strip() for cell in cells]


def rows_above(number: int) -> str:
    return _("The headers are in row %(row)s; what stands above them was not read.") % {
        "row": number
    }


def no_headers() -> str:
    return _("This file has no row of headers: it begins with people. Its columns have numbers.")
