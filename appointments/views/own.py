"""One's own appointment: see it, move it, cancel it, take it into a calendar.

It is reached in two ways, which open the same pages: in the Customer Panel, where the customer is
signed in and sees their own appointments only; and by the link that every message holds, where
whoever has the link sees this one appointment and nothing else of anybody.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.access import CustomerRequired, customer_of, signed_in
from accounts.models import User
from appointments import booking, notice
from appointments.calendars import as_event_file
from appointments.forms.own import CancelForm, MoveForm
from appointments.in_words import again, when
from appointments.models import Appointment, Provider
from appointments.models.appointment import is_token
from appointments.notice import Answer
from appointments.openings import FreeTime, free_times, providers_of
from appointments.picking import pick
from appointments.refusals import NotOffered, Refusal, SlotTaken, StaleAppointment
from bookkinda.preferences import Preferences
from bookkinda.requests import business_of
from customers.models import ChangeSet

TOGETHER = ("service", "provider")


class Own(View, ABC):
    """What all pages of one appointment have in common."""

    source: ChangeSet.Source
    layout: str
    names: Mapping[str, str]  # of the pages beside this one

    @abstractmethod
    def find(self) -> Appointment:
        """The appointment that the address names. Raises Http404."""

    @abstractmethod
    def by(self) -> User | None:
        """Who does it, where somebody is signed in."""

    def link(self, page: str) -> str:
        return reverse(self.names[page], kwargs=self.kwargs)

    @abstractmethod
    def way_back(self) -> str:
        """Where it leads when it is done or left."""

    @property
    def business(self) -> Preferences:
        return business_of(self.request)

    def show(self, template: str, status: int = HTTPStatus.OK, **context: Any) -> HttpResponse:
        links = {page: self.link(page) for page in self.names}
        known = {"layout": self.layout, "back_url": self.way_back(), "links": links}
        page = f"appointments/own/{template}.html"
        return render(self.request, page, {**known, **context}, status=status)

    def refuse(self, appointment: Appointment, heading: str, sentence: str) -> HttpResponse:
        """The page that says why not, and what can be done instead."""
        context = {"appointment": appointment, "heading": heading, "sentence": sentence}
        return self.show("refused", HTTPStatus.CONFLICT, **context)


class InPanel(CustomerRequired, Own):
    """Among the appointments of whoever is signed in: somebody else's is not there."""

    source = ChangeSet.Source.PANEL
    layout = "portal/layout.html"
    names = MappingProxyType(
        {"move": "portal:move", "cancel": "portal:cancel", "ics": "portal:ics"}
    )

    def find(self) -> Appointment:
        own = customer_of(signed_in(self.request)).appointments.select_related(*TOGETHER)
        found: Appointment = get_object_or_404(own, pk=self.kwargs["pk"])
        return found

    def by(self) -> User | None:
        return signed_in(self.request)

    def way_back(self) -> str:
        return reverse("portal:home")


class ByLink(Own):
    """Under a token that nobody can guess. No page of it is kept or found by search engines, and
    its address is told to no other site (SECURE_REFERRER_POLICY)."""

    source = ChangeSet.Source.BOOKING
    layout = "appointments/own/layout.html"
    names = MappingProxyType(
        {
            "look": "booking:manage",
            "move": "booking:manage-move",
            "cancel": "booking:manage-cancel",
            "ics": "booking:ics",
        }
    )

    @method_decorator(login_not_required)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "same-origin"
        response["Cache-Control"] = "no-store, private"
        return response

    def find(self) -> Appointment:
        known = Appointment.objects.select_related(*TOGETHER)
        token = self.kwargs["token"]
        known = known if is_token(token) else known.none()
        found: Appointment = get_object_or_404(known, token=token)
        return found

    def by(self) -> User | None:
        return None

    def way_back(self) -> str:
        return self.link("look")


