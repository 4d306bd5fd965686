"""What a cell of a table holds: formulas made harmless, and several names in one cell."""

import csv
import re
from collections.abc import Iterable

FORMULA = re.compile(r"""[\s'"]*[=+\-@\t\r\n＝＋－＠]""")
QUOTED = re.compile(r'[",;]')


def make_harmless(text: str) -> str:
    """The text with a leading ' when a spreadsheet could take it for a formula.

    For CSV only; in XLSX the cell is typed as text. `take_harm_back` gives the same text again.
    """
    return "'" + text if FORMULA.match(text) else text


def as_written(text: str) -> str:
    """The text without the leading ' of `make_harmless`."""
    return text[1:] if text[:1] == "'" and FORMULA.match(text, 1) else text


def storable(text: str) -> str:
    """The text as every database takes it: without NUL, and without halves of letters."""
    if text.isprintable():
        return text
    return text.replace("\x00", "").encode(errors="replace").decode()


def join_names(names: Iterable[str]) -> str:
    """Names in one cell with commas between; a name with a sign that separates is quoted."""
    return ", ".join(
        '"' + name.replace('"', '""') + '"' if QUOTED.search(name) else name for name in names
    )


def split_names(text: str) -> list[str]:
    """The names of `join_names`, or those with semicolons between; each once, whatever its case."""
    delimiter = ";" if ";" in text and "," not in text and '"' not in text else ","
    line = " ".join(text.split())
    names = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    return list({name.strip().lower(): name.strip() for name in names if name.strip()}.values())
