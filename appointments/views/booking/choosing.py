"""The first three steps: what, with whom, when."""

from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import groupby

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from appointments import form_token, picking
from appointments.models import Service
from appointments.openings import free_times, providers_of, services_online
from appointments.refusals import NotOffered, SlotTaken
from appointments.views.booking.keeping import TooMany, keep
from appointments.views.booking.page import BookingPage
from appointments.views.booking.steps import (
    ANYONE,
    NEW_PAGE,
    Step,
    carried,
    newest_consent,
)

NEAR = timedelta(days=30)  # how far is looked for the first free time of each provider


class ChooseService(BookingPage):
    """What can be booked, under its categories."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show("booking/choose_service.html", {"groups": by_category()})


class ChooseProvider(Step):
    """With whom; where there is nobody to choose from, straight on to the times."""

    def get(self, request: HttpRequest, service: int) -> HttpResponse:
        self.find(service)
        providers = list(providers_of(self.service))
        if len(providers) == 1:
            return HttpResponseRedirect(self.address("times", str(providers[0].pk)))
        first = self.first_free()
        choices = [
            {
                "provider": each,
                "first": first.get(each.pk),
                "url": self.address("times", str(each.pk)),
            }
            for each in providers
        ]
        return self.show_step(
            "booking/choose_provider.html",
            choices=choices,
            first=min(first.values(), default=None),
            anyone_url=self.address("times", ANYONE),
        )

    def first_free(self) -> dict[int, datetime]:
        """{provider: the first free time}, of the next days."""
        today = self.business.today()
        found = free_times(self.service, provider=None, first=today, last=today + NEAR)
        first: dict[int, datetime] = {}
        for time in (time for times in found.values() for time in times):
            for provider in time.providers:
                first.setdefault(provider.pk, time.start)
        return first


class ChooseTime(Step):
    """When. Choosing a time holds it, so it is a form: programs that follow links hold nothing."""

    def get(self, request: HttpRequest, service: int, who: str) -> HttpResponse:
        self.find(service, who)
        return self.show_times(gives_up=request.GET.get("hold", ""))

    def post(self, request: HttpRequest, service: int, who: str) -> HttpResponse:
        self.find(service, who)
        gives_up = request.POST.get("gives_up", "")
        if "start" not in request.POST:
            return self.show_times(gives_up=gives_up)
        facts = form_token.read(NEW_PAGE, request.POST.get("token", ""))
        if facts is None:
            said = _("This page was open for a long time. Please choose again.")
            return self.show_times(said=said, status=HTTPStatus.FORBIDDEN, gives_up=gives_up)
        start = picking.read_start(request.POST["start"])
        try:
            if start is None:
                raise NotOffered
            held = keep(
                request, self.service, self.provider, start, page=facts["page"], gives_up=gives_up
            )
        except TooMany:
            return self.show("booking/too_many.html", status=HTTPStatus.TOO_MANY_REQUESTS)
        except (SlotTaken, NotOffered):
            said = _("Somebody else just took this time. These are still free.")
            return self.show_times(said=said, status=HTTPStatus.CONFLICT, gives_up=gives_up)
        if not carried(request.POST):
            return HttpResponseRedirect(self.address("details", who, held.token))
        form = self.form(initial=carried(request.POST), consent=newest_consent())
        return self.show_details(held, form)


def by_category() -> list[tuple[str, list[Service]]]:
    """The services in the order of the owner; those of one category stand together."""
    services = list(services_online())
    order: dict[str, int] = {}
    for service in services:
        order.setdefault(service.category, len(order))
    services.sort(key=lambda service: order[service.category])
    groups = groupby(services, key=lambda service: service.category)
    return [(category, list(those)) for category, those in groups]
