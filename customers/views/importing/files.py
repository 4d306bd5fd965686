"""Files that the import wizard hands out: the template to fill in, and the rows to mend."""

from collections.abc import Iterable
from pathlib import PurePath

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired
from customers.exporting import Format
from customers.importing import refused
from customers.importing.template import template
from customers.views.importing.pages import RunView

FORMATS = {"csv": Format("csv"), "xlsx": Format("xlsx")}


class Template(StaffRequired, View):
    """A file with our headings, as CSV or as a workbook with notes."""

    permission_required = roles.IMPORT

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = format_asked_for(request)
        return as_file(template(form.kind), form, _("customers-template"))


class ErrorFile(RunView, View):
    """The rows that need fixing as they came, with a column that says what is wrong."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        run = self.run_of(pk)
        form = format_asked_for(request)
        name = _("%(file)s-to-fix") % {"file": PurePath(run.file_name).stem}
        return as_file(refused.error_file(run, form.kind), form, name)


def format_asked_for(request: HttpRequest) -> Format:
    return FORMATS.get(request.GET.get("form", ""), FORMATS["csv"])


def as_file(pieces: Iterable[bytes], form: Format, name: str) -> HttpResponseBase:
    """The pieces as a download."""
    disposition = content_disposition_header(True, f"{name}.{form.kind}")  # noqa: FBT003
    return StreamingHttpResponse(
        pieces,
        content_type=form.content_type,
        headers={"Content-Disposition": disposition or "attachment"},
    )
