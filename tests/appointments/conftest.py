"""The stand-ins of the channels, and a business that is open for visitors."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from appointments.models import Provider, Service
from appointments.views.booking import pace
from tests.appointments.visitor import MONDAY
from tests.factories import ProviderFactory, ServiceFactory, open_daily
from tests.notifications.conftest import ways

__all__ = ["cut", "monday", "rowan", "ways"]


@pytest.fixture
def monday(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Eight o'clock on a Monday, and answers that wait for no beat."""
    monkeypatch.setattr(pace, "BEAT", 0.001)
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def cut(db: None, monday: object) -> Service:
    """An hour that Rowan and Elif provide, from nine to five on every day."""
    open_daily()
    service = ServiceFactory(name="Cut and finish", category="Hair", price=Decimal(48))
    ProviderFactory(name="Rowan Ferry", services=[service])
    ProviderFactory(name="Elif Aksoy", services=[service])
    return service


@pytest.fixture
def rowan(cut: Service) -> Provider:
    return Provider.objects.get(name="Rowan Ferry")
