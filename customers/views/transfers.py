"""Imports and exports: who carried customers in or out, when, which file, how many."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from accounts.models import User
from customers import undoing
from customers.importing import steps
from customers.models import ChangeSet, ExportRun, ImportRun
from customers.values import read_number

PER_PAGE = 25
TONES = {
    ImportRun.State.DONE: "green",
    ImportRun.State.FAILED: "red",
    ImportRun.State.STOPPED: "amber",
    ImportRun.State.UPLOADED: "gray",
    ImportRun.State.CHECKED: "amber",
}


@dataclass(frozen=True)
class Row:
    """One import or export as the page shows it."""

    run: ImportRun | ExportRun
    is_import: bool
    at: datetime
    who: str
    state: str
    tone: str
    counts: list[tuple[str, int]]
    url: str = ""
    undo: str = ""
    is_ready: bool = False


class Transfers(StaffRequired, View):
    """The imports and exports of everybody, the newest first."""

    permission_required = (roles.IMPORT, roles.EXPORT)

    def get(self, request: HttpRequest) -> HttpResponse:
        number = max(1, read_number(request.GET.get("page", "")) or 1)
        start = (number - 1) * PER_PAGE
        found = list(everything()[start : start + PER_PAGE + 1]) if number < 10**6 else []
        context = {
            "rows": rows_of(found[:PER_PAGE], signed_in(request)),
            "newer": number - 1,
            "older": number + 1 if len(found) > PER_PAGE else 0,
        }
        return render(request, "customers/transfers.html", context)


def everything() -> QuerySet[Any, tuple[datetime, str, int]]:
    """(when, import or export, primary key) of each, the newest first. A check by the command line
    alone carries nobody anywhere."""
    kind = CharField()
    imports = ImportRun.objects.exclude(source=ChangeSet.Source.COMMAND, digest="")
    ins = imports.values_list("started_at", Value("import", output_field=kind), "pk")
    outs = ExportRun.objects.values_list("at", Value("export", output_field=kind), "pk")
    return ins.union(outs, all=True).order_by("-started_at", "-pk")


def rows_of(found: list[tuple[datetime, str, int]], user: User) -> list[Row]:
    imports = ImportRun.objects.select_related("by", "change_set__undone_by__job", "job")
    exports = ExportRun.objects.select_related("by", "customer", "job")
    ins = imports.in_bulk([pk for _at, kind, pk in found if kind == "import"])
    outs = exports.in_bulk([pk for _at, kind, pk in found if kind == "export"])
    rows = []
    for _at, kind, pk in found:
        if kind == "import" and pk in ins:
            rows.append(row_of_import(ins[pk]))
        elif kind == "export" and pk in outs:
            rows.append(row_of_export(outs[pk], user))
    return rows


def row_of_import(run: ImportRun) -> Row:
    counts = counts_of(run)
    named = [
        (_("new"), counts.get("new", 0)),
        (_("updated"), counts.get("update", 0)),
        (_("not imported"), counts.get("refused", 0)),
    ]
    state, tone = state_of_import(run)
    return Row(
        run=run,
        is_import=True,
        at=run.started_at,
        who=run.by_name or _("Command line"),
        state=state,
        tone=tone,
        counts=[(word, number) for word, number in named if number],
        url=address_of_import(run),
        undo=undo_until(run.change_set),
    )


def state_of_import(run: ImportRun) -> tuple[str, str]:
    """A word and its tone; who undid an import does not care any more how it had ended."""
    undone = getattr(run.change_set, "undone_by", None)
    if undone is not None and not undone.has_stopped:
        return (_("Undone"), "gray") if undone.plan is None else (_("Being undone"), "blue")
    return str(run.get_state_display()), TONES.get(ImportRun.State(run.state), "blue")


def counts_of(run: ImportRun) -> dict[str, int]:
    """What came of an import so far: of a check, nothing."""
    if run.change_set is None and run.state != ImportRun.State.DONE:
        return {}
    return run.counts if run.state == ImportRun.State.DONE else steps.counts_of_taken(run)


def address_of_import(run: ImportRun) -> str:
    """The page of the import; the command line's have none."""
    if run.source == ChangeSet.Source.COMMAND:
        pk = run.change_set_id
        return reverse("customers:change", args=[pk]) if pk else ""
    return reverse("customers:import-run", args=[run.pk])


def undo_until(change_set: ChangeSet | None) -> str:
    """Until when the import can be undone; nothing when it can't be."""
    if change_set is None or not undoing.awaits_undo(change_set):
        return ""
    until = undoing.undo_until(change_set)
    if until is None:
        return ""
    return _("Undo until %(day)s") % {"day": date_format(timezone.localtime(until), "j M Y")}


def row_of_export(run: ExportRun, user: User) -> Row:
    """Only who asked for a file is led to it."""
    is_own = run.by_id == user.pk
    state, tone = state_of_export(run)
    return Row(
        run=run,
        is_import=False,
        at=run.at,
        who=run.by_name or _("Command line"),
        state=state,
        tone=tone,
        counts=[("", run.count)] if run.state != run.State.WRITING else [],
        url=reverse("customers:export-run", args=[run.pk]) if is_own and run.total else "",
        is_ready=is_own and run.is_ready,
    )


def state_of_export(run: ExportRun) -> tuple[str, str]:
    """A word and its tone."""
    if run.has_failed:
        return str(run.State.FAILED.label), "red"
    if run.state == run.State.DONE and run.kept_until and run.kept_until < timezone.now():
        return str(run.State.EXPIRED.label), "gray"
    tones = {run.State.WRITING: "blue", run.State.DONE: "green", run.State.STOPPED: "amber"}
    return str(run.get_state_display()), tones.get(run.State(run.state), "gray")
