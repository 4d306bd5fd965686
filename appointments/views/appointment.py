"""The page of one appointment: what, when, who, how it stands, what was done and said."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from appointments import telling
from appointments.booking import StaleAppointment, edit_notes
from appointments.forms.notes import NotesForm
from appointments.models import Appointment
from appointments.views.saying import SOURCE, find, in_calendar
from bookkinda.requests import business_of
from customers.models import Customer
from notifications.models import Message
from notifications.telling import Said, said

MOST = 50  # changes on the page
MOST_SAID = 10
Status = Appointment.Status
STATUSES = [
    (Status.DONE, gettext_lazy("Done"), "check-check"),
    (Status.NO_SHOW, gettext_lazy("No-show"), "user-x"),
]


class AppointmentPage(StaffRequired, View):
    """Shows it, perhaps with a note that was refused."""

    permission_required = roles.VIEW_APPOINTMENTS

    def show(self, appointment: Appointment, form: NotesForm) -> HttpResponse:
        business = business_of(self.request)
        changes = appointment.changes.select_related(
            *telling.RELATIVES, "change_set__undone_by"
        ).order_by("-pk")[:MOST]
        told = telling.told(changes, business.zone)
        last = told[0].change if told else None
        may_undo = last and last.version == appointment.version and not last.change_set.undoes_id
        context = {
            "appointment": appointment,
            "customer": appointment.customer,
            "told": told,
            "undoable": last.change_set_id if last and may_undo else None,
            "has_begun": appointment.start <= timezone.now(),
            "in_calendar": in_calendar(self.request, appointment),
            "missed": missed_by(appointment.customer),
            "said": said_of(appointment),
            "statuses": STATUSES,
            "form": form,
        }
        status = 422 if form.is_bound else 200
        return render(self.request, "appointments/appointment.html", context, status=status)


class Detail(AppointmentPage):
    """One appointment. A hold is none yet."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        appointment = find(pk)
        return self.show(appointment, NotesForm(initial=notes_of(appointment)))


class WriteNotes(AppointmentPage):
    """The note for staff. One that was refused is shown again where it was typed."""

    permission_required = roles.BOOK

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect("appointments:detail", pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        appointment = find(pk)
        form = NotesForm(request.POST)
        if not form.is_valid():
            return self.show(appointment, form)
        try:
            edit_notes(
                appointment, staff_note=form.cleaned_data["staff_note"], by=signed_in(request),
                source=SOURCE, expected_version=form.cleaned_data["version"],
            )  # fmt: skip
        except StaleAppointment:
            form.add_error(
                "staff_note",
                _("Somebody changed this appointment meanwhile. Look at it, then send this again."),
            )
            form.data = {**request.POST.dict(), "version": appointment.version}
            return self.show(appointment, form)
        messages.success(request, _("The note is kept."))
        return redirect("appointments:detail", pk)


def said_of(appointment: Appointment) -> list[Said]:
    """What the customer was told of it, the newest first, and what became of that."""
    if appointment.customer_id is None:
        return []
    messages = Message.objects.filter(
        customer=appointment.customer_id, context__appointment=appointment.pk
    )
    return [
        said(each) for each in messages.prefetch_related("deliveries").order_by("-pk")[:MOST_SAID]
    ]


def notes_of(appointment: Appointment) -> dict[str, Any]:
    return {"staff_note": appointment.staff_note, "version": appointment.version}


def missed_by(customer: Customer | None) -> int:
    """How often the customer did not come."""
    return customer.appointments.filter(status=Status.NO_SHOW).count() if customer else 0
