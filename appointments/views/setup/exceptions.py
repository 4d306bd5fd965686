"""Days that differ from the week: holidays, days off, other hours."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired
from appointments.forms.hours import ExceptionForm
from appointments.models import DayException, Provider
from appointments.views.setup.affected import meant, page_of, warning
from appointments.week import LeavesOutsideError, change
from bookkinda.requests import business_of, for_dialog
from customers.values import read_number


def save(form: ExceptionForm) -> None:
    form.save()


def delete(row: DayException) -> None:
    DayException.objects.filter(pk=row.pk).delete()


class ExceptionPage(StaffRequired, View):
    """Days that differ: new ones (of the business or of a provider), or a row that is there."""

    permission_required = roles.SETUP

    def find(self, pk: int | None) -> DayException:
        if pk is not None:
            return get_object_or_404(DayException.objects.select_related("provider"), pk=pk)
        number = read_number(self.request.GET.get("provider", ""))
        return DayException(
            provider=get_object_or_404(Provider, pk=number, archived_at=None) if number else None
        )

    def form(self, row: DayException, data: Any = None) -> ExceptionForm:
        today = business_of(self.request).today()
        return ExceptionForm(data, instance=row, provider=row.provider, today=today)

    def show(self, row: DayException, form: ExceptionForm, **more: Any) -> HttpResponse:
        context = {
            "row": row,
            "form": form,
            "provider": row.provider,
            "page_url": page_of(row.provider),
            **more,
        }
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        return render(self.request, "appointments/setup/exception.html", context, status=status)

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        row = self.find(pk)
        return self.show(row, self.form(row))

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        row = self.find(pk)
        form = self.form(row, request.POST)
        if not form.is_valid():
            return self.show(row, form)
        try:
            change(lambda: save(form), meant=meant(request.POST))
        except LeavesOutsideError as error:
            return self.show(row, form, **warning(error))
        messages.success(request, _("The days are saved."))
        return redirect(page_of(row.provider))


class RemoveException(StaffRequired, View):
    """The week counts again on these days."""

    permission_required = roles.SETUP

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = get_object_or_404(DayException.objects.select_related("provider"), pk=pk)
        part = "#dialog" if for_dialog(request) else ""
        return self.show(row, part)

    def show(self, row: DayException, part: str = "", **more: Any) -> HttpResponse:
        context = {"row": row, "page_url": page_of(row.provider), **more}
        status = HTTPStatus.UNPROCESSABLE_ENTITY if more else HTTPStatus.OK
        template = f"appointments/setup/remove_exception.html{part}"
        return render(self.request, template, context, status=status)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = get_object_or_404(DayException.objects.select_related("provider"), pk=pk)
        provider = row.provider
        try:
            change(lambda: delete(row), meant=meant(request.POST))
        except LeavesOutsideError as error:
            return self.show(row, **warning(error))
        messages.success(request, _("The days are as every week again."))
        return redirect(page_of(provider))
