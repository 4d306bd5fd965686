"""Customers as a file: chosen in a dialog, streamed at once, or written by the worker if many."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from customers import kept_exports
from customers.export_form import Chosen, ExportForm
from customers.exporting import TYPES, TooManyRows, export_customers
from customers.views.requests import business_of, for_dialog, way_back


class Export(StaffRequired, View):
    """GET asks about what the address line's search shows; POST about the list's selection, and
    with a file chosen it is the file."""

    permission_required = roles.EXPORT
    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = QueryDict(mutable=True)
        asked["query"] = request.GET.urlencode()
        return self.ask(request, ExportForm(asked, by=signed_in(request)))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = ExportForm(request.POST, by=signed_in(request))
        if not form.is_bound:
            return self.ask(request, form)
        if not form.is_valid():
            return self.ask(request, form, status=422)
        chosen = form.chosen()
        try:
            return self.answer(request, chosen)
        except TooManyRows as error:
            form.add_error("form", str(error))
            return self.ask(request, form, status=422)

    def answer(self, request: HttpRequest, chosen: Chosen) -> HttpResponseBase:
        """The file, or the page where it will be. Raises TooManyRows."""
        by, kind = signed_in(request), chosen.form.kind
        name = f"{_('customers')}-{business_of(request).today():%Y-%m-%d}.{kind}"
        if chosen.count > kept_exports.AT_ONCE and not chosen.is_picked:
            return self.begin(request, chosen, name)
        pieces = export_customers(
            chosen.customers, chosen.columns, chosen.form,
            by=by, query=chosen.kept_query, file_name=name,
        )  # fmt: skip
        return StreamingHttpResponse(
            pieces,
            content_type=TYPES[kind],
            headers={"Content-Disposition": content_disposition_header(True, name)},  # noqa: FBT003 so is its signature
        )

    def begin(self, request: HttpRequest, chosen: Chosen, name: str) -> HttpResponse:
        try:
            run = kept_exports.begin(
                chosen.query, chosen.columns, chosen.form, by=signed_in(request), file_name=name
            )
        except kept_exports.StillWriting as error:
            messages.warning(request, _("This export of yours is still being written."))
            run = error.run
        return redirect("customers:export-run", run.pk)

    def ask(self, request: HttpRequest, form: ExportForm, status: int = 200) -> HttpResponse:
        context: dict[str, Any] = {
            "form": form,
            "next": way_back(request),
            "at_once": kept_exports.AT_ONCE,
            "kept_hours": int(kept_exports.KEPT_FOR.total_seconds() // 3600),
        }
        part = "#dialog" if for_dialog(request) else ""
        return render(request, f"customers/export.html{part}", context, status=status)
