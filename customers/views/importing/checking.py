"""Step 3 of the import wizard: what each row would do, and cells that are fixed on the page."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.access import signed_in
from customers.importing import fixing, previewing, steps
from customers.importing.options import ImportOptions
from customers.models import ImportRun
from customers.values import read_number
from customers.views.importing import found, progress
from customers.views.importing.pages import RunView
from customers.views.requests import for_dialog

State = ImportRun.State
LARGEST = 2**31 - 1  # row numbers and columns beyond it are nobody's


class Check(RunView, View):
    """What the check found; while it runs, how far it is. POST checks everything once more."""

    states = (State.CHECKING, State.CHECKED)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.run_of(pk)
        if not self.is_due(run):
            return self.lead_on(request, run)
        if run.state == State.CHECKING:
            return self.show_progress(request, run)
        if for_dialog(request):  # it was the progress that asked: the answer is the page
            messages.success(request, _("%(file)s is checked.") % {"file": run.file_name})
            return self.lead_on(request, run)
        tabs = found.tabs_of(run)
        action = found.tab_asked_for(request.GET.get("show", ""), tabs)
        page = previewing.rows(run, action=action, page=page_asked_for(request.GET))
        context = found.context_of(run, page, action)
        return render(request, "customers/import/check.html", context)

    def show_progress(self, request: HttpRequest, run: ImportRun) -> HttpResponse:
        part = "progress.html#card" if for_dialog(request) else "check.html"
        heading = _("Checking %(file)s") % {"file": run.file_name}
        here = reverse("customers:import-check", args=[run.pk])
        context = {
            "run": run,
            "checking": True,
            "stop_url": reverse("customers:import-stop", args=[run.pk]),
            "stop": _("Stop checking"),
            **progress.context_of(request, steps.where(run), heading=heading, here=here),
        }
        return render(request, f"customers/import/{part}", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.run_of(pk)
        if request.POST.get("shared_email"):
            options = ImportOptions.from_json(run.options)
            steps.choose(run, replace(options, shared_email=True))
        steps.start_check(run)
        return redirect("customers:import-check", run.pk)


class Fix(RunView, View):
    """One cell gets another text; its row is checked again and comes back as it is then."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run, sent = self.run_of(pk), request.POST
        line, column = (read_number(sent.get(name, "")) for name in ("line", "column"))
        if line is None or column is None or line > LARGEST or column > LARGEST:
            return HttpResponseBadRequest(_("Say which cell is meant."))
        text, seen = sent.get("text", ""), sent.get("seen")
        if seen and "\n" in seen:  # browsers write line ends in their own way
            seen = None
        row = fixing.fix_cell(run, line, column, text, by=signed_in(request), seen=seen)
        run.refresh_from_db(fields=["counts"])
        outcome = found.outcome_of(row)
        if for_dialog(request):
            page = found.page_of_row(run, line)
            context = found.context_of_fix(run, page, outcome, shown=sent.get("shown", ""))
            return render(request, "customers/import/check.html#fixes", context)
        messages.info(request, outcome)
        place = f"?show=refused&page={page_asked_for(sent)}#row-{line}"
        return redirect(reverse("customers:import-check", args=[run.pk]) + place)


def page_asked_for(asked: QueryDict) -> int:
    return read_number(asked.get("page", "")) or 1
