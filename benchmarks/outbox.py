"""python -m benchmarks.outbox --grants 10000: from one click to the last password.

Real processes: the web server and the workers of `manage.py serve`, a mail server on loopback that
takes everything at once, and somebody who opens the list of customers all the while. DATABASE_URL
of an empty database measures PostgreSQL, nothing measures SQLite.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.measuring import TICK, percentile_95
from tests.servers.postgresql import free_port

SINK = """
import asyncio, sys
from aiosmtpd.smtp import SMTP

class Sink:
    async def handle_DATA(self, server, session, envelope):
        return "250 OK"

async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Sink()), "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()

asyncio.run(serve())
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--grants", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bookkinda-outbox-") as folder:
        prepare(Path(folder))
        import django

        django.setup()
        measure(asked.grants, asked.workers)


def prepare(folder: Path) -> None:
    """The environment of this process and of all that it starts."""
    os.environ.update(
        BOOKKINDA_ENVIRONMENT="local",
        DJANGO_SETTINGS_MODULE="bookkinda.settings",
        DATA_DIR=str(folder),
        PORT=str(free_port()),
        EMAIL_URL=f"smtp://127.0.0.1:{free_port()}",
        EMAILS_PER_SECOND="0",
        LOG_LEVEL="WARNING",
    )
    subprocess.run([sys.executable, "manage.py", "prepare"], check=True, stdout=subprocess.DEVNULL)


def measure(grants: int, workers: int) -> None:
    add_customers(grants)
    address = os.environ["EMAIL_URL"].rpartition(":")[2]
    sink = subprocess.Popen([sys.executable, "-c", SINK, address])
    server = subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        env={**os.environ, "WORKERS": str(workers)},
    )
    try:
        visitor = Visitor()
        visitor.wait_until_it_answers()
        idle = [visitor.open_list() for _look in range(40)]
        print(f"hash: {cost_of_hash():.1f} ms of one core")
        begin(grants)
        watch(grants, visitor, idle, Meters(server.pid))
    finally:
        server.terminate()
        server.wait(60)
        sink.kill()


def begin(grants: int) -> None:
    """The click: a bulk act on all customers, which the worker does."""
    from accounts.models import User
    from customers import bulk
    from customers.models import ChangeSet

    began = time.perf_counter()
    bulk.begin(
        bulk.Action.ALLOW,
        by=User.objects.get(),
        source=ChangeSet.Source.BACK_OFFICE,
        query="",
        pks=[],
        tags={},
    )
    print(f"the click that grants {grants}: {time.perf_counter() - began:.2f} s", flush=True)


def watch(grants: int, visitor: "Visitor", idle: list[float], meters: "Meters") -> None:
    """Until everything is sent; open a page twice a second meanwhile."""
    from notifications.models import Delivery

    began, cpu, told = time.perf_counter(), meters.spent(), 0
    busy: list[float] = []
    while (left := grants - Delivery.objects.exclude(state="queued").count()) > 0:
        busy.append(visitor.open_list())
        if (grants - left) // 1000 > told:
            told = (grants - left) // 1000
            print(f"  {grants - left} sent after {time.perf_counter() - began:.0f} s", flush=True)
        time.sleep(0.5)
    wall = time.perf_counter() - began
    each = {name: (meters.spent()[name] - cpu[name]) / grants * 1000 for name in cpu}
    total = sum(each.values())
    parts = ", ".join(f"{name} {cost:.1f}" for name, cost in each.items())
    print(f"sent {Delivery.objects.filter(state='sent').count()} in {wall:.0f} s")
    print(f"CPU ms of each message: {total:.1f} ({parts}); {1000 / total:.1f} a second and core")
    for name, times in (("idle", idle), ("while sending", busy)):
        print(f"list of customers, {name}: p50 {median(times):.0f} ms, "
              f"p95 {percentile_95(times):.0f} ms, worst {max(times):.0f} ms")  # fmt: skip


class Visitor:
    """A member of staff with a session."""

    def __init__(self) -> None:
        import requests
        from django.test import Client

        from accounts.models import User
        from accounts.roles import Role

        client = Client()
        client.force_login(
            User.objects.create_user("owner@example.org", role=Role.OWNER),
            backend="accounts.backends.SignInBackend",
        )
        self.address = f"http://127.0.0.1:{os.environ['PORT']}"
        self.session = requests.Session()
        for name, cookie in client.cookies.items():
            self.session.cookies.set(name, cookie.value)

    def wait_until_it_answers(self) -> None:
        import requests

        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                self.session.get(f"{self.address}/healthz", timeout=5)
            except requests.RequestException:
                time.sleep(0.2)
            else:
                break
        for _look in range(10):
            self.open_list()

    def open_list(self) -> float:
        """Milliseconds until the page of customers is there."""
        began = time.perf_counter()
        answer = self.session.get(f"{self.address}/backoffice/customers/", timeout=60)
        assert answer.ok, answer.status_code
        assert answer.url.endswith("/customers/"), answer.url
        return (time.perf_counter() - began) * 1000


class Meters:
    """CPU seconds of the workers, and of PostgreSQL for whoever is connected."""

    def __init__(self, server: int) -> None:
        self.server = server

    def spent(self) -> dict[str, float]:
        processes = [(int(p.name), words(p)) for p in Path("/proc").iterdir() if p.name.isdigit()]
        workers = [pid for pid, line in processes if line[-1:] == ["worker"] and is_ours(pid)]
        found: dict[str, float] = {"worker": sum(map(seconds, workers))}
        from django.db import connection

        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                )
                found["database"] = sum(seconds(pid) for (pid,) in cursor.fetchall())
        return found


def is_ours(pid: int) -> bool:
    try:
        environ = Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False
    return f"DATA_DIR={os.environ['DATA_DIR']}".encode() in environ


def words(process: Path) -> list[str]:
    try:
        return (process / "cmdline").read_text().rstrip("\0").split("\0")
    except OSError:
        return []


def seconds(pid: int) -> float:
    """CPU seconds of a process so far."""
    fields: list[Any] = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def add_customers(number: int) -> None:
    from customers.folding import derived_values
    from customers.models import Customer

    people = []
    for n in range(number):
        one = Customer(first_name="Ada", last_name=f"No {n}", email=f"customer{n}@example.org")
        derived = derived_values(one.first_name, one.last_name, one.email, "", None)
        one.name_key, one.given_key, one.search_text, one.birthday = derived
        people.append(one)
    Customer.objects.bulk_create(people, batch_size=1_000)


def cost_of_hash() -> float:
    from django.contrib.auth.hashers import make_password

    began = time.process_time()
    for _each in range(40):
        make_password("bcdfghjkmnpq")
    return (time.process_time() - began) / 40 * 1000


if __name__ == "__main__":
    main()
