"""Step 2 of the import wizard: where the columns go, and what the file leaves open."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from customers.forms.matching_columns import ColumnsForm
from customers.importing import looking, steps
from customers.importing.columns import meanings
from customers.importing.headers import stand_ins
from customers.importing.looking import Look, LookedColumn
from customers.importing.options import ImportOptions
from customers.importing.problems import FileRefused, NotNow
from customers.list_parts import number
from customers.models import ImportRun
from customers.views.importing.pages import RunView
from customers.views.importing.upload import add_photos

State = ImportRun.State
BADGES = {
    "meaning": ("green", "check"),
    "remembered": ("green", "check"),
    "told": ("green", "check"),
    "": ("gray", ""),
}


class Columns(RunView, View):
    """The columns with what they hold. As long as nothing is imported, one may come back here."""

    states = (State.UPLOADED, State.CHECKED, State.FAILED)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.run_of(pk)
        if not self.is_due(run) or run.change_set:
            return self.lead_on(request, run)
        try:
            look = looking.look(run)
        except FileRefused as error:  # as when the upload is gone
            messages.error(request, str(error))
            return redirect("customers:import")
        return self.show(request, run, ColumnsForm(look, ImportOptions.from_json(run.options)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.run_of(pk)
        if not self.is_due(run):
            return self.lead_on(request, run)
        options = ImportOptions.from_json(run.options)
        if "look" in request.POST:
            return self.look_again(request, run, options)
        form = ColumnsForm(looking.look(run), options, request.POST, request.FILES)
        if not form.is_valid():
            return self.show(request, run, form)
        steps.choose(run, form.chosen())
        add_photos(request, run, form.cleaned_data["photos"])
        steps.start_check(run)
        return redirect("customers:import-check", run.pk)

    def look_again(
        self, request: HttpRequest, run: ImportRun, options: ImportOptions
    ) -> HttpResponse:
        """At another sheet; where there is no table on it, the one before stays."""
        sheet = request.POST.get("sheet", "")
        if sheet not in run.look.get("sheets", []):
            raise NotNow(_("There is no sheet of this name."))
        steps.choose(run, replace(options, sheet=sheet))
        try:
            looking.look(run)
        except FileRefused as error:
            steps.choose(run, options)
            messages.error(request, str(error))
        return redirect("customers:import-columns", run.pk)

    def show(self, request: HttpRequest, run: ImportRun, form: ColumnsForm) -> HttpResponse:
        columns = list(columns_of(form))
        context = {
            "run": run,
            "form": form,
            "look": form.look,
            "columns": [one for one in columns if not one["is_spare"]],
            "empty_columns": [one for one in columns if one["is_spare"]],
            "summary": " ".join(summary(form.look)),
        }
        status = 422 if form.is_bound else 200
        return render(request, "customers/import/columns.html", context, status=status)


def columns_of(form: ColumnsForm) -> Iterator[dict[str, Any]]:
    """The columns of the file as the page lists them."""
    headers = [column.header for column in form.look.columns]
    known, spare = meanings(headers), set(chain.from_iterable(stand_ins(headers).values()))
    for column in form.look.columns:
        field = form[f"column-{column.position}"]
        chosen = field.value() or ""
        yield {
            "is_spare": not (column.samples or chosen or field.errors),
            "header": field.label,
            "samples": column.samples,
            "field": field,
            "badge": badge(
                column, known[column.position], chosen, stands_in=column.position in spare
            ),
        }


def badge(
    column: LookedColumn, meaning: str | None, chosen: str, *, stands_in: bool
) -> dict[str, str]:
    """Why a column goes where it goes, in a word."""
    words = {
        "meaning": _("Matched"),
        "remembered": _("As last time"),
        "told": _("Your choice"),
        "": _("Stands in") if stands_in else _("Left out"),
    }
    because = "told" if chosen != column.field else column.because
    if not chosen or chosen == meaning:
        because = "meaning" if chosen else ""
    tone, icon = BADGES[because]
    return {"label": words[because], "tone": tone, "icon": icon}


def summary(look: Look) -> Iterator[str]:
    """How many rows, and how much of the file is understood by itself."""
    text = ngettext("%(n)s row.", "%(n)s rows.", look.rows)
    yield text % {"n": number(look.rows)}
    matched = sum(bool(column.field) for column in look.columns)
    text = ngettext(
        "%(matched)s of %(n)s column is matched; the rest is left out unless you choose.",
        "%(matched)s of %(n)s columns are matched; the rest is left out unless you choose.",
        len(look.columns),
    )
    if matched == len(look.columns):
        text = _("All columns are matched.")
    yield text % {"matched": matched, "n": len(look.columns)}
    yield f"({look.about})"
