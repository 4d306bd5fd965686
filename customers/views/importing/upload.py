"""Step 1 of the import wizard: a file, a pasted table, pictures; and the way back out."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from customers.forms.importing import UploadForm
from customers.importing import uploads
from customers.importing.problems import FileRefused
from customers.models import ImportRun
from customers.views.importing.pages import RunView
from customers.views.requests import for_dialog, leave

SHOWN = 3
State = ImportRun.State


class Upload(StaffRequired, View):
    """The file comes in; everything else is asked on the next page."""

    permission_required = roles.IMPORT

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, UploadForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(request, form)
        try:
            run = self.accept(request, form.cleaned_data)
        except FileRefused as error:
            form.add_error("pasted" if form.cleaned_data["file"] is None else "file", str(error))
            return self.show(request, form)
        add_photos(request, run, form.cleaned_data["photos"])
        return leave(request, reverse("customers:import-columns", args=[run.pk]))

    def accept(self, request: HttpRequest, data: dict[str, Any]) -> ImportRun:
        by, file = signed_in(request), data["file"]
        if file is None:
            return uploads.accept_paste(data["pasted"], by=by)
        return uploads.accept_file(file, name=file.name, by=by)

    def show(self, request: HttpRequest, form: UploadForm) -> HttpResponse:
        unfinished = ImportRun.objects.filter(source="back-office").exclude(
            state__in=[State.DONE, State.FAILED]
        )
        context = {
            "form": form,
            "unfinished": unfinished.select_related("by").order_by("-pk")[:SHOWN],
        }
        part = "#form" if for_dialog(request) else ""
        status = 422 if form.is_bound else 200
        return render(request, f"customers/import/upload.html{part}", context, status=status)


def add_photos(request: HttpRequest, run: ImportRun, file: Any) -> None:
    """Keep the pictures beside the table. Those that can't be used do not stop the table."""
    if file is None:
        return
    try:
        uploads.attach_photos(run, file)
    except FileRefused as error:
        text = _("The pictures were not taken: %(why)s You can add them below.")
        messages.error(request, text % {"why": error})


class Remove(RunView, View):
    """Cancel before anything was imported: the file is gone."""

    states = (State.UPLOADED, State.CHECKING, State.CHECKED, State.FAILED)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.run_of(pk)
        if not self.is_due(run):
            return self.lead_on(request, run)
        part = "#dialog" if for_dialog(request) else ""
        return render(request, f"customers/import/remove.html{part}", {"run": run})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.run_of(pk)
        if not self.is_due(run):
            return self.lead_on(request, run)
        uploads.remove(run)
        messages.success(request, _("%(file)s is removed. Nothing was imported.") % {"file": run})
        return leave(request, reverse("customers:import"))
