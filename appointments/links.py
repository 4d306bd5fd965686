"""Addresses in messages: built from PUBLIC_BASE_URL, never from a request."""

from django.conf import settings
from django.urls import reverse

from appointments.models import Appointment


def manage_url(appointment: Appointment) -> str:
    """Whoever has it may see, move and cancel this one appointment."""
    return settings.PUBLIC_BASE_URL + reverse("booking:manage", args=[appointment.token])


def booking_url() -> str:
    """The booking page."""
    return settings.PUBLIC_BASE_URL + reverse("booking:services")


def back_office_url(pk: int) -> str:
    """The appointment's page, for who signs in to the back office."""
    return settings.PUBLIC_BASE_URL + reverse("appointments:detail", args=[pk])
