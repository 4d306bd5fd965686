"""The pages of times and of details: each may be the answer to what was sent from the other."""

from collections.abc import Mapping
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.access import customer_of, is_panel_customer
from accounts.models import User
from appointments import form_token, notice, picking
from appointments.forms.booking import CARRIED, DetailsForm, NoteForm
from appointments.models import Appointment, ConsentText, Provider, Service
from appointments.openings import FreeTime, free_times, providers_of, services_online
from appointments.views.booking.keeping import held_by
from appointments.views.booking.page import BookingPage, is_mailed, keep_to_ourselves

ANYONE = "anyone"
ONE_DAY = timedelta(days=1)
NEW_PAGE = "times"  # the purposes of form tokens
DETAILS = "details"


class Step(BookingPage):
    """The pages after the service was chosen, and perhaps with whom."""

    service: Service
    provider: Provider | None = None
    who = ANYONE

    def find(self, service: int, who: str = ANYONE) -> None:
        """What the address names, if visitors may book it. Raises Http404."""
        self.service = get_object_or_404(services_online(), pk=service)
        self.who = who
        if who != ANYONE:
            if not who.isdecimal() or len(who) > 18:
                raise Http404
            self.provider = get_object_or_404(providers_of(self.service), pk=int(who))

    def address(self, name: str, *more: str, **query: str) -> str:
        """The address of a step for what is chosen, in the visitor's time zone."""
        if self.named_zone:
            query["zone"] = self.named_zone
        asked = QueryDict(mutable=True)
        asked.update(query)
        path = reverse(f"booking:{name}", args=[self.service.pk, *more])
        return f"{path}?{asked.urlencode()}" if query else path

    def show_step(self, template: str, status: int = HTTPStatus.OK, **context: Any) -> HttpResponse:
        """A page with the steps and "Your booking" on it."""
        chosen = {"service": self.service, "provider": self.provider, "who": self.who}
        return self.show(template, {**chosen, **context}, status)

    def show_times(
        self, *, said: str = "", status: int = HTTPStatus.OK, gives_up: str = ""
    ) -> HttpResponse:
        """When it can be booked. What was typed already goes along in the form, so that it need
        not be typed again."""
        held = held_by(gives_up)
        self.but_for = held.token if held else ""
        sent = self.request.POST
        asked = wanted_day(sent) if sent else self.request.GET.dict()
        last = timezone.localdate() + timedelta(days=self.business.booking_ahead)
        return self.show_step(
            "booking/choose_time.html",
            status,
            times_url=reverse("booking:times", args=[self.service.pk, self.who]),
            times=picking.pick(self.free, asked, last=last),
            carried=carried(self.request.POST),
            token=form_token.make(NEW_PAGE, page=form_token.number()),
            gives_up=self.but_for,
            said=said,
        )

    def free(self, first: date, last: date) -> Mapping[date, list[FreeTime]]:
        """The free times on these days of the visitor's clock."""
        other = ONE_DAY if self.has_own_zone else timedelta()
        found = free_times(
            self.service,
            provider=self.provider,
            first=first - other,
            last=last + other,
            but_for=self.but_for,
        )
        by_day: dict[date, list[FreeTime]] = {}
        for time in (time for times in found.values() for time in times):
            day = timezone.localtime(time.start).date()
            if first <= day <= last:
                by_day.setdefault(day, []).append(time)
        return by_day

    def show_details(
        self,
        held: Appointment,
        form: NoteForm,
        *,
        said: str = "",
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        """Who books it: the form, and until when the time is kept."""
        token = form_token.make(
            DETAILS,
            hold=held.token,
            service=held.service_id,
            provider=held.provider_id,
            start=held.start.isoformat(),
            consent=form.consent.pk if form.consent else None,
            customer=self.customer.pk if self.customer else None,
            price=price_of(self.service),
        )
        response = self.show_step(
            "booking/details.html",
            status,
            held=held,
            form=form,
            token=token,
            said=said,
            customer=self.customer,
            rules=notice.before_booking(self.service, self.business),
            send_to=self.address("details", self.who, held.token),
            back_to=self.address("times", self.who, hold=held.token, day=day_of(held)),
        )
        return keep_to_ourselves(response)

    def form(
        self, typed: QueryDict | None = None, *, consent: ConsentText | None, **options: Any
    ) -> NoteForm:
        """What is asked: of a customer who is signed in, not who it is."""
        asked = NoteForm if self.customer else DetailsForm
        return asked(
            typed, business=self.business, consent=consent, is_mailed=is_mailed(), **options
        )

    @cached_property
    def customer(self) -> Any:
        """The customer who is signed in, or None. In a frame there is no session."""
        user = self.request.user
        if not isinstance(user, User) or user.is_staff or not is_panel_customer(user):
            return None
        return customer_of(user)


def newest_consent() -> ConsentText | None:
    """What visitors agree to now, if the owner has a text for it."""
    newest = ConsentText.objects.order_by("pk").last()
    return newest if newest and newest.text else None


def wanted_day(sent: QueryDict) -> dict[str, str]:
    """The day or month that a button of the form names, or the day that was shown with it."""
    asked = {name: str(sent[name]) for name in ("day", "month") if sent.get(name)}
    return asked or {"day": str(sent.get("shown", ""))}


def carried(sent: QueryDict) -> dict[str, str]:
    """What was typed on the page of details, to be sent again with another time."""
    return {name: str(sent[name]) for name in CARRIED if sent.get(name)}


def price_of(service: Service) -> str:
    """The price as it is shown, to tell whether it changed."""
    return "" if service.price is None else str(service.price)


def day_of(held: Appointment) -> str:
    return timezone.localtime(held.start).date().isoformat()
