"""Recent changes: who did what to how many, and the undo of each act."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from accounts.models import User
from appointments import recording
from appointments.models import Appointment
from customers import bulk, undoing
from customers.models import Change, ChangeSet, Customer, Merge
from customers.timeline import who
from customers.values import read_number
from customers.views.requests import for_dialog, way_back
from customers.views.telling import tell_what_happened, with_names
from notifications.progress import progress_of, whom_it_missed

PER_PAGE = 25
SHOWN = 50
OFTEN = 20_000  # messages that are counted every second; more are counted every ten


class Changes(StaffRequired, View):
    """The acts of everybody, the newest first."""

    permission_required = roles.VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        older_than = read_number(request.GET.get("before", ""))
        sets = with_relatives().order_by("-pk")
        if older_than is not None:
            sets = sets.filter(pk__lt=older_than)
        found = list(sets[: PER_PAGE + 1])
        page = found[:PER_PAGE]
        alone = only_customers([each.pk for each in page if each.size == 1])
        user = signed_in(request)
        visits = visits_of(page)
        rows = [
            row_of(each, user)
            | {"customer": whom(each, alone, visits), "visit": visits.get(each.pk)}
            for each in page
        ]
        context = {
            "rows": rows,
            "next_before": page[-1].pk if len(found) > PER_PAGE else None,
            "is_first_page": older_than is None,
        }
        return render(request, "customers/changes.html", context)


class ChangeSetPage(StaffRequired, View):
    """One act: how far it is, whom it changed, whom it left out and why."""

    permission_required = roles.VIEW

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        change_set = get_object_or_404(with_relatives(), pk=pk)
        visit = visits_of([change_set]).get(pk)
        if visit:
            return redirect("appointments:detail", visit.pk)
        reasons = {int(key): text for key, text in change_set.left_out.get("reasons", {}).items()}
        changes = change_set.changes.select_related("customer").order_by("pk")
        context = {
            **row_of(change_set, signed_in(request)),
            "customers": [change.customer for change in changes[:SHOWN]],
            "more": max(0, change_set.changes.count() - SHOWN),
            "left_out": with_names(reasons, SHOWN),
            "unnamed": max(0, change_set.left_out.get("count", 0) - SHOWN),
            "percent": min(100, change_set.size * 100 // max(1, change_set.total)),
        }
        if change_set.kind == ChangeSet.Kind.ALLOW:
            context |= messages_of(change_set)
        part = "#progress" if for_dialog(request) else ""
        answer = render(request, f"customers/change.html{part}", context)
        if part and not context["running"] and not context.get("sending"):
            answer["HX-Refresh"] = "true"  # whom it changed, and Undo, stand beside the progress
        return answer


class Undo(StaffRequired, View):
    """Takes an act back, as far as its customers did not change since."""

    permission_required = roles.VIEW
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        change_set = get_object_or_404(ChangeSet, pk=pk)
        user = signed_in(request)
        if not undoing.may_undo(user, change_set):
            raise PermissionDenied
        source = ChangeSet.Source.BACK_OFFICE
        try:
            done = bulk.begin_undoing(change_set, by=user, source=source)
        except undoing.CannotUndo as problem:
            messages.error(request, str(problem))
            return redirect(way_back(request))
        if done.plan is not None:
            return redirect("customers:change", done.pk)
        tell_what_happened(request, done)
        return redirect(way_back(request))


def messages_of(change_set: ChangeSet) -> dict[str, Any]:
    """What became of the passwords of the act, and whom none reached."""
    progress = progress_of(change_set)
    missed = whom_it_missed(change_set, SHOWN) if progress.missed else {}
    return {
        "progress": progress,
        "sending": not progress.is_over,
        "missed": with_names(missed, SHOWN),
        "often": progress.total <= OFTEN,
    }


def with_relatives() -> Any:
    return ChangeSet.objects.select_related(
        "undone_by__job", "undoes", "import_run", "job", "merge__into"
    )


def row_of(change_set: ChangeSet, user: User) -> dict[str, Any]:
    """A change set as the pages show it."""
    return {
        "change_set": change_set,
        "who": who(change_set),
        "undone": getattr(change_set, "undone_by", None),
        "running": change_set.plan is not None,
        "failed": change_set.has_stopped,
        "undoable": undoing.awaits_undo(change_set) and undoing.may_undo(user, change_set),
    }


def whom(
    change_set: ChangeSet, alone: dict[int, Customer], visits: dict[int, Appointment]
) -> Customer | None:
    """The customer that the act was about, if it was one: of a merge, who was kept."""
    merge: Merge | None = getattr(change_set, "merge", None)
    if merge:
        return merge.into
    visit = visits.get(change_set.pk)
    return visit.customer if visit else alone.get(change_set.pk)


def only_customers(pks: list[int]) -> dict[int, Customer]:
    """Of change sets on one customer each, that customer."""
    changes = Change.objects.filter(change_set__in=pks).select_related("customer")
    return {change.change_set_id: change.customer for change in changes}


def visits_of(change_sets: list[ChangeSet]) -> dict[int, Appointment]:
    """Of acts on an appointment, which one it was."""
    kinds = (*recording.KINDS, ChangeSet.Kind.UNDO)
    pks = [each.pk for each in change_sets if each.kind in kinds]
    return recording.appointments_of(pks) if pks else {}
