"""What real processes leave behind of a one-time password: nothing in the files of the database and
its write-ahead log, in the folder of the data, in what the worker says at the lowest level, and in
Redis; after success, a try that failed, a refusal and a kill in the worst moment."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.db import connection

from customers.models import ChangeSet, Customer
from notifications import portal_access
from notifications.models import ChannelCode, Delivery
from tests.bookkinda.conftest import House, database_template, eventually, house
from tests.factories import CustomerFactory
from tests.notifications.overhearing import (
    Providers,
    betrayed,
    every_row,
    providers,
    switch_on,
)

__all__ = ["database_template", "house"]  # fixtures: real processes over a database of their own
pytestmark = [pytest.mark.slow, pytest.mark.redis]
HURRIED = "tests.notifications.hurried_settings"


@pytest.fixture
def there() -> Iterator[Providers]:
    with providers() as servers:
        yield servers
        servers.mailbox.holds = False


def grant(name: str) -> Customer:
    customer = CustomerFactory(first_name=name, email=f"{name}@example.org", phone="+447700900123")
    portal_access.allow_one(customer, by=None, source=ChangeSet.Source.BACK_OFFICE)
    return customer


def until(name: str, **found: Any) -> None:
    """Waits until the delivery by e-mail to this person is so."""
    deliveries = Delivery.objects.filter(channel="email", message__customer__first_name=name)
    eventually(deliveries.filter(**found).exists)


def every_file(folder: Path) -> str:
    """The database, its write-ahead log, the log of the processes, and all else that they wrote."""
    return "\n".join(
        path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file()
    )


def everything_in(address: str) -> str:
    """Every value that Redis holds."""
    server = redis.Redis.from_url(address)
    values = [
        server.get(key) if server.type(key) == b"string" else key for key in server.scan_iter()
    ]
    return "\n".join(str(value) for value in values)


def test_no_password_is_left_behind_by_a_worker_that_sent_it_retried_it_or_was_killed(
    house: House, there: Providers, redis_address: str
) -> None:
    switch_on(ChannelCode.EMAIL, ChannelCode.SMS)
    worker = house.start(
        "worker", LOG_LEVEL="DEBUG", CACHE_URL=redis_address, DJANGO_SETTINGS_MODULE=HURRIED,
        **there.environment,
    )  # fmt: skip

    grant("taken")
    until("taken", state="sent")
    switch_on(ChannelCode.EMAIL)
    there.mailbox.next.append("451 4.3.0 Try again later")
    grant("later")
    until("later", state="queued", attempts=1)
    there.mailbox.next.append("550 5.1.1 No such mailbox")
    grant("refused")
    until("refused", state="failed")
    known = len(there.heard)
    there.mailbox.holds = True
    grant("killed")
    eventually(lambda: len(there.heard) > known)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()

    assert len(there.heard) == 5
    assert "DEBUG" in house.log()
    if connection.vendor == "sqlite":
        assert list(house.folder.glob("*-wal")), "The write-ahead log is searched, too."
    assert betrayed(there.heard, every_file(house.folder)) == []
    assert betrayed(there.heard, every_row()) == []
    assert betrayed(there.heard, everything_in(redis_address)) == []
