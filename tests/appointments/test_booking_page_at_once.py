"""A button of the booking page that is pressed several times at the same moment."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from appointments.models import Appointment
from customers.models import Customer
from tests.appointments.visitor import GRACE, held, hidden, times_of
from tests.at_once import all_at_once
from tests.factories import ProviderFactory, ServiceFactory, open_daily

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_press_holds_and_books_once_though_two_providers_are_free():
    open_daily(start=0, end=1440)
    service = ServiceFactory()
    ProviderFactory(services=[service])
    ProviderFactory(services=[service])
    day = timezone.now().date() + timedelta(days=7)
    start = datetime(day.year, day.month, day.day, 10, tzinfo=UTC).isoformat()
    led_to = []

    def press(address: str, sent: dict[str, str]) -> None:
        led_to.append(Client().post(address, sent).headers["Location"])

    page = {**hidden(Client().get(times_of(service))), "start": start}
    all_at_once(*[(press, times_of(service), page)] * 5, refusals=())
    [details] = set(led_to)
    assert len(held()) == 1

    led_to.clear()
    page = {**hidden(Client().get(details)), **GRACE}
    all_at_once(*[(press, details, page)] * 5, refusals=())

    assert len(set(led_to)) == 1
    assert Appointment.objects.get().customer == Customer.objects.get()
