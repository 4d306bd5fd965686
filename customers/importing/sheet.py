"""The process that unpacks a workbook: bounded in memory and time, and nothing of ours loaded.

python -I sheet.py FILE SHEET MOST_ROWS MOST_WRITTEN   writes marshalled messages to standard
output, each behind its length: first a dictionary (`sheet` and `sheets`, or `problem`), then lists
of rows of text, an empty one at last. Exit status 3 means more rows than that, 4 a cell too long;
any other but 0, that it died.
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
LONGEST_BATCH = 4_000_000  # letters
LENGTH = 8  # bytes that say how long a message is
TOO_MANY_ROWS = 3  # exit status
MOST_COLUMNS = 500
LONGEST_CELL = 131_072
CELL_TOO_LONG = 4  # exit status

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
    if len(data) > LONGEST_CELL and any(
        len(cell) > LONGEST_CELL for row in message for cell in row
    ):
        sys.exit(CELL_TOO_LONG)
    sys.stdout.buffer.write(len(data).to_bytes(LENGTH, "big") + data)


def find_sheet(book: CalamineWorkbook, name: str) -> dict[str, Any]:
    """The sheet that was asked for, or the first that can be seen and holds something; the names of
    those that can be seen and of those that cannot."""
    sheets = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    seen = [one.name for one in sheets if one.visible == SheetVisibleEnum.Visible]
    hidden = [one.name for one in sheets if one.visible != SheetVisibleEnum.Visible]
    if name:
        found = name if name in book.sheet_names else ""
    else:
        filled = (one for one in seen if book.get_sheet_by_name(one).height)
        found = next(filled, "") if len(seen) > 1 else "".join(seen)
    if not found:
        return {"problem": "sheet" if name else "hidden" if hidden and not seen else "empty"}
    return {"sheet": found, "sheets": seen, "hidden": hidden}


def send_rows(sheet: CalamineSheet, most_rows: int) -> None:
    """All rows in batches, without the blank ones at the end, which spreadsheets leave behind."""
    batch: list[list[str]] = []
    blank = filled = letters = 0
    for cells in sheet.iter_rows():
        row = [cell if type(cell) is str else as_text(cell) for cell in cells[:MOST_COLUMNS]]
        if not any(row):
            blank += 1
            continue
        batch.extend([[]] * blank)
        batch.append(row)
        blank, filled, letters = 0, filled + 1, letters + sum(map(len, row))
        if filled > most_rows + 1:
            sys.exit(TOO_MANY_ROWS)
        if len(batch) >= BATCH or letters > LONGEST_BATCH:
            send(batch)
            batch, letters = [], 0
    if batch:
        send(batch)
    send([])


def main(path: str, name: str, most_rows: int, most_written: int) -> None:
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_written, most_written))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        book = CalamineWorkbook.from_path(path)
        found = find_sheet(book, name)
        sheet = book.get_sheet_by_name(found["sheet"]) if "sheet" in found else None
    except Exception:
        found, sheet = {"problem": "damaged"}, None
    send(found)
    if sheet is not None:
        send_rows(sheet, most_rows)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
