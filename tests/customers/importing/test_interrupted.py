"""Imports that are killed, started twice, or run while somebody saves a form."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connections

from customers.editing import edit_customer
from customers.models import Change, ChangeSet, Customer, ImportRow, ImportRun
from tests.bookkinda.conftest import ROOT, House, eventually

pytestmark = pytest.mark.slow

MANY = 60_000  # so many that an import is still at it when the test interferes


def write_many(path: Path, rows: int) -> Path:
    """Customers with and without anything that they could be known by."""
    lines = [f"Name {n},Surname,{f'n{n}@example.org' if n % 3 else ''}" for n in range(rows)]
    path.write_text("\n".join(["Name,Surname,E-mail", *lines]))
    return path


def kill(process: subprocess.Popen) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_an_import_that_was_killed_leaves_whole_chunks_and_goes_on_later(house: House):
    path = write_many(house.folder / "many.csv", MANY)
    process = house.start("import_customers", str(path))
    eventually(lambda: Customer.objects.count() > 1_000)
    kill(process)
    connections["default"].close()

    taken = Customer.objects.count()
    assert 0 < taken < MANY
    done = ImportRow.objects.filter(done=True, customer__isnull=False)
    assert done.count() == taken == Change.objects.count() == ChangeSet.objects.get().size
    known = set(Customer.objects.values_list("pk", flat=True))

    again = house.run("import_customers", str(path), "--json")

    assert again.returncode == 0, again.stderr
    assert '"resumed": true' in again.stdout
    assert Customer.objects.count() == MANY == Change.objects.count()
    assert set(Customer.objects.values_list("pk", flat=True)) > known
    assert ImportRun.objects.count() == 1

    third = house.run("import_customers", str(path), "--json")
    assert '"skipped": 60000' in third.stdout
    assert Customer.objects.count() == MANY


def test_an_import_that_was_killed_while_checking_starts_again(house: House):
    path = write_many(house.folder / "many.csv", MANY)
    process = house.start("import_customers", str(path))
    eventually(lambda: ImportRow.objects.count() > 500)
    kill(process)
    connections["default"].close()
    was_checking = ImportRun.objects.get().state == ImportRun.State.CHECKING

    again = house.run("import_customers", str(path))

    assert again.returncode == 0, again.stderr
    assert Customer.objects.count() == MANY
    assert was_checking


def test_the_same_import_started_twice_is_taken_over_and_adds_nothing_twice(house: House):
    path = write_many(house.folder / "many.csv", MANY)
    first = house.start("import_customers", str(path))
    eventually(lambda: Customer.objects.count() > 1_000)

    second = house.run("import_customers", str(path))

    assert second.returncode == 0, second.stderr
    assert first.wait(60) == 2
    assert "started once more" in house.log()
    assert Customer.objects.count() == MANY


def test_forms_can_be_saved_while_an_import_runs(house: House):
    somebody = Customer.objects.create(first_name="Somebody")
    path = write_many(house.folder / "many.csv", 30_000)
    process = house.start("import_customers", str(path))
    eventually(ImportRow.objects.exists)
    saved = 0
    while process.poll() is None:
        somebody.refresh_from_db()
        edit_customer(
            somebody, by=None, source=ChangeSet.Source.BACK_OFFICE,
            expected_version=somebody.version, note=str(saved),
        )  # fmt: skip
        saved += 1
        time.sleep(0.02)

    assert process.wait() == 0, house.log()
    assert saved > 10  # how long each one waits is measured in benchmarks/
    assert Customer.objects.count() == 30_001


def test_ctrl_c_is_a_sentence_and_the_import_goes_on_later(house: House):
    path = write_many(house.folder / "many.csv", MANY)
    process = house.start("import_customers", str(path))
    eventually(lambda: Customer.objects.count() > 1_000)
    os.killpg(process.pid, signal.SIGINT)

    assert process.wait(60) == 2
    assert "Stopped." in house.log()
    assert "Traceback" not in house.log()
    assert house.run("import_customers", str(path)).returncode == 0
    assert Customer.objects.count() == MANY


def test_standard_input_is_read(house: House):
    done = subprocess.run(
        [sys.executable, "manage.py", "import_customers", "-"],
        input="Name;E-mail\nÖzgür;o@example.org\nBob;nonsense\n".encode(),
        cwd=ROOT, env=house.environment(), capture_output=True, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert b"Row 3" in done.stdout
    assert Customer.objects.get().first_name == "Özgür"


def test_no_database_is_a_sentence_and_no_traceback(house: House):
    path = write_many(house.folder / "many.csv", 3)
    house.empty_database()

    done = house.run("import_customers", str(path))

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith(str(path))


def test_two_imports_of_overlapping_files_at_once_add_each_address_once(house: House):
    one, two = house.folder / "one.csv", house.folder / "two.csv"
    rows = [f"Name {n},n{n}@example.org" for n in range(6_000)]
    one.write_text("\n".join(["Name,E-mail", *rows]))
    two.write_text("\n".join(["Name,E-mail", *reversed(rows)]))

    processes = [house.start("import_customers", str(path)) for path in (one, two)]

    assert [process.wait(120) for process in processes] == [0, 0], house.log()
    emails = list(Customer.objects.values_list("email", flat=True))
    assert len(set(emails)) == 6_000
    assert len(emails) == 6_000
