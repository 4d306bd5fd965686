"""What a cell of a table holds: formulas made harmless, and several names in one cell."""

import csv
import re
from collections.abc import Iterable, Sequence

STARTS = "=+\\-@＝＋－＠"  # how a formula begins, after blanks and quotes
ENDS = ",;\\t|\\r\\n"  # where a program that expects another delimiter sees the end of a cell
BEHIND, AHEAD = rf"(?<=[{ENDS}])", rf"""(?=[\s'"]*[{STARTS}])"""
FIRST = rf"""[\s'"]*[{STARTS}\t\r\n]"""
BETWEEN = "\x00"  # no cell has it
FORMULA, INNER_FORMULA = re.compile(FIRST), re.compile(BEHIND + AHEAD)
INNER_GUARD = re.compile(f"{BEHIND}'{AHEAD}")
# The same in one pattern that begins with a set of signs: a search leaps from one to the next.
ANY_FORMULA = re.compile(
    rf"""[{BETWEEN}{ENDS}](?:[\s'"]*[{STARTS}]|(?<={BETWEEN})[\s'"]*[\t\r\n])"""
)
QUOTED = re.compile(r'[",;]| ::: ')  # the last is how Google Contacts separates names


def make_harmless(text: str) -> str:
    """The text with a ' before whatever a spreadsheet could take for a formula.

    At its start, and behind each sign that ends a cell for a program which expects another
    delimiter: Excel takes the one of its country, whatever the file says, and then quotes don't
    hold. For CSV only; in XLSX the cell is typed as text. `as_written` gives the same text again.
    """
    text = INNER_FORMULA.sub("'", text)
    return "'" + text if FORMULA.match(text) else text


def all_harmless(cells: Sequence[str]) -> Sequence[str]:
    """`make_harmless` of every cell; where none needs it, which one look tells, the cells."""
    if ANY_FORMULA.search(BETWEEN + BETWEEN.join(cells)):
        return [make_harmless(cell) for cell in cells]
    return cells


def as_written(text: str) -> str:
    """The text without what `make_harmless` put in."""
    if text[:1] == "'" and FORMULA.match(text, 1):
        text = text[1:]
    return INNER_GUARD.sub("", text) if "'" in text else text


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
