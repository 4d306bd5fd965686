"""Addresses in messages: built from PUBLIC_BASE_URL, never from a request."""

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from appointments.models import Appointment


def manage_url(appointment: Appointment) -> str:
    """Whoever has it may see, move and cancel this one appointment."""
    return address("booking:manage", f"/book/manage/{appointment.token}/", token=appointment.token)


def booking_url() -> str:
    """The booking page."""
    return address("booking:services", "/book/")


def back_office_url(appointment: Appointment) -> str:
    """The appointment's page, for who signs in to the back office."""
    path = f"/backoffice/appointments/{appointment.pk}/"
    return address("appointments:detail", path, pk=appointment.pk)


def address(name: str, otherwise: str, **values: object) -> str:
    return f"{settings.PUBLIC_BASE_URL}{path(name, otherwise, **values)}"


def path(name: str, otherwise: str, **values: object) -> str:
    try:
        return reverse(name, kwargs=values)
    except NoReverseMatch:
        return otherwise
