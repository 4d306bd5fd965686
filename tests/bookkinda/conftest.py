"""A house of its own for each test that starts real processes: a database, a folder, commands."""

import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import environ
import psycopg
import pytest
from django.db import connections
from psycopg import sql

from bookkinda import databases
from bookkinda.jobs import Job

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 60.0  # seconds that a test waits before it takes something for broken


def eventually(question: Callable[[], Any], *, patience: float = PATIENCE) -> Any:
    """The first true answer. The waits are long so that a busy machine fails nothing."""
    until = time.monotonic() + patience
    while not (answer := question()):
        assert time.monotonic() < until, f"Waited {patience} s in vain."
        time.sleep(0.05)
    return answer


def hear_ctrl_c() -> None:
    """A shell lets what it starts in the background ignore Ctrl-C, and children inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


class House:
    """Starts manage.py commands over a database and a folder of their own."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.database_url = database_url
        self.processes: list[subprocess.Popen] = []
        self.trace = folder / "trace"

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {
            **kept,
            "BOOKKINDA_ENVIRONMENT": "local",
            "DJANGO_SETTINGS_MODULE": "tests.bookkinda.house_settings",
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.database_url,
            "PYTHONUNBUFFERED": "1",
            **more,
        }

    def start(self, *command: str, **environment: str) -> subprocess.Popen:
        """A manage.py command that runs until the test ends it."""
        log = (self.folder / "log").open("ab")
        process = subprocess.Popen(  # noqa: S603 our own words
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment(**environment),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=hear_ctrl_c,  # noqa: PLW1509 nothing but a system call
        )
        log.close()
        self.processes.append(process)
        return process

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """A manage.py command, to its end."""
        return subprocess.run(  # noqa: S603 our own words
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=2 * PATIENCE,
        )

    def notes(self) -> list[str]:
        return self.trace.read_text().splitlines() if self.trace.exists() else []

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def job(self, job: Job) -> Job:
        return Job.objects.get(pk=job.pk)

    def disconnect_everybody(self) -> None:
        """What a restart of a PostgreSQL server does to those who are connected, the test too."""
        connections.close_all()
        with psycopg.connect(self.database_url, autocommit=True) as server:
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def empty_database(self) -> None:
        """As on the first start: the test's own connection is closed, and there is no table."""
        connections.close_all()
        if self.database_url.startswith("sqlite:///"):
            Path(self.database_url.removeprefix("sqlite:///")).unlink()
            return
        change_server(
            self.database_url, "DROP DATABASE {} WITH (FORCE)", name_in(self.database_url)
        )
        change_server(self.database_url, "CREATE DATABASE {}", name_in(self.database_url))

    def stop_all(self) -> None:
        """Whatever still runs of what this test started, children first-born or not."""
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@pytest.fixture(scope="session")
def database_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a migrated database of the kind that this run is for, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    server = os.environ.get("DATABASE_URL", "")
    if not server:
        address = f"sqlite:///{folder / 'bookkinda.sqlite3'}"
        migrate(House(folder, address))
        yield address
        return
    address = with_name(server, f"template_{uuid.uuid4().hex}")
    change_server(server, "CREATE DATABASE {}", name_in(address))
    migrate(House(folder, address))
    yield address
    change_server(server, "DROP DATABASE {} WITH (FORCE)", name_in(address))


def migrate(house: House) -> None:
    for command in (["migrate", "-v0"], ["createcachetable"]):
        done = house.run(*command)
        assert done.returncode == 0, done.stderr


def with_name(address: str, name: str) -> str:
    return f"{address.rpartition('/')[0]}/{name}"


def name_in(address: str) -> str:
    return address.rpartition("/")[2]


def change_server(address: str, statement: str, *names: str) -> None:
    with psycopg.connect(with_name(address, "postgres"), autocommit=True) as server:
        server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@pytest.fixture
def house(
    database_template: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[House]:
    """A house with a database of its own. While it stands, the ORM of the test looks into it."""
    if database_template.startswith("sqlite:///"):
        shutil.copy(database_template.removeprefix("sqlite:///"), tmp_path)
        address = f"sqlite:///{tmp_path / name_in(database_template)}"
        yield from lived_in(House(tmp_path, address), request)
        return
    address = with_name(database_template, f"house_{uuid.uuid4().hex}")
    change_server(
        address, "CREATE DATABASE {} TEMPLATE {}", name_in(address), name_in(database_template)
    )
    yield from lived_in(House(tmp_path, address), request)
    change_server(address, "DROP DATABASE {} WITH (FORCE)", name_in(address))


def lived_in(house: House, request: pytest.FixtureRequest) -> Iterator[House]:
    """Lets the test's own queries go to the house's database, and puts everything back."""
    blocker = request.getfixturevalue("django_db_blocker")
    request.getfixturevalue("django_db_setup")
    before = connections["default"]
    connections.settings["default"] = {
        **before.settings_dict,
        **databases.complete(environ.Env.db_url_config(house.database_url)),
    }
    del connections["default"]
    with blocker.unblock():
        try:
            yield house
        finally:
            house.stop_all()
            connections["default"].close()
            connections.settings["default"] = before.settings_dict
            connections["default"] = before
