"""Somebody who books on the booking page, without JavaScript and without a cookie."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

from django.test import Client

from appointments.models import Appointment, Service

MONDAY = datetime(2027, 1, 4, 8, tzinfo=UTC)  # in London, where the business is
TEN = MONDAY.replace(hour=10)
ELEVEN = MONDAY.replace(hour=11)
GRACE = {"first_name": "Grace", "last_name": "Hopper", "email": "grace@example.org"}


def times_of(service: Service, who: object = "anyone") -> str:
    return f"/book/{service.pk}/{who}/"


def hidden(page: Any) -> dict[str, str]:
    """What the forms of a page carry that nobody sees."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', text_of(page))
    return {name: unescape(value) for name, value in found}


def text_of(page: Any) -> str:
    return str(page.content.decode())


def choose(client: Client, address: str, start: datetime = TEN, **more: str) -> Any:
    """Press the button of a time on the page of times."""
    sent = {**hidden(client.get(address)), "start": start.isoformat(), **more}
    return client.post(address, sent)


def hold(client: Client, service: Service, start: datetime = TEN, who: object = "anyone") -> str:
    """The address of the page of details for this time."""
    return str(choose(client, times_of(service, who), start).headers["Location"])


def send(client: Client, address: str, **typed: str) -> Any:
    """Fill in the page of details and press its button."""
    return client.post(address, {**hidden(client.get(address)), **GRACE, **typed})


def booked() -> Appointment:
    """The one appointment that there is."""
    found: Appointment = Appointment.objects.get()
    return found


def held() -> list[Appointment]:
    return list(Appointment.with_holds.filter(status=Appointment.Status.HELD))
