"""The limits on attempts hold over several processes at once, whatever cache they share."""

import http.client
import re
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from tests.bookkinda.conftest import ROOT, House, database_template, house
from tests.servers.postgresql import free_port
from tests.servers.redis import wait_until_open

__all__ = ["database_template", "house"]
pytestmark = pytest.mark.slow
WORKERS, AT_ONCE = 4, 16


def serve(house: House, **environment: str) -> int:
    """The real application behind one proxy, in several processes; the port it listens on."""
    port = free_port()
    settings = {"TRUSTED_PROXIES": "1", "DEBUG": "true"}  # DEBUG: without collected static files
    house.processes.append(
        subprocess.Popen(  # noqa: S603 our own words
            [
                sys.executable,
                *("-m", "gunicorn", "bookkinda.wsgi", "--no-control-socket"),
                *("--workers", str(WORKERS), "--bind", f"127.0.0.1:{port}"),
            ],
            cwd=ROOT,
            env=house.environment(**settings, **environment),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    )
    wait_until_open(port, seconds=30)
    return port


def guess(port: int, account: str, address: str) -> int:
    """One wrong password for the account from the network address; the status of the answer."""
    server = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"X-Forwarded-For": address}
    server.request("GET", "/sign-in/", headers=headers)
    page = server.getresponse()
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())[1]
    typed = {"login": account, "password": "wrong", "csrfmiddlewaretoken": token}
    form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    server.request("POST", "/sign-in/", urlencode(typed), {**headers, **form})
    status = server.getresponse().status
    server.close()
    return status


def guess_at_once(port: int, tries: list[tuple[str, str]]) -> Counter[int]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Counter(pool.map(lambda each: guess(port, *each), tries))


def check_limits(port: int) -> None:
    one_account = [("ada@example.org", f"203.0.113.{number}") for number in range(40)]
    one_address = [(f"x{number}@example.org", "198.51.100.7") for number in range(40)]

    assert guess_at_once(port, one_account) == {200: 5, 429: 35}
    assert guess_at_once(port, one_address)[200] <= 10


def test_the_limits_hold_over_processes_that_share_the_database(house):
    check_limits(serve(house))


@pytest.mark.redis
def test_the_limits_hold_over_processes_that_share_redis(house, redis_address):
    check_limits(serve(house, CACHE_URL=redis_address))
