"""An export that the worker writes: how far it is, stop, and the file for a day."""

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from customers import kept_exports
from customers.exporting import TYPES
from customers.models import ExportRun
from customers.views.requests import for_dialog


class OwnExport(StaffRequired, View):
    """An export that the person at the screen asked for; to everybody else it is not there."""

    permission_required = roles.EXPORT

    def find(self, pk: int) -> ExportRun:
        runs = ExportRun.objects.select_related("job")
        return get_object_or_404(runs, pk=pk, by=signed_in(self.request))


class ExportPage(OwnExport):
    """How far it is; then the file. `?spoken=` is the quarter that was said aloud last."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.find(pk)
        quarter = (progress := progress_of(run))["percent"] // 25 * 25
        context = {
            "run": run,
            **progress,
            "quarter": quarter,
            "is_news": str(quarter) != request.GET.get("spoken", "0"),
            "size": size_of(run),
        }
        part = "#progress" if for_dialog(request) else ""
        return render(request, f"customers/export_run.html{part}", context)


class StopExport(OwnExport):
    """What is written so far goes."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if kept_exports.stop(self.find(pk)):
            messages.success(request, _("The export is stopped. Nothing of it is kept."))
        return redirect("customers:export-run", pk)


class ExportFile(OwnExport):
    """The file, for a day."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        run = self.find(pk)
        if not size_of(run):
            raise Http404
        return FileResponse(
            default_storage.open(str(run.file.name)),
            as_attachment=True,
            filename=run.file_name,
            content_type=TYPES[run.format],
        )


def progress_of(run: ExportRun) -> dict[str, Any]:
    """How many customers are written, of how many, and whether somebody is at it."""
    failed = run.has_failed
    running = run.state == run.State.WRITING and not failed
    done = run.job.progress.get("done", 0) if running and run.job else run.count
    percent = min(100, done * 100 // max(1, run.total)) if running else 100
    return {"done": done, "percent": percent, "running": running, "failed": failed}


def size_of(run: ExportRun) -> int:
    """The bytes of the file; 0 when there is none to fetch."""
    name = run.file.name
    if not name or not run.is_ready or not default_storage.exists(name):
        return 0
    return default_storage.size(name)
