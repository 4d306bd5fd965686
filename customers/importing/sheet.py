"""The process that unpacks a workbook: bounded in memory and time, and nothing of ours loaded.

python -I sheet.py FILE SHEET MOST_ROWS   writes marshalled messages to standard output, each behind
its length: first a dictionary (`sheet` and `sheets`, or `problem`), then lists of rows of text, an
empty one at last. Exit status 3 means more rows than that; any other but 0, that it died.
"""

import datetime
import marshal
import sys
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

try:
    import resource
except ImportError:  # Windows has no such bounds; the guard before us still holds
    resource = None  # type: ignore[assignment]

MOST_MEMORY = 2 * 1024**3
MOST_SECONDS = 120
BATCH = 500
LENGTH = 8  # bytes that say how long a message is
TOO_MANY_ROWS = 3  # exit status
MOST_COLUMNS = 500

Cell = str | float | bool | datetime.date | datetime.time | datetime.datetime | datetime.timedelta


def as_text(cell: Cell) -> str:
    """The cell as text; whole numbers without ".0", days in ISO form."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)


def send(message: Any) -> None:
    """Write the message behind its length: marshal reads a file byte by byte, and bytes at once."""
    data = marshal.dumps(message)
    sys.stdout.buffer.write(len(data).to_bytes(LENGTH, "big") + data)


def find_sheet(book: CalamineWorkbook, name: str) -> tuple[str, list[str]]:
    """The sheet that was asked for, or the first that can be seen, and the names of all those."""
    names = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    if name:
        return (name if name in book.sheet_names else ""), names
    return (names[0] if names else ""), names


def send_rows(sheet: CalamineSheet, most_rows: int) -> None:
    """All rows in batches, without the blank ones at the end, which spreadsheets leave behind."""
    batch: list[list[str]] = []
    blank = filled = 0
    for cells in sheet.iter_rows():
        row = [cell if type(cell) is str else as_text(cell) for cell in cells[:MOST_COLUMNS]]
        if not any(row):
            blank += 1
            continue
        batch.extend([[]] * blank)
        batch.append(row)
        blank, filled = 0, filled + 1
        if filled > most_rows + 1:
            sys.exit(TOO_MANY_ROWS)
        if len(batch) >= BATCH:
            send(batch)
            batch = []
    if batch:
        send(batch)
    send([])


def main(path: str, name: str, most_rows: int) -> None:
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        book = CalamineWorkbook.from_path(path)
        found, names = find_sheet(book, name)
        if not found:
            send({"problem": "sheet" if name else "empty"})
            return
        sheet = book.get_sheet_by_name(found)
    except Exception:
        send({"problem": "damaged"})
        return
    send({"sheet": found, "sheets": names})
    send_rows(sheet, most_rows)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
