"""Row -> values or problems. Knows the file's conventions; asks no database."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from customers.cells import as_written
from customers.importing.columns import Mapped
from customers.importing.dates import DateOrder, find_order
from customers.importing.problems import FileRefused
from customers.importing.table import Row, Table
from customers.models import ImportRow
from customers.resources import Conventions
from customers.values import Phone

Action = ImportRow.Action


@dataclass(slots=True)
class CheckedRow:
    """A row with what it says, or what is wrong with it. A field that is missing was blank."""

    line: int
    cells: list[str]
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)
    action: str = Action.NEW
    customer_id: int | None = None

    def refuse(self, header: str, problem: str) -> None:
        """Leave the row out, and say why at its cell."""
        self.action = Action.REFUSED
        self.problems.append((header, problem))


@dataclass(frozen=True)
class Survey:
    """What one quick look through the whole file shows before any row is judged."""

    rows: int
    order: DateOrder


def survey(table: Table, mapped: Mapped, country: str) -> Survey:
    """Count the rows and find the order of the dates.

    Raises FileRefused for a file that cannot be gone through to its end, has no rows, or too many.
    """
    position = mapped.position("date_of_birth")
    count, is_filled = 0, False

    def dates() -> Iterable[tuple[int, str]]:
        nonlocal count, is_filled
        for line, cells in table.rows():
            count += 1
            is_filled = is_filled or not is_blank(cells)
            if position is not None and len(cells) > position and cells[position]:
                yield line, cells[position]
            if count > table.most_rows and not is_blank(cells):
                raise FileRefused(
                    _("This file has more than %(most)s rows. Divide it, and import one by one.")
                    % {"most": f"{table.most_rows:,}"}
                )

    order = find_order(dates(), country)
    if not is_filled:
        raise FileRefused(_("There are headers in this file and no rows below them."))
    return Survey(count, order)


class RowChecker:
    """Checks the rows of one file."""

    def __init__(
        self,
        headers: Sequence[str],
        mapped: Mapped,
        conventions: Conventions,
        *,
        clear_blanks: bool = False,
        is_guarded: bool = True,
    ) -> None:
        self.is_guarded = is_guarded
        self.width = len(headers)
        self.clear_blanks = clear_blanks
        self.steps: list[tuple[int, str, str, Callable[[str], Any]]] = [
            (at, column.name, headers[at] or column.heading, column.widget.reader(conventions))
            for at, column in mapped.cells.items()
        ]

    def check_all(self, rows: Sequence[Row]) -> list[CheckedRow]:
        """The rows with their values and, where cells cannot be read, all of their problems.

        Column by column, because the cells of a column are read by the same few steps.
        """
        checked = [CheckedRow(line, cells) for line, cells in rows]
        columns = self.columns_of(rows)
        for at, name, header, read in self.steps:
            texts = columns[at]
            if self.is_guarded:
                texts = [as_written(text) if "'" in text else text for text in texts]
            try:
                values = [read(text) if text else None for text in texts]
            except ValidationError:
                cells = zip(checked, texts, strict=True)
                values = [read_or_refuse(row, header, read, text) for row, text in cells]
            self.keep(checked, name, values)
        for row in checked:
            if len(row.cells) > self.width and not is_blank(row.cells[self.width :]):
                row.refuse("", _("This row has more cells than there are headers."))
        return checked

    def columns_of(self, rows: Sequence[Row]) -> list[Sequence[str]]:
        """The cells below each header; cells that a row does not have are blank."""
        width = self.width
        whole = [
            cells if len(cells) >= width else [*cells, *[""] * (width - len(cells))]
            for _line, cells in rows
        ]
        return list(zip(*whole, strict=False))

    def keep(self, rows: Sequence[CheckedRow], name: str, values: Sequence[Any]) -> None:
        """Give each row its value: a phone with its extension, a blank only where blanks clear."""
        clears = self.clear_blanks and name != "id"
        if name == "phone":
            for row, number in zip(rows, values, strict=True):
                if clears or (number and number.e164):
                    row.values["phone"], row.values["phone_extension"] = number or NO_PHONE
            return
        for row, value in zip(rows, values, strict=True):
            if value:
                row.values[name] = value
            elif clears:
                row.values[name] = BLANK.get(name, "")


BLANK: dict[str, Any] = {"date_of_birth": None, "tags": []}
NO_PHONE = Phone("", "")


def read_or_refuse(row: CheckedRow, header: str, read: Callable[[str], Any], text: str) -> Any:
    """The value of one cell. Where there is none, the row is refused."""
    try:
        return read(text) if text else None
    except ValidationError as error:
        row.refuse(header, " ".join(error.messages))
        return None


def is_blank(cells: list[str]) -> bool:
    """Whether nothing can be seen in the row."""
    return not any(map(str.strip, cells))


def in_batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """The rows in which something can be seen, so many at a time."""
    seen = (row for row in rows if not is_blank(row[1]))
    while batch := list(islice(seen, size)):
        yield batch
