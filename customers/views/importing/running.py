"""Step 4 of the import wizard: the rows are taken in, and what came of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.access import signed_in
from customers import bulk, undoing
from customers.importing import steps
from customers.importing.problems import NotNow
from customers.models import ChangeSet, ImportRun
from customers.views.importing import progress, result
from customers.views.importing.pages import RunView
from customers.views.requests import for_dialog

State = ImportRun.State


class Run(RunView, View):
    """The address of a run in any state: it leads to the step that is due, or shows how the
    import goes, or what came of it."""

    states = (State.SAVING, State.STOPPED, State.DONE, State.FAILED)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.run_of(pk)
        if not self.is_due(run):
            return self.lead_on(request, run)
        working = run.state == State.SAVING or result.is_being_undone(run)
        part = "progress.html#card" if for_dialog(request) else "run.html"
        if working:
            context = self.progress_of(request, run)
        elif for_dialog(request):  # it was the progress that asked: the answer is the page
            result.tell(request, run)
            return self.lead_on(request, run)
        else:
            part, context = "run.html", result.context_of(request, run)
        context |= {"run": run, "working": working}
        return render(request, f"customers/import/{part}", context)

    def progress_of(self, request: HttpRequest, run: ImportRun) -> dict[str, Any]:
        here = reverse("customers:import-run", args=[run.pk])
        if run.state == State.SAVING:
            heading = _("Importing %(file)s") % {"file": run.file_name}
            context = progress.context_of(request, steps.where(run), heading=heading, here=here)
            stop_url = reverse("customers:import-stop", args=[run.pk])
            return context | {"stop_url": stop_url, "stop": _("Stop")}
        heading = _("Undoing the import of %(file)s") % {"file": run.file_name}
        return progress.context_of(request, result.undone_so_far(run), heading=heading, here=here)


class Start(RunView, View):
    """Begin to import what was checked, or go on with what was stopped."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.run_of(pk)
        steps.start_saving(run, by=signed_in(request))
        return redirect("customers:import-run", run.pk)


class Stop(RunView, View):
    """Asked first; what is imported by then is kept or undone afterwards."""

    states = (State.CHECKING, State.SAVING)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.run_of(pk)
        if not self.is_due(run):
            return self.lead_on(request, run)
        part = "#dialog" if for_dialog(request) else ""
        context = {"run": run, "progress": steps.where(run)}
        return render(request, f"customers/import/stop.html{part}", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.run_of(pk)
        steps.stop(run)
        return redirect("customers:import-run", run.pk)


class Keep(RunView, View):
    """What a stopped import has taken stays; it is done."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.run_of(pk)
        steps.keep_what_was_taken(run)
        return redirect("customers:import-run", run.pk)


class UndoImport(RunView, View):
    """Asked first; who changed since is left as they are."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.run_of(pk)
        if not result.is_undoable(run):
            raise NotNow(str(undoing.CannotUndo()))
        part = "#dialog" if for_dialog(request) else ""
        context = {"run": run, "what_undo_does": result.what_undo_does(result.counts_now(run))}
        return render(request, f"customers/import/undo.html{part}", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.run_of(pk)
        if run.change_set is None:
            raise NotNow(_("Nothing was imported yet."))
        try:
            source = ChangeSet.Source.BACK_OFFICE
            bulk.begin_undoing(run.change_set, by=signed_in(request), source=source)
        except undoing.CannotUndo as reason:
            raise NotNow(str(reason)) from None
        return redirect("customers:import-run", run.pk)
