"""Move an appointment: asked first, with what speaks against it; Undo stands in the message."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from appointments import words
from appointments.advice import Objection, Wanted, objections, who_has_it, whom_to_tell_of_move
from appointments.booking import NotAllowed, SlotTaken, StaleAppointment, move
from appointments.forms.moving import MoveForm
from appointments.models import Appointment
from appointments.views.saying import SOURCE, back_from, find, say
from bookkinda.requests import business_of, for_dialog, leave

ASKED = ("date", "time", "provider", "duration")


class Move(StaffRequired, View):
    """A dialog after a drag, or a page. What the address asks for is looked at at once."""

    permission_required = roles.BOOK

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        appointment = find(pk)
        if not appointment.is_open:
            messages.error(request, _("Only an appointment that is to take place can be moved."))
            return leave(request, reverse("appointments:detail", args=[pk]))
        asked = {name: request.GET[name] for name in ASKED if request.GET.get(name)}
        form = self.form(None, appointment, asked)
        trial = self.form({**form.initial, **asked}, appointment)
        wanted = trial.wanted() if trial.is_valid() else None
        return self.show(form, wanted, status=200, is_asked=bool(asked))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        appointment = find(pk)
        form = self.form(request.POST, appointment)
        if not form.is_valid():
            return self.show(form, None)
        wanted = form.wanted()
        against = objections(wanted, business_of(request))
        if not form.has_accepted({each.code for each in against}):
            return self.show(form, wanted, against)
        try:
            self.move(form, wanted)
        except StaleAppointment:
            form.add_error(
                None, _("Somebody changed this appointment meanwhile. Look at it first.")
            )
            return self.show(form, None)
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
            return self.show(form, wanted, against)
        except SlotTaken:
            text = who_has_it(wanted, business_of(request)) or _("This time is taken.")
            form.add_error("time", text)
            return self.show(form, wanted, against)
        return leave(request, back_from(request, appointment))

    def form(self, data: Any, appointment: Appointment, initial: Any = None) -> MoveForm:
        business = business_of(self.request)
        return MoveForm(data, appointment=appointment, business=business, initial=initial)

    def move(self, form: MoveForm, wanted: Wanted) -> None:
        """Raises what `move` of the rules raises."""
        told = form.cleaned_data["tell"] and wanted.start > timezone.now()
        moved = move(
            form.appointment, start=wanted.start, provider=wanted.provider,
            duration=form.cleaned_data["duration"], by=signed_in(self.request), source=SOURCE,
            notify=told, expected_version=form.cleaned_data["version"],
        )  # fmt: skip
        if moved.version == form.cleaned_data["version"]:
            messages.info(self.request, _("Nothing had to be changed."))
            return
        text = _("Moved to %(when)s, with %(provider)s.") % {
            "when": words.moment(moved.start, business_of(self.request).zone),
            "provider": wanted.provider,
        }
        say(self.request, moved, text, told=told)

    def show(
        self, form: MoveForm, wanted: Wanted | None, against: list[Objection] | None = None,
        *, status: int = 422, is_asked: bool = False,
    ) -> HttpResponse:  # fmt: skip
        business, appointment = business_of(self.request), form.appointment
        if wanted and against is None:
            against = objections(wanted, business)
        context = {
            "form": form,
            "appointment": appointment,
            "wanted": wanted,
            "taken": who_has_it(wanted, business) if wanted and not form.errors else "",
            "warnings": against or [],
            "codes": " ".join(each.code for each in against or []),
            "told": whom_to_tell_of_move(
                appointment, (wanted or appointment).provider, signed_in(self.request)
            ),
            "is_asked": is_asked,
            "next": back_from(self.request, appointment),
        }
        part = "#dialog" if for_dialog(self.request) else ""
        return render(self.request, f"appointments/move.html{part}", context, status=status)
