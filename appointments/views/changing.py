"""Cancel an appointment, say how it stands, take back what was done: asked first, then Undo."""

from dataclasses import asdict, dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from appointments.advice import whom_to_tell
from appointments.booking import Refusal, SlotTaken, StaleAppointment, cancel, set_status
from appointments.models import Appointment, AppointmentChange
from appointments.undoing import CannotUndo, undo
from appointments.views.saying import SOURCE, back_from, find, say
from bookkinda.requests import for_dialog, leave
from customers.models import ChangeSet
from customers.values import read_number

Status = Appointment.Status
STALE = gettext_lazy("Somebody changed this appointment meanwhile. Look at it first.")
TAKEN = gettext_lazy("Somebody else has this time meanwhile.")
Action = AppointmentChange.Action
# What the undo of an act means to who is told of it.
REVERSED = {Action.BOOKED: "cancelled", Action.MOVED: "moved", Action.CANCELLED: "back"}
REVERSED_STATUS = {Status.CANCELLED: "cancelled", Status.PENDING: "back"}
NOTED = {
    Status.CONFIRMED: gettext_lazy("The appointment is confirmed."),
    Status.DONE: gettext_lazy("Noted: the appointment is done."),
    Status.NO_SHOW: gettext_lazy("Noted: nobody came."),
}


@dataclass(frozen=True)
class Question:
    """What a dialog asks, and the words on its two buttons."""

    question: str
    button: str
    keep: str
    act: str  # as the events call it
    text: str = ""
    is_red: bool = False
    hidden: dict[str, Any] = field(default_factory=dict)


class ChangeView(StaffRequired, View):
    """A question about one appointment: what will happen, and who is told of it."""

    permission_required = roles.BOOK

    def ask(self, appointment: Appointment, question: Question) -> HttpResponse:
        context = {
            **asdict(question),
            "appointment": appointment,
            "told": self.names(appointment, question.act),
            "next": back_from(self.request, appointment),
        }
        part = "#dialog" if for_dialog(self.request) else ""
        return render(self.request, f"appointments/question.html{part}", context)

    def names(self, appointment: Appointment, act: str) -> list[str]:
        """Who would be told; nobody hears of what has begun, nor of notes."""
        if not act or appointment.start <= timezone.now():
            return []
        by = signed_in(self.request)
        return whom_to_tell(act, appointment.customer, appointment.provider, by)

    def refuse(self, appointment: Appointment, text: str) -> HttpResponse:
        """Says why not; nothing is changed."""
        messages.error(self.request, text)
        return leave(self.request, reverse("appointments:detail", args=[appointment.pk]))

    def wish(self, appointment: Appointment) -> dict[str, Any]:
        """Who does it, to which version, and whether anybody is told."""
        return {
            "by": signed_in(self.request),
            "source": SOURCE,
            "notify": "tell" in self.request.POST and appointment.start > timezone.now(),
            "expected_version": read_number(self.request.POST.get("version", "")),
        }


class Cancel(ChangeView):
    """It will not take place; others may have its time."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        appointment = find(pk)
        if not appointment.is_open:
            text = _("Only an appointment that is to take place can be cancelled.")
            return self.refuse(appointment, text)
        question = Question(
            _("Cancel this appointment?"),
            _("Cancel appointment"),
            _("Keep it"),
            "cancelled",
            _("Others may have its time. It stays in the history, and you can undo it."),
            is_red=True,
            hidden={"version": appointment.version},
        )
        return self.ask(appointment, question)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        appointment = find(pk)
        options = self.wish(appointment)
        try:
            cancel(appointment, **options)
        except StaleAppointment:
            return self.refuse(appointment, str(STALE))
        except Refusal as refusal:
            return self.refuse(appointment, refusal.sentence)
        say(request, appointment, _("The appointment is cancelled."), told=options["notify"])
        return leave(request, back_from(request, appointment))


class SetStatus(ChangeView):
    """Confirmed, done, no-show. To confirm is asked first: the customer may be told of it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        appointment = find(pk)
        if appointment.status == Status.CONFIRMED:
            return leave(request, reverse("appointments:detail", args=[pk]))
        waits = appointment.status == Status.PENDING
        question = Question(
            _("Confirm this appointment?") if waits else _("Back to confirmed?"),
            _("Confirm"),
            _("Leave it as it is"),
            "confirmed" if waits else "back",
            hidden={"version": appointment.version, "to": Status.CONFIRMED},
        )
        return self.ask(appointment, question)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        appointment = find(pk)
        options = self.wish(appointment)
        wanted = request.POST.get("to", "")
        if wanted not in NOTED:
            return self.refuse(appointment, _("An appointment can't become that."))
        status = Status(wanted)
        try:
            set_status(appointment, status, **options)
        except StaleAppointment:
            return self.refuse(appointment, str(STALE))
        except SlotTaken:
            return self.refuse(appointment, str(TAKEN))
        except Refusal as refusal:
            return self.refuse(appointment, refusal.sentence)
        say(request, appointment, str(NOTED[status]), told=options["notify"])
        return leave(request, back_from(request, appointment))


class UndoVisit(ChangeView):
    """Takes back one act on an appointment, unless it changed since."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        change = change_of(pk)
        was_booked = change.action == Action.BOOKED
        question = Question(
            _("Undo this booking?") if was_booked else _("Undo the last change?"),
            _("Undo"),
            _("Leave it as it is"),
            reversed_act(change),
            _("The appointment will be cancelled.")
            if was_booked
            else _("The appointment becomes what it was before."),
        )
        return self.ask(find(change.appointment_id), question)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        change = change_of(pk)
        try:
            undo(change.change_set, by=signed_in(request), notify="tell" in request.POST)
        except CannotUndo as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, _("Undone."))
        return leave(request, back_from(request, find(change.appointment_id)))


def reversed_act(change: AppointmentChange) -> str:
    """What the undo of it is to who is told; "" where nobody is."""
    status = REVERSED_STATUS.get(change.before.get("status"), "")
    return REVERSED.get(Action(change.action), status)


def change_of(pk: int) -> AppointmentChange:
    """What the act of this number did to an appointment."""
    found: AppointmentChange = get_object_or_404(
        AppointmentChange.objects.select_related("change_set"),
        change_set__in=ChangeSet.objects.filter(pk=pk),
    )
    return found
