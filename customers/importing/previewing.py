"""What the check found, row by row, as the page shows it before anything is written."""

from dataclasses import dataclass, field

from customers.models import ImportRow, ImportRun

Action = ImportRow.Action
ON_A_PAGE = 50


@dataclass(frozen=True)
class Difference:
    """What an update changes of one field."""

    field: str
    heading: str
    before: str
    after: str


@dataclass(frozen=True)
class PreviewRow:
    """One row: `values` by field; of a row that needs fixing `cells` as they are in the file.

    `problems` has the sentences by column (counted from 0; None for the row as a whole); `can_fix`
    says whether its cells can be changed on the page (fixing.fix_cell).
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
    """Some rows of one kind in the order of the file. `columns` are headers by position."""

    rows: list[PreviewRow]
    headers: list[str]
    columns: dict[int, str]  # position -> field
    total: int
    number: int
    pages: int


def row(run: ImportRun, line: int) -> PreviewPage:
    """A page with this row alone, whatever it will do, as after a cell of it was fixed."""
    return PreviewPage([], run.table.get("headers", []), {}, 1, 1, 1)


def rows(run: ImportRun, *, action: str, page: int = 1) -> PreviewPage:
    """A page of the rows that will do this ("new", "update", "unchanged", "skip", "refused")."""
    total = run.rows.filter(action=action).count()
    pages = max(1, -(-total // ON_A_PAGE))
    number = min(max(page, 1), pages)
    return PreviewPage([], run.table.get("headers", []), {}, total, number, pages)
