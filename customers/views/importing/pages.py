"""What the pages of the import wizard have in common: whose run it is, and which step is due."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts import roles
from accounts.access import StaffRequired
from customers.importing import steps
from customers.importing.problems import FileRefused, NotNow
from customers.models import ChangeSet, ImportRun
from customers.views.requests import leave

State = ImportRun.State
PAGES: dict[str, str] = {
    State.UPLOADED: "import-columns",
    State.CHECKING: "import-check",
    State.CHECKED: "import-check",
}


def page_of(run: ImportRun) -> str:
    """The address where the run goes on."""
    return reverse(f"customers:{PAGES.get(run.state, 'import-run')}", args=[run.pk])


class RunView(StaffRequired):
    """A page about one run. Staff share the work: whoever may import sees every run.

    What does not fit the state of the run is a sentence on the page of the step that is due.
    """

    permission_required: str | tuple[str, ...] = roles.IMPORT
    states: tuple[str, ...] = tuple(State.values)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except (NotNow, FileRefused) as error:
            messages.error(request, str(error))
            return leave(request, page_of(self.run_of(kwargs["pk"])))
        except ImportRun.DoesNotExist:  # somebody else removed it meanwhile
            raise Http404 from None

    def run_of(self, pk: int) -> ImportRun:
        runs = ImportRun.objects.exclude(source=ChangeSet.Source.COMMAND)
        runs = runs.select_related("job", "by", "change_set__undone_by__job")
        return get_object_or_404(runs, pk=pk)

    def is_due(self, run: ImportRun) -> bool:
        """Whether the run is in a state that this page is about."""
        return run.state in self.states

    def lead_on(self, request: HttpRequest, run: ImportRun) -> HttpResponse:
        """To the step that is due; who tried to do something is told why it was not done."""
        if request.method == "POST":
            messages.error(request, steps.sentence_about(run))
        return leave(request, page_of(run))
