"""Row -> values or problems. Knows the file's conventions; asks no database."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from customers.cells import as_written
from customers.importing.columns import Mapped
from customers.importing.dates import DateOrder, find_order
from customers.importing.problems import FileRefused
from customers.importing.reading import Table
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
    count = 0

    def dates() -> Iterable[tuple[int, str]]:
        nonlocal count
        for line, cells in table.rows():
            count += 1
            if position is not None and len(cells) > position and cells[position]:
                yield line, cells[position]
            if count > table.most_rows:
                raise FileRefused(
                    _("This file has more than %(most)s rows. Divide it, and import one by one.")
                    % {"most": f"{table.most_rows:,}"}
                )

    order = find_order(dates(), country)
    if not count:
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
        self.guard = "'" if is_guarded else None
        self.width = len(headers)
        self.clear_blanks = clear_blanks
        self.steps: list[tuple[int, str, str, Callable[[str], Any]]] = [
            (at, column.name, headers[at] or column.heading, column.widget.reader(conventions))
            for at, column in mapped.cells.items()
        ]

    def check(self, line: int, cells: list[str]) -> CheckedRow:
        """The row with its values and, if cells cannot be read, all of its problems."""
        row = CheckedRow(line, cells)
        width, guard = len(cells), self.guard
        for at, name, header, read in self.steps:
            text = cells[at] if at < width else ""
            if text[:1] == guard:
                text = as_written(text)
            try:
                value = read(text) if text else None
            except ValidationError as error:
                row.refuse(header, " ".join(error.messages))
                continue
            if value and name != "phone":
                row.values[name] = value
            elif value or self.clear_blanks:
                self.keep(row.values, name, value)
        if width > self.width and any(cell.strip() for cell in cells[self.width :]):
            row.refuse("", _("This row has more cells than there are headers."))
        return row

    def keep(self, values: dict[str, Any], name: str, value: Any) -> None:
        """A phone with its extension, or a blank that clears."""
        if name == "phone":
            number = value or NO_PHONE
            if number.e164 or self.clear_blanks:
                values["phone"], values["phone_extension"] = number
        elif name != "id":
            values[name] = BLANK.get(name, "")


BLANK: dict[str, Any] = {"date_of_birth": None, "tags": []}
NO_PHONE = Phone("", "")


def is_blank(cells: list[str]) -> bool:
    """Whether nothing can be seen in the row."""
    return not any(cells) or not "".join(chain(cells)).strip()
