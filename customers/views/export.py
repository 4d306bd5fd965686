"""Customers as a file: chosen in a dialog, streamed at once."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from customers.export_form import ExportForm
from customers.exporting import TooManyRows, export_customers
from customers.views.requests import business_of, for_dialog, way_back


class Export(StaffRequired, View):
    """GET asks about what the address line's search shows; POST about the list's selection, and
    with a file chosen it is the file."""

    permission_required = roles.EXPORT
    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = QueryDict(mutable=True)
        asked["query"] = request.GET.urlencode()
        return self.ask(request, ExportForm(asked, is_chosen=False))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = ExportForm(request.POST, is_chosen="form" in request.POST)
        if not form.is_bound:
            return self.ask(request, form)
        if not form.is_valid():
            return self.ask(request, form, status=422)
        customers, columns, file_format, query = form.chosen()
        try:
            pieces = export_customers(
                customers, columns, file_format, by=signed_in(request), query=query
            )
        except TooManyRows as error:
            form.add_error("form", str(error))
            return self.ask(request, form, status=422)
        name = f"{_('customers')}-{business_of(request).today():%Y-%m-%d}.{file_format.kind}"
        return StreamingHttpResponse(
            pieces,
            content_type=file_format.content_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def ask(self, request: HttpRequest, form: ExportForm, status: int = 200) -> HttpResponse:
        context: dict[str, Any] = {"form": form, "next": way_back(request)}
        part = "#dialog" if for_dialog(request) else ""
        return render(request, f"customers/export.html{part}", context, status=status)
