"""Who is in the Customer Panel in these tests, and what the business offers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User
from appointments.models import Appointment, Provider, Service, WorkingHours
from bookkinda.preferences import Preferences
from customers.models import Customer
from tests.factories import AppointmentFactory, ProviderFactory, ServiceFactory

NOW = datetime(2026, 11, 18, 8, tzinfo=UTC)  # a Wednesday
THURSDAY_TEN = datetime(2026, 11, 19, 10, tzinfo=UTC)


@pytest.fixture
def wednesday(db: None) -> Iterator[None]:
    """Eight in the morning in London, where winter time is UTC."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def shop(wednesday: None) -> Preferences:
    """Open from nine to five; a day's notice for cancelling and rescheduling."""
    cache.clear()
    business = Preferences(business_name="Marlow & Finch", phone="0113 496 0123", booking_notice=1)
    business.save()
    WorkingHours.objects.bulk_create(
        WorkingHours(weekday=day, start=9 * 60, end=17 * 60) for day in range(7)
    )
    return business


@pytest.fixture
def cut(shop: Preferences) -> Service:
    return ServiceFactory(name="Cut and colour", duration=60)


@pytest.fixture
def elif_(cut: Service) -> Provider:
    return ProviderFactory(name="Elif Demir", services=[cut])


@pytest.fixture
def cora(client: Client, shop: Preferences, panel_user: User) -> Customer:
    """The customer who is signed in."""
    client.force_login(panel_user)
    customer: Customer = panel_user.customer  # type: ignore[attr-defined]
    return customer


@pytest.fixture
def booked(cora: Customer, cut: Service, elif_: Provider) -> Appointment:
    """Hers, in two days: early enough for everything."""
    return at(THURSDAY_TEN + timedelta(days=1), customer=cora, service=cut, provider=elif_)


def at(start: datetime, **values: Any) -> Appointment:
    appointment: Appointment = AppointmentFactory(start=start, **values)
    return appointment


def panel(page: str, appointment: Appointment) -> str:
    return reverse(f"portal:{page}", args=[appointment.pk])


def link(page: str, appointment: Appointment) -> str:
    return reverse(f"booking:{page}", args=[appointment.token])
