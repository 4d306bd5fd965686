"""A Redis server of the tests' own, gone when they end; it keeps nothing on disk."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.servers.postgresql import free_port


def find_server() -> str | None:
    """The path of redis-server, or None where Redis is not installed."""
    return shutil.which("redis-server")


@contextmanager
def redis_server() -> Iterator[str]:
    """The address (CACHE_URL) of a fresh server on loopback; stopped at the end."""
    program = find_server()
    if program is None:
        raise RuntimeError("Redis is not installed.")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="bookkinda-redis-") as folder:
        options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
        process = subprocess.Popen(  # noqa: S603 our own words
            [program, "--port", str(port), *options], stdout=subprocess.DEVNULL
        )
        try:
            wait_until_open(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait(timeout=10)


def wait_until_open(port: int, seconds: float = 10) -> None:
    """Returns once somebody listens on the port of loopback; raises TimeoutError if nobody does."""
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"Nobody listens on port {port} after {seconds} s.")