class Look(Own):
    """The appointment, and what can be done with it."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        appointment, business = self.find(), self.business
        now = timezone.now()
        move = notice.may_reschedule(appointment, now, business)
        cancel = notice.may_cancel(appointment, now, business)
        context: dict[str, Any] = {
            "appointment": appointment,
            "may_move": move,
            "may_cancel": cancel,
            "sentences": notice.of_both(move, cancel, now, business),
            "is_coming": appointment.is_open and appointment.start > now,
            "again": again(appointment, business),
        }
        return self.show("look", **context)


class Move(Own):
    """Another time: pick one, look at both, then it is moved."""

    def may(self, appointment: Appointment) -> Answer:
        return notice.may_reschedule(appointment, timezone.now(), self.business)

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        appointment = self.find()
        answer = self.may(appointment)
        if not answer.ok:
            return self.refuse_moving(appointment, answer.sentence)
        if "start" not in request.GET:
            return self.times(appointment, answer)
        form = MoveForm(appointment, request.GET)
        if not form.is_valid():
            return self.times(appointment, answer, problem=form.problem())
        return self.show("move_confirm", appointment=appointment, form=form, **form.to_be())

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        appointment = self.find()
        form = MoveForm(appointment, request.POST)
        if not form.is_valid():
            return self.times(appointment, self.may(appointment), problem=form.problem())
        if form.is_done():  # sent twice
            return redirect(self.way_back())
        try:
            moved = booking.move(
                appointment, by=self.by(), source=self.source, **form.values_to_save()
            )
        except Refusal as refusal:
            return self.refuse_moving(appointment, refusal.sentence)
        except (SlotTaken, NotOffered, StaleAppointment) as error:
            current = self.find()
            return self.times(current, self.may(current), problem=form.sentence_for(error))
        said = _("Your appointment is moved: %(when)s.") % {"when": when(moved.start, moved.end)}
        messages.success(request, said)
        return redirect(self.way_back())

    def refuse_moving(self, appointment: Appointment, sentence: str) -> HttpResponse:
        return self.refuse(appointment, _("This appointment can't be moved here"), sentence)

    def times(self, appointment: Appointment, answer: Answer, problem: str = "") -> HttpResponse:
        """The month and the times of a day, with the same provider or with anybody."""
        others = providers_of(appointment.service).exclude(pk=appointment.provider_id).exists()
        with_anyone = self.request.GET.get("with") == "anyone" and others
        provider = None if with_anyone else appointment.provider
        free = partial(self.free, appointment, provider)
        query = self.request.GET.dict()
        if not query.keys() & {"month", "day"}:
            query["day"] = timezone.localdate(appointment.start).isoformat()
        last = self.business.today() + timedelta(days=self.business.booking_ahead)
        context = {
            "appointment": appointment,
            "answer": answer,
            "problem": problem,
            "others": others,
            "with_anyone": with_anyone,
            "times": pick(free, query, last=last),
        }
        return self.show("move", HTTPStatus.CONFLICT if problem else HTTPStatus.OK, **context)

    def free(
        self, appointment: Appointment, provider: Provider | None, first: date, last: date
    ) -> dict[date, list[FreeTime]]:
        """Without the time that it has."""
        found = free_times(
            appointment.service, provider=provider, first=first, last=last, moving=appointment
        )
        return {
            day: [time for time in times if time.start != appointment.start]
            for day, times in found.items()
        }


class Cancel(Own):
    """Asks, and offers another time instead; then it is cancelled."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        appointment = self.find()
        if appointment.status == Appointment.Status.CANCELLED:
            return redirect(self.way_back())
        now = timezone.now()
        answer = notice.may_cancel(appointment, now, self.business)
        if not answer.ok:
            return self.refuse_cancelling(appointment, answer.sentence)
        may_move = notice.may_reschedule(appointment, now, self.business)
        return self.ask(appointment, CancelForm(appointment), answer=answer, may_move=may_move)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        appointment = self.find()
        form = CancelForm(appointment, request.POST)
        if not form.is_valid():
            return self.ask(appointment, form)
        try:
            form.save(by=self.by(), source=self.source)
        except Refusal as refusal:
            return self.refuse_cancelling(appointment, refusal.sentence)
        messages.success(request, _("Your appointment is cancelled."))
        return redirect(self.way_back())

    def ask(self, appointment: Appointment, form: CancelForm, **context: Any) -> HttpResponse:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
        return self.show("cancel", status, appointment=appointment, form=form, **context)

    def refuse_cancelling(self, appointment: Appointment, sentence: str) -> HttpResponse:
        return self.refuse(appointment, _("This appointment can't be cancelled here"), sentence)


class EventFile(Own):
    """The appointment for a calendar program. Of a cancelled one, the file takes it out again."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        file = as_event_file(self.find())
        return HttpResponse(
            file,
            content_type="text/calendar; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="appointment.ics"'},
        )


class PanelMove(InPanel, Move):
    """In the Customer Panel."""


class PanelCancel(InPanel, Cancel):
    """In the Customer Panel."""


class PanelEventFile(InPanel, EventFile):
    """In the Customer Panel."""


class LinkLook(ByLink, Look):
    """By the link of one appointment."""


class LinkMove(ByLink, Move):
    """By the link of one appointment."""


class LinkCancel(ByLink, Cancel):
    """By the link of one appointment."""


class LinkEventFile(ByLink, EventFile):
    """By the link of one appointment."""
