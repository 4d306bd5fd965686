"""python -m benchmarks.import_limits: what an import does to others, to memory, and to bad rows.

On SQLite (or DATABASE_URL of an empty database): how long forms wait to be saved while 100,000
rows are imported, whether each injected error is named at its row and field and no other is, and
the peak memory of the import.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("BOOKKINDA_ENVIRONMENT", "local")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bookkinda.settings")
PEAK = (
    "import resource, runpy, sys; sys.argv = sys.argv[1:]\n"
    "try: runpy.run_path(sys.argv[0], run_name='__main__')\n"
    "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)"
)


def start(*command: str) -> subprocess.Popen:
    """A manage.py command that says its peak memory, MiB, at its end."""
    return subprocess.Popen(
        [sys.executable, "-c", PEAK, "manage.py", *command],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def peak_of(process: subprocess.Popen) -> int:
    _out, error = process.communicate()
    return int(error.split()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="0: only the million")
    parser.add_argument("--million", action="store_true", help="a million rows, too")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bookkinda-limits-") as folder:
        os.environ["DATA_DIR"] = folder
        measure(Path(folder), chosen)


def measure(folder: Path, chosen: argparse.Namespace) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from benchmarks.customer_files import people, write_csv

    call_command("migrate", verbosity=0)
    base = peak_of(start("check"))
    print(json.dumps({"memory of a command that does nothing, MiB": base}))

    if chosen.rows:
        bad = write_csv(folder / "bad.csv", chosen.rows, bad=0.01)
        wrong = {line: one.wrong for line, one in enumerate(people(chosen.rows, bad=0.01), 2)}
        print(json.dumps(errors_found(bad, {line: name for line, name in wrong.items() if name})))

        many = write_csv(folder / "many.csv", chosen.rows)
        print(json.dumps(waits_while(start("import_customers", str(many)), base)), flush=True)

    if chosen.million:
        million = write_csv(folder / "million.csv", 1_000_000)
        print(json.dumps(whole_cost(start("import_customers", str(million)), base)))


def whole_cost(process: subprocess.Popen, base: int) -> dict[str, float]:
    """What an import of a million new customers needs."""
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    above = peak_of(process) - base
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "rows": 1_000_000,
        "MiB above base": above,
        "CPU of the process, s": round(cpu),
        "took, s": round(time.perf_counter() - started),
    }


def errors_found(path: Path, expected: dict[int, str]) -> dict[str, int]:
    """Whether each wrong cell is named at its row and field, and no other."""
    from customers.importing import runs
    from customers.models import ChangeSet

    work = runs.import_file(
        path, name=path.name, options=runs.ImportOptions(), by=None,
        source=ChangeSet.Source.COMMAND, dry_run=True,
    )  # fmt: skip
    found = {
        row.line: {header for header, _problem in row.problems}
        for row in work.run.rows.filter(action="refused")
    }
    return {
        "errors injected": len(expected),
        "named at their row and field": sum(
            found.get(line) == {name} for line, name in expected.items()
        ),
        "false": len(set(found) - set(expected)),
    }


def waits_while(process: subprocess.Popen, base: int) -> dict[str, float]:
    """Save one customer again and again by the rule that forms use, as long as the import runs."""
    from customers.editing import edit_customer
    from customers.models import ChangeSet, Customer

    somebody = Customer.objects.create(first_name="Somebody")
    started, waits = time.perf_counter(), []
    while process.poll() is None:
        began = time.perf_counter()
        edit_customer(
            somebody, by=None, source=ChangeSet.Source.BACK_OFFICE,
            expected_version=somebody.version, note=f"{began}",
        )  # fmt: skip
        waits.append(time.perf_counter() - began)
        somebody.refresh_from_db()
        time.sleep(0.02)
    waits.sort()
    return {
        "import took, s": round(time.perf_counter() - started, 1),
        "forms saved": len(waits),
        "middle wait, ms": round(waits[len(waits) // 2] * 1000, 1),
        "95th, ms": round(waits[len(waits) * 95 // 100] * 1000, 1),
        "longest wait, ms": round(waits[-1] * 1000, 1),
        "MiB above base": peak_of(process) - base,
    }


if __name__ == "__main__":
    main()
