"""What the views of one appointment share: finding it, saying what was done, going on."""

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from appointments.models import Appointment
from bookkinda.requests import business_of, is_ours
from customers.models import ChangeSet

SOURCE = ChangeSet.Source.BACK_OFFICE


def find(pk: int) -> Appointment:
    """The appointment with all that its pages show of it; holds are none."""
    found: Appointment = get_object_or_404(
        Appointment.objects.select_related("customer", "service", "provider"), pk=pk
    )
    return found


def say(request: HttpRequest, appointment: Appointment, text: str, *, told: bool) -> None:
    """One message with Undo; Undo tells whoever was told."""
    change = appointment.changes.order_by("-pk").first()
    tags = f"visit:{change.change_set_id}" if change else ""
    messages.success(request, text, extra_tags=f"{tags} told:1" if told else tags)


def back_from(request: HttpRequest, appointment: Appointment) -> str:
    """Where the person came from, by the form or the browser; else the appointment's page."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    shown = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    here = reverse("appointments:detail", args=[appointment.pk])
    for address in (asked, shown):
        if is_ours(request, address) and not address.rstrip("/").endswith(("/move", "/cancel")):
            return address
    return here


def in_calendar(request: HttpRequest, appointment: Appointment) -> str:
    """The week that shows the appointment."""
    day = appointment.start.astimezone(business_of(request).zone).date()
    return f"{reverse('appointments:calendar')}?date={day.isoformat()}"
