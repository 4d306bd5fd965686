"""Put a cell right on the page: its row is checked again by the same rules, repeats included.

What is promised: no two rows that will be imported say the same. The row that is put right gives
way: if another one says what it says now, it needs fixing still, with that row named. Rows that
only repeated what it said before are free. The fix stays with the run, also when the whole file is
checked again, and the error file and the import use it.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from customers.cells import storable
from customers.importing import runs, staging, steps
from customers.importing.changes import FIELDS
from customers.importing.checking import CheckedRow
from customers.importing.fixes import put_in
from customers.importing.previewing import can_fix
from customers.importing.problems import NotNow
from customers.importing.reading import LONGEST_CELL
from customers.importing.recognising import name_key
from customers.importing.repeats import sentence_for
from customers.models import ImportFix, ImportRow, ImportRun

State = ImportRun.State
Action = ImportRow.Action
TRIES = 6
SAID = ("first_name", "last_name", "phone", "phone_extension", "gender", "date_of_birth", "note")
Keys = dict[str, Any]  # kind of repeat -> what the row says


class Outcome(NamedTuple):
    """What becomes of a row: as checked again, and the line that it repeats."""

    row: CheckedRow
    repeats: int | None


class Said(NamedTuple):
    """A row that will be imported: its line, its customer and what other rows must not say."""

    line: int
    customer_id: int | None
    keys: Keys


def fix_cell(
    run: ImportRun, line: int, column: int, text: str, *, by: User | None, seen: str | None = None
) -> ImportRow:
    """Give one cell another text and check its row again; returns the row as it is then.

    `column` counts from 0. `seen` is the text that the page showed: if somebody else has changed
    the cell since, NotNow is raised and says so. Raises NotNow also when the row was imported
    already, when it is none that can be fixed (only rows that need it, rows that those repeat, and
    rows that were fixed before), and in the wrong state. The counts of the run are right
    afterwards.
    """
    text = storable(text)
    if len(text) > LONGEST_CELL:
        raise NotNow(_("This text is too long for a cell."))
    for _try in range(TRIES):
        run.refresh_from_db()
        before = (run.fence, run.revision)
        row = row_to_fix(run, line, column, text, seen)
        outcomes = judge(run, row, put_in(list(row.cells or []), {column: text}))
        with transaction.atomic():
            steps.hold(run, State.CHECKED, State.STOPPED, State.FAILED)
            if (run.fence, run.revision) == before:
                write(run, outcomes)
                keep_fix(run, line, column, text, by)
                return run.rows.get(line=line)
    raise NotNow(_("Others are changing this file at the moment. Try again."))


def row_to_fix(run: ImportRun, line: int, column: int, text: str, seen: str | None) -> ImportRow:
    """The row. Raises NotNow when this cell of it can't be fixed now."""
    if run.state not in (State.CHECKED, State.STOPPED, State.FAILED) or run.checked_at is None:
        raise NotNow(steps.sentence_about(run))
    row = run.rows.filter(line=line).first()
    if row is None:
        raise NotNow(_("There is no row %(row)s in this file any more.") % {"row": line})
    if row.done and row.action in (Action.NEW, Action.UPDATE):
        raise NotNow(_("Row %(row)s is imported already.") % {"row": line})
    if not can_fix(row):
        raise NotNow(_("Row %(row)s needs no fixing.") % {"row": line})
    cells = row.cells or []
    if not 0 <= column < max(len(cells), len(run.table["headers"])):
        raise NotNow(_("There is no such column."))
    now = cells[column] if column < len(cells) else ""
    if seen is not None and now not in (seen, text):
        raise NotNow(
            _("Somebody else has changed this cell meanwhile. It says: %(text)s") % {"text": now}
        )
    return row


def judge(run: ImportRun, row: ImportRow, cells: list[str]) -> list[Outcome]:
    """What becomes of the row with these cells, and of those that repeated it."""
    work = runs.reopen(run)
    following = run.rows.filter(repeats=row.line, action=Action.REFUSED, cells__isnull=False)
    rows = [(one.line, list(one.cells or [])) for one in following.order_by("line")]
    checked = runs.make_checker(work).check_all([(row.line, cells), *rows])
    runs.make_recogniser(work, runs.earlier_run(run)).decide(checked)
    kinds = kinds_of_repeat(work)
    said = said_by_others(run, row.line, [keys_of(one, kinds) for one in checked], kinds)
    outcomes = []
    for one in checked:
        repeats = None
        if one.action != Action.REFUSED:
            repeats = refuse_if_said(one, keys_of(one, kinds), said, work.headers())
        if one.action != Action.REFUSED:
            said.append(Said(one.line, one.customer_id, keys_of(one, kinds)))
        outcomes.append(Outcome(one, repeats))
    return outcomes


