"""Who plays in the tests: one person for each role, a customer with a login, and a stranger."""

from collections.abc import Iterator

import pytest

from accounts.models import User
from accounts.roles import Role
from tests.factories import CustomerFactory, UserFactory
from tests.servers.redis import redis_server


@pytest.fixture(scope="session")
def redis_address() -> Iterator[str]:
    """A Redis server of this run's own."""
    with redis_server() as address:
        yield address


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
