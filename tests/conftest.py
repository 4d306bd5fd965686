"""Who plays in the tests: one person for each role, a customer with a login, and a stranger."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from notifications import health
from tests.factories import CustomerFactory, UserFactory
from tests.servers.redis import redis_server

ASKS_A_DATABASE = {"db", "transactional_db", "live_server", "house"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, leaves out what asks no database, and walks through all pages: they give the
    same answers there."""
    if connection.vendor != "postgresql":
        return
    asking, others = [], []
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        asks = item.get_closest_marker("django_db") or ASKS_A_DATABASE & names
        asks = asks and not item.get_closest_marker("walk")
        (asking if asks else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = asking


@pytest.fixture(scope="session")
def redis_address() -> Iterator[str]:
    """A Redis server of this run's own."""
    with redis_server() as address:
        yield address


@pytest.fixture
def media(settings: LazySettings, tmp_path: Path) -> Path:
    """The folder of stored files, of this test alone."""
    folder = tmp_path / "media"
    settings.MEDIA_ROOT = folder
    return folder


@pytest.fixture(autouse=True)
def nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages believe that all is well with sending, so that what they ask can be counted."""
    monkeypatch.setattr(health.watch, "well_until", math.inf)


@pytest.fixture
def owner(db: None) -> User:
    return UserFactory(name="Olive Owner", email="owner@example.org", role=Role.OWNER)


@pytest.fixture
def manager(db: None) -> User:
    return UserFactory(name="Max Manager", email="manager@example.org", role=Role.MANAGER)


@pytest.fixture
def front_desk(db: None) -> User:
    return UserFactory(name="Fay Desk", email="desk@example.org", role=Role.FRONT_DESK)


@pytest.fixture
def reader(db: None) -> User:
    return UserFactory(name="Ray Reader", email="reader@example.org", role=Role.READ_ONLY)


@pytest.fixture
def panel_user(db: None) -> User:
    """A customer's login."""
    user = UserFactory(name="Cora Customer", email="cora@example.org")
    CustomerFactory(first_name="Cora", last_name="Customer", email=user.email, user=user)
    return user


@pytest.fixture
def as_owner(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


@pytest.fixture
def as_manager(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client