def kinds_of_repeat(work: runs.Import) -> list[str]:
    """What two rows must not both say, in the order in which it is looked for."""
    kinds = ["customer_id", "external_id"]
    if "email" in work.options.match:
        kinds.append("name and email" if work.options.shared_email else "email")
    if "phone" in work.options.match:
        kinds.append("phone")
    return [*kinds, "all"]


def keys_of(row: CheckedRow, kinds: Sequence[str]) -> Keys:
    """What the row says of each kind, as far as it says something."""
    values = row.values
    email, external = values.get("email"), values.get("external_id")
    keys: Keys = {
        "customer_id": row.customer_id,
        "external_id": external,
        "email": email,
        "name and email": (email, name_key(row)) if email else None,
        "phone": values.get("phone"),
    }
    if email is None and external is None and not row.customer_id:
        keys["all"] = tuple(values.get(name) or "" for name in SAID)
    return {kind: keys[kind] for kind in kinds if keys.get(kind)}


def said_by_others(
    run: ImportRun, line: int, wanted: Iterable[Keys], kinds: Sequence[str]
) -> list[Said]:
    """The other rows that will be, or were, imported and say one of the wanted things."""
    values: dict[str, set[Any]] = {}
    for keys in wanted:
        for kind, value in keys.items():
            values.setdefault(kind, set()).add(value)
    about = Q()
    for kind, told in values.items():
        if kind == "name and email":
            about |= Q(email__in={email for email, _name in told})
        elif kind == "all":
            names = {one[0] for one in told}
            is_new = Q(customer=None) | Q(action=Action.NEW)
            about |= Q(is_new, email=None, external_id=None, first_name__in=names)
        else:
            about |= Q(**{f"{kind}__in": told})
    if not about:
        return []
    others = run.rows.filter(about).exclude(action=Action.REFUSED).exclude(line=line)
    rows = others.order_by("line").values("line", "action", "customer_id", *FIELDS)
    return [said_by(row, kinds) for row in rows]


def said_by(staged: dict[str, Any], kinds: Sequence[str]) -> Said:
    """What a staged row says; one that was imported says what it said when it was new."""
    line, action, customer = (staged.pop(name) for name in ("line", "action", "customer_id"))
    values = {name: value for name, value in staged.items() if value is not None}
    was_known = None if action == Action.NEW else customer
    keys = keys_of(CheckedRow(line, [], values, customer_id=was_known), kinds)
    return Said(line, customer, {**keys, "customer_id": customer} if customer else keys)


def refuse_if_said(
    row: CheckedRow, keys: Keys, said: Iterable[Said], headers: dict[str, str]
) -> int | None:
    """Refuse the row when another one says the same; returns that one's line."""
    for kind, value in keys.items():
        for other in said:
            if other.keys.get(kind) == value and not may_share(kind, row, other):
                name = kind.rpartition(" ")[2]
                sentence = (
                    _("Row %(row)s says exactly the same.") if kind == "all" else sentence_for(name)
                )
                row.refuse(headers.get(name, ""), sentence % {"row": other.line})
                row.customer_id = None
                return other.line
    return None


def may_share(kind: str, row: CheckedRow, other: Said) -> bool:
    """Whether both are customers who exist already: these keep what they share."""
    if kind == "external_id" or not row.customer_id or not other.customer_id:
        return False
    return row.customer_id != other.customer_id


def write(run: ImportRun, outcomes: Sequence[Outcome]) -> None:
    """Stage the rows anew, with their cells, and move the counts along."""
    lines = [outcome.row.line for outcome in outcomes]
    staged = run.rows.filter(line__in=lines)
    counts = dict(run.counts)
    for action in staged.values_list("action", flat=True):
        counts[runs.COUNTED[action]] -= 1
    staged.delete()
    staging.stage(run.pk, [outcome.row for outcome in outcomes])
    for outcome in outcomes:
        row = outcome.row
        counts[runs.COUNTED[row.action]] += 1
        cells = [storable(cell) for cell in row.cells]
        run.rows.filter(line=row.line).update(cells=cells, repeats=outcome.repeats)
    run.counts, run.revision = counts, run.revision + 1
    run.save(update_fields=["counts", "revision"])


def keep_fix(run: ImportRun, line: int, column: int, text: str, by: User | None) -> None:
    ImportFix.objects.update_or_create(
        run=run, line=line, column=column, defaults={"text": text, "by": by, "at": timezone.now()}
    )
