"""What the check found, row by row, as the page shows it before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from customers.importing.changes import current_values, find_changes
from customers.importing.options import ImportOptions
from customers.importing.runs import COUNTED
from customers.importing.staging import VALUES
from customers.models import Customer, ImportRow, ImportRun
from customers.resources import Column, all_columns
from customers.values import Phone

Action = ImportRow.Action
ON_A_PAGE = 50


@dataclass(frozen=True)
class Difference:
    """What an update changes of one field, as text."""

    field: str
    heading: str
    before: str
    after: str


@dataclass(frozen=True)
class PreviewRow:
    """One row: its `values` by field as text, those that are not blank.

    A row that needs fixing has none, but its `cells` as they are in the file (or were fixed) and
    `problems`: sentences by column (counted from 0; None for the row as a whole). `can_fix` says
    whether its cells can be changed on the page (fixing.fix_cell).
    """

    line: int
    action: str
    done: bool
    values: dict[str, str]
    customer_id: int | None = None
    customer: str = ""
    cells: list[str] = field(default_factory=list)
    problems: dict[int | None, list[str]] = field(default_factory=dict)
    changes: list[Difference] = field(default_factory=list)
    can_fix: bool = False


@dataclass(frozen=True)
class PreviewPage:
    """Some rows of one kind in the order of the file. `columns` are the fields by position."""

    rows: list[PreviewRow]
    headers: list[str]
    columns: dict[int, str]
    total: int
    number: int
    pages: int


def rows(run: ImportRun, *, action: str, page: int = 1) -> PreviewPage:
    """A page of the rows that will do this ("new", "update", "unchanged", "skip", "refused")."""
    total = run.counts.get(COUNTED[action], 0)
    pages = max(1, -(-total // ON_A_PAGE))
    number = min(max(page, 1), pages)
    start = (number - 1) * ON_A_PAGE
    found = run.rows.filter(action=action).order_by("line")[start : start + ON_A_PAGE]
    return PreviewPage(
        preview(run, list(found)), run.table.get("headers", []), columns_of(run),
        total, number, pages,
    )  # fmt: skip


def one_row(run: ImportRun, line: int) -> PreviewRow | None:
    """The row as the page shows it, say after a cell of it was fixed."""
    return next(iter(preview(run, list(run.rows.filter(line=line)))), None)


def columns_of(run: ImportRun) -> dict[int, str]:
    """The field of each column that is imported."""
    return {int(at): name for at, name in run.table.get("columns", {}).items()}


def preview(run: ImportRun, staged: Sequence[ImportRow]) -> list[PreviewRow]:
    """The rows with what they would change, asked for with a handful of queries."""
    known = [row.customer_id for row in staged if row.customer_id]
    names = {one.pk: str(one) for one in Customer.objects.filter(pk__in=known)}
    updates = [row.customer_id for row in staged if row.action == Action.UPDATE and not row.done]
    current = current_values([pk for pk in updates if pk])
    headings = {column.name: column for column in all_columns()}
    return [
        PreviewRow(
            line=row.line,
            action=row.action,
            done=row.done,
            values=as_texts(row, headings),
            customer_id=row.customer_id,
            customer=names.get(row.customer_id or 0, ""),
            cells=list(row.cells or []),
            problems=problems_by_column(run, row),
            changes=differences(run, row, current.get(row.customer_id or 0), headings),
            can_fix=can_fix(row),
        )
        for row in staged
    ]


def can_fix(row: ImportRow) -> bool:
    """Whether its cells are known and nothing has come of it yet."""
    is_saved = row.done and row.action in (Action.NEW, Action.UPDATE)
    return row.cells is not None and not is_saved


def as_texts(row: ImportRow, columns: dict[str, Column]) -> dict[str, str]:
    """The values of a staged row, as an export would write them."""
    values = {name: getattr(row, name) for name in VALUES}
    values["phone"] = Phone(values["phone"] or "", values.pop("phone_extension") or "")
    texts = {name: columns[name].widget.render(value) for name, value in values.items()}
    return {name: text for name, text in texts.items() if text}


def problems_by_column(run: ImportRun, row: ImportRow) -> dict[int | None, list[str]]:
    """The sentences of a refused row by the position of the cell that each is about."""
    headers = run.table.get("headers", [])
    headings = {column.name: column.heading for column in all_columns()}
    places = {headers[at] or headings[name]: at for at, name in columns_of(run).items()}
    found: dict[int | None, list[str]] = {}
    for header, sentence in row.problems or []:
        found.setdefault(places.get(header), []).append(sentence)
    return found


def differences(
    run: ImportRun,
    row: ImportRow,
    current: dict[str, Any] | None,
    columns: dict[str, Column],
) -> list[Difference]:
    """What an update would change of its customer, by the rule that the import itself uses."""
    if row.action != Action.UPDATE or current is None:
        return []
    options = ImportOptions.from_json(run.options)
    values = {name: getattr(row, name) for name in VALUES}
    values = {name: value for name, value in values.items() if value is not None}
    if options.clear_blanks and "date_of_birth" in columns_of(run).values():
        values["date_of_birth"] = row.date_of_birth
    changes = find_changes(current, values, existing=options.existing, more_tags=options.tags)
    return [
        Difference(name, heading(name, columns), as_text(before), as_text(changes.after[name]))
        for name, before in changes.before.items()
    ]


def heading(name: str, columns: dict[str, Column]) -> str:
    return columns["phone" if name == "phone_extension" else name].heading


def as_text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "")
