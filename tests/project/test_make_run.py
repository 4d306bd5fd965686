"""`make run`, as somebody does it who has just got the files."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.servers.postgresql import free_port
from tests.servers.redis import wait_until_open

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed"),
]


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """The environment of a fresh machine, but with the packages installed that we run with."""
    binaries = tmp_path / "venv" / "bin"
    binaries.mkdir(parents=True)
    python = binaries / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    (tmp_path / "venv" / ".runtime").touch()
    return {
        "PATH": os.environ["PATH"],
        "VENV": str(tmp_path / "venv"),
        "DATA_DIR": str(tmp_path / "data"),
        "PORT": str(free_port()),
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def running(machine: dict[str, str], output: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`make run` until it answers; at the end Ctrl-C, as a terminal sends it: to everybody."""
    with output.open("wb") as file:
        process = subprocess.Popen(
            ["make", "run"],  # noqa: S607 the one that a person would run
            cwd=ROOT,
            env=machine,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            wait_until_open(int(machine["PORT"]), seconds=120)
            yield process
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(timeout=60)


def sign_in(address: str, email: str, password: str) -> str:
    """The settings page, as somebody sees it who signed in with a browser."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = browser.open(f"{address}/sign-in/?next=/backoffice/settings/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    form = {
        "csrfmiddlewaretoken": token[1],
        "login": email,
        "password": password,
        "next": "/backoffice/settings/",
    }
    return str(
        browser.open(f"{address}/sign-in/", urlencode(form).encode(), timeout=30).read().decode()
    )


def test_the_first_run_prints_a_password_that_signs_in_and_the_second_asks_nothing(
    machine, tmp_path
):
    first, second = tmp_path / "first", tmp_path / "second"

    with running(machine, first) as process:
        said = first.read_text()
        address = re.search(r"Address +(\S+)", said)
        email = re.search(r"E-mail +(\S+)", said)
        password = re.search(r"Password +(\S+)", said)
        assert address
        assert email
        assert password
        assert address[1] == f"http://127.0.0.1:{machine['PORT']}"
        page = sign_in(address[1], email[1], password[1])
        assert "This is a sample." in page
        assert "Willow Street Studio" in page

    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)  # Ctrl-C stopped web server and worker, too

    started = time.monotonic()
    with running(machine, second):
        assert time.monotonic() - started < 30  # seconds; three where nothing else is going on
    assert password[1] not in second.read_text()
    assert "make password" in second.read_text()


def make(machine: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        ["make", *words],  # noqa: S607
        cwd=ROOT,
        env=machine,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_port_in_use_is_said_with_the_way_out(machine, tmp_path):
    with running(machine, tmp_path / "first"):
        answer = make(machine, "run")

    assert answer.returncode != 0
    assert f"PORT={int(machine['PORT']) + 1}" in answer.stderr


def fake_python(folder: Path, *, refuses: str) -> str:
    """A Python that fails for any program that holds this word."""
    path = folder / "python-of-a-kind"
    path.write_text(f'#!/bin/sh\ncase "$2" in *{refuses}*) exit 1;; esac\n')
    path.chmod(0o755)
    return str(path)


def test_a_python_that_is_too_old_is_said(machine, tmp_path):
    old = fake_python(tmp_path, refuses="version_info")

    answer = make({**machine, "VENV": str(tmp_path / "new"), "BASE_PYTHON": old}, "run")

    assert answer.returncode != 0
    assert "is not Python 3.11 or newer" in answer.stderr


def test_a_machine_without_a_fitting_python_is_told_what_to_do(machine, tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("make", "sh", "echo"):
        found = shutil.which(name)
        assert found
        (tools / name).symlink_to(found)

    answer = make({**machine, "VENV": str(tmp_path / "new"), "PATH": str(tools)}, "run")

    assert answer.returncode != 0
    assert "needs Python 3.11 or newer" in answer.stderr
    assert "BASE_PYTHON=" in answer.stderr


def test_a_missing_venv_module_is_said_with_the_package_that_has_it(machine, tmp_path):
    bare = fake_python(tmp_path, refuses="ensurepip")

    answer = make({**machine, "VENV": str(tmp_path / "new"), "BASE_PYTHON": bare}, "run")

    assert answer.returncode != 0
    assert "apt install python3-venv" in answer.stderr
