"""A PostgreSQL server of the tests' own, gone when they end.

python -m tests.servers.postgresql COMMAND…   runs the command with DATABASE_URL set to it.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def find_binaries() -> Path | None:
    """The folder with initdb and pg_ctl, or None where PostgreSQL is not installed."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The address (DATABASE_URL) of a fresh server on loopback; stopped and removed at the end."""
    binaries = find_binaries()
    if binaries is None:
        raise RuntimeError("PostgreSQL is not installed.")
    # PostgreSQL refuses to run as root, so root hands it to the system's postgres user.
    as_owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="bookkinda-postgresql-", dir="/tmp"))
    if as_owner:
        shutil.chown(folder, "postgres")
    data, port = folder / "data", free_port()
    options = f"-p {port} -k {folder} -c fsync=off -c listen_addresses=127.0.0.1"

    def run(*command: str) -> None:
        subprocess.run(  # noqa: S603 our own words
            [*as_owner, *command], check=True, stdout=subprocess.DEVNULL, cwd=folder
        )

    run(str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", "bookkinda", "--no-sync",
        "-E", "UTF8", "--locale=C.UTF-8")  # fmt: skip
    run(
        str(binaries / "pg_ctl"),
        "-w",
        "-D",
        str(data),
        "-l",
        str(folder / "log"),
        "-o",
        options,
        "start",
    )
    try:
        yield f"postgres://bookkinda@127.0.0.1:{port}/postgres"
    finally:
        run(str(binaries / "pg_ctl"), "-w", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    with postgresql_server() as address:
        environment = {**os.environ, "DATABASE_URL": address}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
