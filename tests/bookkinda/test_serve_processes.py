"""`manage.py serve` and `manage.py prepare` as real processes."""

import os
import signal
import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from bookkinda.jobs import WorkerSign
from tests.bookkinda.conftest import House, eventually
from tests.servers.postgresql import free_port

pytestmark = pytest.mark.slow
LINUX = Path("/proc/self/stat").exists()


def family_of(pid: int) -> dict[int, str]:
    """Every process below this one, by number, with its command line."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents[int(folder.name)] = (int(fields[1]), words)
    family, generation = {}, {pid}
    while generation:
        generation = {child for child, (parent, _) in parents.items() if parent in generation}
        family |= {child: parents[child][1] for child in generation}
    return family


def is_alive(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def status(port: int) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/", timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


class Served:
    """A prepared house with `serve` running in it."""

    def __init__(self, house: House) -> None:
        assert house.run("prepare").returncode == 0
        self.house = house
        self.port = free_port()
        self.process = house.start("serve", PORT=str(self.port))
        self.wait_until_up()

    def wait_until_up(self) -> None:
        eventually(lambda: status(self.port) == 200)
        eventually(WorkerSign.objects.exists)

    def web_server(self) -> int | None:
        """The first process of the web server; those that answer are below it."""
        family = family_of(self.process.pid)
        return min((pid for pid, words in family.items() if "gunicorn" in words), default=None)

    def worker(self) -> int:
        family = family_of(self.process.pid)
        return next(pid for pid, words in family.items() if words.endswith("manage.py worker "))


@pytest.fixture
def served(house):
    if not LINUX:
        pytest.skip("Looks into /proc.")
    served = Served(house)
    family = family_of(served.process.pid)
    yield served
    for pid in [*family, *family_of(served.process.pid)]:
        if is_alive(pid):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_signal_stops_all_and_leaves_no_orphan(served, number):
    family = family_of(served.process.pid)
    assert len(family) == 4  # gunicorn, its two processes, the worker

    served.process.send_signal(number)

    assert served.process.wait(60) == 0
    assert [pid for pid in family if is_alive(pid)] == []
    assert not WorkerSign.objects.exists()
    assert "Traceback" not in served.house.log()


def test_a_killed_web_server_is_started_again_and_nobody_is_refused(served):
    killed = served.web_server()
    os.kill(killed, signal.SIGKILL)

    eventually(lambda: "The web server ended (-9)" in served.house.log())
    assert status(served.port) == 200
    assert eventually(served.web_server) != killed
    assert served.process.poll() is None


def test_a_killed_worker_is_started_again(served):
    killed = served.worker()
    os.kill(killed, signal.SIGKILL)

    eventually(lambda: "The worker ended (-9)" in served.house.log())
    eventually(lambda: WorkerSign.objects.count() == 2)  # the dead one's sign, and the new one's
    assert served.worker() != killed
    assert status(served.port) == 200


def test_all_processes_end_when_the_supervisor_is_killed(served):
    family = family_of(served.process.pid)

    served.process.kill()
    served.process.wait()

    eventually(lambda: not [pid for pid in family if is_alive(pid)])
    assert status(served.port) == 0


def test_a_port_in_use_is_said_in_a_sentence(house):
    house.run("prepare")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = house.run("serve", PORT=str(port))

    assert refused.returncode == 1
    assert f"Port {port} is in use by another program." in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_address_of_another_machine_is_said_in_a_sentence(house):
    house.run("prepare")

    refused = house.run("serve", HOST="192.0.2.1", PORT=str(free_port()))

    assert refused.returncode == 1
    assert "HOST=192.0.2.1 is no address of this machine." in refused.stderr


def test_a_web_server_that_cannot_start_ends_the_supervisor(house):
    house.run("prepare")

    refused = house.run(
        "serve", PORT=str(free_port()), GUNICORN_CMD_ARGS="--user nobody-of-this-name"
    )

    assert refused.returncode == 1
    assert "The web server cannot start" in refused.stderr


def test_serving_an_unprepared_house_is_refused(house):
    refused = house.run("serve", PORT=str(free_port()))

    assert refused.returncode == 1
    assert "Run first: manage.py prepare" in refused.stderr


def test_with_nothing_to_run_serve_says_so(house):
    house.run("prepare")

    refused = house.run("serve", WEB_WORKERS="0", WORKERS="0")

    assert refused.returncode == 1
    assert "WEB_WORKERS and WORKERS are both 0" in refused.stderr


def test_preparing_again_does_nothing(house):
    first = house.run("prepare")
    second = house.run("prepare")

    assert "Collecting the static files" in first.stdout
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert list((house.folder / "static").rglob("*.br"))
    assert (house.folder / "media").is_dir()  # to be backed up before the first picture, too


def test_preparing_twice_at_once_on_an_empty_database_does_it_once(house):
    house.empty_database()
    both = [house.start("prepare"), house.start("prepare")]

    assert [process.wait(120) for process in both] == [0, 0]
    assert house.log().count("Making the tables") == 1
    assert house.log().count("Collecting the static files") == 1
