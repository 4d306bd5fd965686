"""The last page: it is booked."""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from appointments.models import Appointment
from appointments.models.appointment import is_token
from appointments.views.booking.page import BookingPage, is_mailed, keep_to_ourselves

GREETING = "bookkinda_booked"
GREETS_FOR = 30 * 60  # seconds


class Done(BookingPage):
    """It is booked. The address tells nothing of the customer; the name and the address that the
    visitor typed are greeted from a cookie, where the browser keeps one."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        booked = Appointment.objects.select_related("service", "provider")
        appointment = get_object_or_404(booked if is_token(token) else booked.none(), token=token)
        context = {
            "appointment": appointment,
            "greeting": read_greeting(request, token),
            "is_mailed": is_mailed(),
        }
        return keep_to_ourselves(self.show("booking/done.html", context))


def greet(response: HttpResponse, token: str, name: str, address: str) -> None:
    """Let the next page, and only that, speak to the visitor by what was typed."""
    response.set_cookie(
        GREETING,
        signing.dumps({"name": name, "address": address}, salt=GREETING + token),
        max_age=GREETS_FOR,
        path=reverse("booking:done", args=[token]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def read_greeting(request: HttpRequest, token: str) -> dict[str, str]:
    try:
        words: dict[str, str] = signing.loads(
            request.COOKIES.get(GREETING, ""), salt=GREETING + token, max_age=GREETS_FOR
        )
    except signing.BadSignature:
        return {}
    return words
