"""What the check found, as its page shows it: tabs with counts, rows, cells that can be fixed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.importing import previewing
from customers.importing.options import ImportOptions
from customers.importing.previewing import PreviewPage, PreviewRow
from customers.importing.recognising import more_than_one
from customers.models import ImportRow, ImportRun

Action = ImportRow.Action
MOST_PICTURES = 50  # named on a page
MOST_SHOWN = 500  # columns
ALWAYS_SHOWN = ("first_name", "last_name", "email", "phone")


@dataclass(frozen=True)
class Tab:
    """One kind of rows, with how many there are."""

    action: str
    count_name: str
    label: str | Promise
    tone: str
    icon: str
    count: int = 0


TABS = (
    Tab(Action.NEW, "new", _("New"), "green", "user-plus"),
    Tab(Action.UPDATE, "update", _("Update"), "blue", "refresh-cw"),
    Tab(Action.UNCHANGED, "unchanged", _("Unchanged"), "gray", "check"),
    Tab(Action.SKIP, "skipped", _("Skipped"), "gray", "skip-forward"),
    Tab(Action.REFUSED, "refused", _("Need fixing"), "red", "circle-alert"),
)


@dataclass(frozen=True)
class Cell:
    """A cell of a row as it is in the file, with what is wrong with it."""

    position: int
    header: str
    text: str
    problems: list[str]


@dataclass(frozen=True)
class Row:
    """A row that needs fixing: the cells shown, what is wrong with it as a whole, all cells, and
    two customers who may be one person, if it matches more than one."""

    row: PreviewRow
    cells: list[Cell]
    whole: list[str]
    others: list[Cell]
    twins: list[int]


def tabs_of(run: ImportRun) -> list[Tab]:
    """The kinds of rows, each with its count."""
    return [replace(tab, count=run.counts.get(tab.count_name, 0)) for tab in TABS]


def tab_asked_for(asked: str, tabs: Iterable[Tab]) -> str:
    """The kind asked for; else what needs fixing, else the first kind that has rows."""
    kinds = {tab.action: tab.count for tab in tabs}
    if asked in kinds:
        return asked
    filled = [action for action in (Action.REFUSED, *kinds) if kinds[action]]
    return str(filled[0]) if filled else str(Action.NEW)


def shown_positions(page: PreviewPage) -> list[int]:
    """The columns that a table of rows to fix shows: who it is, and whatever has a problem."""
    places = {name: at for at, name in page.columns.items()}
    shown = [places[name] for name in ALWAYS_SHOWN if name in places]
    bad = {at for row in page.rows for at in row.problems if at is not None}
    return [*shown, *sorted(bad - set(shown))]


def row_to_fix(row: PreviewRow, page: PreviewPage, shown: list[int]) -> Row:
    """The row with the cells of these columns."""
    cells = {at: cell_of(row, page, at) for at in sorted({*shown, *page.columns})}
    return Row(
        row=row,
        cells=[cells[at] for at in shown],
        whole=row.problems.get(None, []),
        others=[cell for at, cell in cells.items() if not cell.problems],
        twins=[pk for problem in row.problems.get(None, []) for pk in more_than_one(problem)][:2],
    )


def cell_of(row: PreviewRow, page: PreviewPage, at: int) -> Cell:
    header = page.headers[at] if at < len(page.headers) else ""
    text = row.cells[at] if at < len(row.cells) else ""
    return Cell(at, header or f"#{at + 1}", text, row.problems.get(at, []))


def columns_of(page: PreviewPage, shown: list[int]) -> list[str]:
    """The headings over the cells shown."""
    return [(page.headers[at] if at < len(page.headers) else "") or f"#{at + 1}" for at in shown]


def context_of(run: ImportRun, page: PreviewPage, action: str) -> dict[str, Any]:
    """What the page of one kind of rows needs."""
    tabs = tabs_of(run)
    counts = {tab.action: tab for tab in tabs}
    context: dict[str, Any] = {
        **around(run, action),
        "page": page,
        "caption": counts[action].label,
        "previous": page.number - 1,
        "next": page.number + 1,
        **about_pictures(run),
    }
    if action == Action.REFUSED:
        shown = shown_positions(page)
        context |= as_table(page, shown)
        context["rows"] = [row_to_fix(row, page, shown) for row in page.rows]
    return context


def around(run: ImportRun, action: str) -> dict[str, Any]:
    """What stands around the rows: tabs, the button with the number of rows, what to ask."""
    importable = run.counts.get("new", 0) + run.counts.get("update", 0)
    shares = ImportOptions.from_json(run.options).shared_email
    return {
        "run": run,
        "show": action,
        "tabs": tabs_of(run),
        "importable": importable,
        "shares": shares,
    }


def about_pictures(run: ImportRun) -> dict[str, Any]:
    """What came, or will come, of the pictures beside the table."""
    if not run.picture_counts:
        return {}
    problems = run.picture_counts.get("problems", [])
    return {
        "pictures": run.picture_counts,
        "picture_problems": problems[:MOST_PICTURES],
        "more_pictures": max(0, len(problems) - MOST_PICTURES),
    }


def as_table(page: PreviewPage, shown: list[int]) -> dict[str, Any]:
    """The columns of a table of rows to fix, for those who draw one row of it later."""
    return {"headings": columns_of(page, shown), "shown": ",".join(map(str, shown))}


def page_of_row(run: ImportRun, line: int) -> PreviewPage:
    """A page with this row alone, whatever it does."""
    row = previewing.one_row(run, line)
    headers = run.table.get("headers", [])
    return PreviewPage([row] if row else [], headers, previewing.columns_of(run), 1, 1, 1)


def context_of_fix(
    run: ImportRun, page: PreviewPage, outcome: str, *, shown: str
) -> dict[str, Any]:
    """What an answer with one row needs, to a table that shows these columns."""
    asked = shown.split(",")[:MOST_SHOWN]
    positions = [int(at) for at in asked if at.isdecimal() and len(at) < 6]
    context = {**around(run, Action.REFUSED), "page": page, "outcome": outcome}
    for row in page.rows:
        context |= as_table(page, positions) | {"line": row.line, "width": len(positions) + 1}
        if row.action == Action.REFUSED:
            context["row"] = row_to_fix(row, page, positions)
    return context


def outcome_of(row: ImportRow) -> str:
    """What a row does after one of its cells was fixed, in a sentence."""
    sentences = {
        Action.NEW: _("Row %(line)s is right now: a new customer."),
        Action.UPDATE: _("Row %(line)s is right now: it updates a customer."),
        Action.UNCHANGED: _("Row %(line)s is right now: it changes nothing."),
        Action.SKIP: _("Row %(line)s is right now: you have this customer already."),
    }
    if row.action not in sentences:
        problems = " ".join(text for _header, text in row.problems or [])
        return f"{_('Row %(line)s still needs fixing.') % {'line': row.line}} {problems}"
    return str(sentences[Action(row.action)] % {"line": row.line})
