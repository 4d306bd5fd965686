"""The week of the business and of each provider, and the days that differ from it."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired
from appointments.forms.hours import WeekForm
from appointments.models import DayException, Provider
from appointments.views.setup.affected import meant, page_of, warning
from appointments.week import (
    USUAL,
    LeavesOutsideError,
    change,
    save_week,
    use_business_hours,
    week_of,
)
from bookkinda.requests import business_of
from customers.values import read_number

MOST_SHOWN = 100  # days to come that differ


class Hours(StaffRequired, View):
    """The week as a form; a provider has one, too, or works the hours of the business."""

    permission_required = roles.SETUP
    provider: Provider | None = None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated and request.user.is_staff and "pk" in kwargs:
            live = Provider.objects.filter(archived_at=None)
            self.provider = get_object_or_404(live, pk=kwargs["pk"])

    def exceptions(self) -> QuerySet[DayException]:
        """The days to come that differ, for the business and for this provider."""
        theirs = Q(provider=None) | Q(provider=self.provider)
        coming = DayException.objects.filter(last_day__gte=business_of(self.request).today())
        return coming.filter(theirs).select_related("provider")[:MOST_SHOWN]

    def show(self, form: WeekForm, *, own: bool, **more: Any) -> HttpResponse:
        has_week = bool(week_of(self.provider))
        context = {
            "form": form,
            "own": own,
            "provider": self.provider,
            "providers": Provider.objects.filter(archived_at=None),
            "exceptions": self.exceptions(),
            "is_new": self.provider is None and not has_week,
            "page_url": page_of(self.provider),
            **more,
        }
        wrong = form.is_bound or "outside" in more
        status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
        return render(self.request, "appointments/setup/hours.html", context, status=status)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        week = week_of(self.provider) or week_of(None) or list(USUAL)
        own = self.provider is not None and self.provider.has_own_hours
        return self.show(WeekForm.of(week), own=own)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        own = self.provider is None or "own" in request.POST
        if "more" in request.POST:
            day = read_number(request.POST["more"])
            more = day if day is not None and day < 7 else 0
            return self.show(WeekForm.typed(request.POST, more=more), own=True)
        if "copy" in request.POST:
            return self.show(WeekForm.typed(request.POST), own=True)
        form = WeekForm.sent(request.POST)
        if own and not form.is_valid():
            return self.show(form, own=True)
        try:
            change(lambda: self.save(form, own=own), meant=meant(request.POST))
        except LeavesOutsideError as error:
            return self.show(form, own=own, **warning(error))
        messages.success(request, self.said(own=own))
        return redirect(page_of(self.provider))

    def save(self, form: WeekForm, *, own: bool) -> None:
        if own:
            save_week(self.provider, form.week)
        elif self.provider:
            use_business_hours(self.provider)

    def said(self, *, own: bool) -> str:
        if self.provider is None:
            return _("The hours of the business are saved.")
        if own:
            return _("The hours of %(name)s are saved.") % {"name": self.provider}
        return _("%(name)s works the hours of the business.") % {"name": self.provider}
