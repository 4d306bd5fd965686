"""Passwords on their way while everybody who sends them is killed, again and again.

KILLS says how often: a few in CI, 200 by
    KILLS=200 python -m pytest -s tests/notifications/test_killed_sending.py
(and the same behind python -m tests.servers.postgresql).
"""

import os

import pytest

from bookkinda import signing_in
from customers.models import ChangeSet, Customer
from notifications import portal_access
from tests.bookkinda.conftest import House, database_template, house
from tests.factories import CustomerFactory
from tests.notifications import killing

__all__ = ["database_template", "house"]
pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("KILLS", "8"))
MANY = 60


def test_whoever_is_killed_everybody_ends_with_a_password_that_works(house: House, settings):
    settings.PASSWORD_HASHERS = signing_in.PASSWORD_HASHERS  # those of the processes
    CustomerFactory.create_batch(MANY)
    portal_access.allow(Customer.objects.all(), by=None, source=ChangeSet.Source.BACK_OFFICE)
    with killing.mail_server() as (port, mails):
        shop = killing.Shop(house, port)
        shop.open()
        for _each in range(KILLS):
            shop.kill_somebody()
        shop.close()

    killing.check_people(mails)
    killing.check_rows(mails)
    killing.check_secrets(house, mails)
    print(killing.report(shop, KILLS, mails))  # noqa: T201 what the long run is for
