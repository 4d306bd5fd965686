"""What came of an import, and of its undo."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import ngettext

from customers import undoing
from customers.filters import BY_RUN
from customers.importing.steps import Progress, counts_of_taken
from customers.importing.taken import customers_of
from customers.left_behind import left_behind, reason_of
from customers.list_parts import number
from customers.models import Access, ChangeSet, ImportRun
from customers.values import read_number
from customers.views.importing import found
from customers.views.telling import tell_what_happened

State = ImportRun.State
ON_A_PAGE = 50


def undone_by(run: ImportRun) -> ChangeSet | None:
    """The undo of the run, if there is one."""
    return getattr(run.change_set, "undone_by", None) if run.change_set else None


def is_being_undone(run: ImportRun) -> bool:
    undo = undone_by(run)
    return undo is not None and undo.plan is not None and not undo.has_stopped


def undone_so_far(run: ImportRun) -> Progress:
    """How far the undo of the run is."""
    undo = undone_by(run)
    if undo is None:
        return Progress("")
    return Progress("undoing", done=undo.size, total=undo.total)


def is_undoable(run: ImportRun) -> bool:
    """Whether something was imported that can be taken back now."""
    return run.change_set is not None and undoing.awaits_undo(run.change_set)


def what_undo_does(counts: Mapping[str, int]) -> str:
    """What becomes of those who were added and of those who were updated, in a sentence or two."""
    added, updated = counts.get("new", 0), counts.get("update", 0)
    sentences = []
    if added:
        text = ngettext(
            "Undo moves the %(n)s added customer to the Archive.",
            "Undo moves the %(n)s added customers to the Archive.",
            added,
        )
        sentences.append(text % {"n": number(added)})
    if updated:
        text = ngettext(
            "The %(n)s updated customer is put back as before.",
            "The %(n)s updated customers are put back as before.",
            updated,
        )
        sentences.append(text % {"n": number(updated)})
    return " ".join(sentences)


def counts_now(run: ImportRun) -> dict[str, int]:
    """The counts of the run; of one that did not come to its end, of what it has taken."""
    return dict(run.counts) if run.state == State.DONE else counts_of_taken(run)


def context_of(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    """What the page of a run needs that nobody works on now."""
    counts = counts_now(run)
    taken = counts.get("new", 0) + counts.get("update", 0)
    undo = undone_by(run)
    return {
        "counts": counts,
        "taken": taken,
        "total": taken + counts.get("left", 0),
        "seconds": seconds_taken(run),
        "undo": undo,
        "may_undo": is_undoable(run),
        "undo_until": undoing.undo_until(run.change_set) if run.change_set else None,
        "without_login": 0 if undo else without_login(run),
        "has_errors": counts.get("refused", 0) and run.rows.filter(action="refused").exists(),
        **found.about_pictures(run),
        "what_undo_does": what_undo_does(counts),
        "imported_url": f"{reverse('customers:list')}?imported={BY_RUN}{run.pk}",
        "stayed": stayed(request, undo) if undo else None,
    }


def without_login(run: ImportRun) -> int:
    """How many of those whom the import brought never had a login, and have an e-mail address."""
    if run.state != State.DONE:
        return 0
    return customers_of(run).filter(access=Access.NONE).exclude(email="").count()


def tell(request: HttpRequest, run: ImportRun) -> None:
    """Say to who looked on what came of it; screen readers speak it."""
    undo = undone_by(run)
    if undo is not None:
        tell_what_happened(request, undo)
    elif run.state == State.DONE:
        counts = counts_now(run)
        taken = counts.get("new", 0) + counts.get("update", 0)
        text = ngettext("%(n)s customer imported.", "%(n)s customers imported.", taken)
        messages.success(request, text % {"n": number(taken)})


def seconds_taken(run: ImportRun) -> int | None:
    """From the start of the job to the end of the import."""
    began = run.job.created_at if run.job else None
    if began is None or run.finished_at is None:
        return None
    return max(1, round((run.finished_at - began).total_seconds()))


def stayed(request: HttpRequest, undo: ChangeSet) -> dict[str, Any]:
    """Whom the undo left as they are, because they changed since, some on each page."""
    total = undo.left_out.get("count", 0)
    pages = max(1, -(-total // ON_A_PAGE))
    page = min(max(read_number(request.GET.get("page", "")) or 1, 1), pages)
    first = (page - 1) * ON_A_PAGE
    left = left_behind(undo)[first : first + ON_A_PAGE]
    return {
        "count": total,
        "rows": [
            {"customer": change.customer, "reason": reason_of(change, undo)} for change in left
        ],
        "number": page,
        "pages": pages,
    }
