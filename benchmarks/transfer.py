"""python -m benchmarks.transfer: import and export beside stock and the bare driver.

Every measurement is a process of its own over a fresh copy of the database; the variants alternate,
and the medians of CPU seconds (its own, its children's and the PostgreSQL backend's) are compared.
DATABASE_URL of an empty database measures PostgreSQL, nothing measures SQLite.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

os.environ.setdefault("BOOKKINDA_ENVIRONMENT", "local")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bookkinda.settings")


def measure(name: str, path: Path) -> None:
    """Do one variant in this process, and print what it cost."""
    import django

    django.setup()
    from django.db import connection

    from benchmarks.transfer_variants import VARIANTS

    connection.ensure_connection()
    before, base = spent(connection), peak()
    started = time.perf_counter()
    counted = VARIANTS[name](path)
    wall = time.perf_counter() - started
    cpu = spent(connection) - before
    answer = {"cpu": cpu, "wall": wall, "rss": peak() - base, "mapped": mapped(), "base": base}
    print(json.dumps({**answer, **counted}))


def spent(connection: Any) -> float:
    """CPU seconds so far: ours, our children's, and the PostgreSQL backend's."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(-1)
    seconds = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    if connection.vendor == "postgresql":
        backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
        seconds += int(backend.read_text().split()[0]) / 1e9
    return seconds


def peak() -> int:
    """The most memory so far, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def mapped() -> int:
    """Memory that is pages of files, MiB: the system takes it back when it needs it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssFile")) // 1024


class Bench:
    """Runs variants over copies of a prepared database."""

    def __init__(self, folder: Path, only: str = "") -> None:
        self.folder = folder
        self.only = tuple(only.split(","))
        self.url = os.environ.get("DATABASE_URL", "")
        self.found: dict[str, list[dict[str, Any]]] = {}

    def manage(self, database: str, *command: str) -> None:
        subprocess.run([sys.executable, "manage.py", *command], env=self.env(database), check=True)

    def env(self, database: str) -> dict[str, str]:
        address = self.url.rpartition("/")[0] + f"/{database}" if self.url else ""
        sqlite = f"sqlite:///{self.folder / database}.sqlite3"
        return {**os.environ, "DATA_DIR": str(self.folder), "DATABASE_URL": address or sqlite}

    def copy(self, source: str, target: str) -> None:
        """A fresh database; an empty source makes an empty one."""
        if not self.url:
            if source:
                shutil.copy(self.folder / f"{source}.sqlite3", self.folder / f"{target}.sqlite3")
            return
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{target}"')
            template = f' TEMPLATE "{source}"' if source else ""
            server.execute(f'CREATE DATABASE "{target}"{template}')

    def run(self, name: str, source: str, path: Path, rows: int) -> None:
        if not name.startswith(self.only):
            return
        for leftover in self.folder.glob("work.sqlite3*"):
            leftover.unlink()
        self.copy(source, "work")
        self.once(name, "work", path, rows)

    def once(self, name: str, database: str, path: Path, rows: int) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.transfer", "--measure", name, str(path)],
            env=self.env(database), check=True, capture_output=True, text=True,
        )  # fmt: skip
        answer = json.loads(done.stdout.splitlines()[-1])
        answer["per_100k"] = answer["cpu"] * 100_000 / rows
        self.found.setdefault(name, []).append(answer)
        print(f"{name:38} {rows:>8,} rows  {json.dumps(answer)}", flush=True)

    def cpu(self, name: str) -> float:
        """The median, as CPU seconds for 100,000 rows."""
        return median(one["per_100k"] for one in self.found[name])

    def ratio(self, slow: str, fast: str) -> None:
        if {slow, fast} <= self.found.keys():
            print(f"{slow} / {fast} = {self.cpu(slow) / self.cpu(fast):.1f}", flush=True)


RATIOS = [
    ("import stock without search index", "import ours without search index"),
    ("import ours without search index", "import floor"),
    ("import stock", "import ours"),
    ("import stock tuned", "import ours"),
    ("import ours", "import floor"),
    ("again stock", "again ours"),
    ("csv stock", "csv ours"),
    ("xlsx stock", "xlsx ours"),
    ("read xlsx openpyxl", "read xlsx ours"),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--stock-rows", type=int, default=5_000, help="stock is slow; it is scaled")
    parser.add_argument("--tuned-rows", type=int, default=20_000, help="tuned stock is quicker")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--only", default="", help="beginnings of names, like again,csv (read needs xlsx)"
    )
    parser.add_argument("--measure", nargs=2)
    chosen = parser.parse_args()
    if chosen.measure:
        measure(chosen.measure[0], Path(chosen.measure[1]))
        return
    with tempfile.TemporaryDirectory(prefix="bookkinda-benchmark-") as folder:
        compare(Bench(Path(folder), chosen.only), chosen)


def compare(bench: Bench, chosen: argparse.Namespace) -> None:
    import django

    django.setup()
    from benchmarks.customer_files import write_csv

    many = write_csv(bench.folder / "many.csv", chosen.rows)
    few = write_csv(bench.folder / "few.csv", chosen.stock_rows)
    some = write_csv(bench.folder / "some.csv", chosen.tuned_rows)
    bench.copy("", "empty")
    bench.manage("empty", "migrate", "-v0")
    bench.copy("empty", "full")
    bench.once("import ours", "full", many, chosen.rows)
    bench.copy("empty", "fuller")
    bench.once("import ours", "fuller", few, chosen.stock_rows)
    bench.found.clear()
    for _round in range(chosen.rounds):
        for name in ("import stock without search index", "import stock"):
            bench.run(name, "empty", few, chosen.stock_rows)
        bench.run("import stock tuned", "empty", some, chosen.tuned_rows)
        for name in ("import floor", "import ours without search index", "import ours"):
            bench.run(name, "empty", many, chosen.rows)
        bench.run("again stock", "fuller", few, chosen.stock_rows)
        bench.run("again ours", "full", many, chosen.rows)
        for kind in ("csv", "xlsx"):
            for who in ("stock", "ours"):
                bench.run(f"{kind} {who}", "full", bench.folder / f"{who}.{kind}", chosen.rows)
        for who in ("openpyxl", "ours"):
            bench.run(f"read xlsx {who}", "full", bench.folder / "ours.xlsx", chosen.rows)
    for slow, fast in RATIOS:
        bench.ratio(slow, fast)


if __name__ == "__main__":
    main()
