"""Runs every test that can run here, and says in one line what was left out.

python -m tests.run            all of them; those that need a browser or a server when it is there
python -m tests.run --quick    what `make check` asks: SQLite, no browser, no server, nothing slow

Where CI is set, a browser or a server that is missing is a failure. Where AFTER_CHECK is set, the
quick tests have just passed on this very tree, and are not run once more on SQLite.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO

from tests.servers import postgresql, redis

QUICK = "not browser and not slow and not postgresql and not redis"


@dataclass(frozen=True)
class Part:
    """One run of pytest: the tests that `markers` selects, under the words of `wrapper`."""

    title: str
    markers: str
    in_parallel: bool = True
    alone: bool = True
    wrapper: tuple[str, ...] = ()


def missing() -> list[str]:
    """What is not installed here and some tests need."""
    found = {
        "Chromium": shutil.which("chromium") or shutil.which("google-chrome"),
        "PostgreSQL": postgresql.find_binaries(),
        "Redis": redis.find_server(),
    }
    return [name for name, path in found.items() if path is None]


def parts(without: list[str]) -> Iterator[Part]:
    """Every run that can be made here. No test is in two of them on the same database; those that
    ask none are left out on PostgreSQL (tests/conftest.py)."""
    on_sqlite = "not browser and not postgresql"
    if "Redis" in without:
        on_sqlite += " and not redis"
    if os.environ.get("AFTER_CHECK"):
        on_sqlite += f" and not ({QUICK})"
    yield Part("On SQLite", on_sqlite)
    if "Chromium" not in without:
        # Each parallel run would start a browser of its own, which two cores do not carry. One of
        # them waits for pages most of the time, so the other parts go on beside it.
        yield Part("In Chromium", "browser", in_parallel=False, alone=False)
    if "PostgreSQL" not in without:
        wrapper = (sys.executable, "-m", "tests.servers.postgresql")
        yield Part("On PostgreSQL", "not browser and not redis", wrapper=wrapper)


def start(part: Part, output: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    """Begins a run; without an `output` it says at once what it does."""
    processes = min(os.cpu_count() or 1, 4) if part.in_parallel else 1
    command = [*part.wrapper, sys.executable, "-m", "pytest", "-q", "-m", part.markers]
    if processes > 1:
        command += ["-n", str(processes)]
    return subprocess.Popen(command, stdout=output, stderr=output and subprocess.STDOUT)  # noqa: S603 our own words


def run(part: Part) -> bool:
    """Whether all of its tests passed; no test at all is a failure, for then a name is wrong."""
    print(f"\n{part.title}:", flush=True)
    return start(part).wait() == 0


def run_all(all_parts: list[Part]) -> list[str]:
    """Runs the parts one after the other, and beside them those that need not be alone; returns
    the titles of those that failed."""
    with ExitStack() as files:
        beside = []
        for part in all_parts:
            if not part.alone:
                output = files.enter_context(tempfile.TemporaryFile())
                beside.append((part, output, start(part, output)))
        failed = [part.title for part in all_parts if part.alone and not run(part)]
        for part, output, process in beside:
            failed += [] if process.wait() == 0 else [part.title]
            output.seek(0)
            print(f"\n{part.title}:\n{output.read().decode()}", flush=True)
    return failed


def main(arguments: list[str]) -> int:
    if arguments == ["--quick"]:
        return 0 if run(Part("The quick tests, on SQLite", QUICK)) else 1
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    without = missing()
    if without and os.environ.get("CI"):
        print(f"Not installed here, and CI needs it: {', '.join(without)}.", file=sys.stderr)
        return 1
    failed = run_all(list(parts(without)))
    if without:
        print(f"\nLeft out, because it is not installed here: {', '.join(without)}.")
    if failed:
        print(f"\nFailed: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
