"""A large export whose worker is killed: another one writes it anew, and nothing is left behind."""

import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.models import User
from accounts.roles import Role
from bookkinda.jobs import Job
from customers import kept_exports
from customers.exporting import Format
from customers.folding import derived_values
from customers.models import Customer, ExportRun
from customers.resources import all_columns
from tests.bookkinda.conftest import House, database_template, eventually, house

__all__ = ["database_template", "house"]
pytestmark = pytest.mark.slow
MANY = 40_000  # so many that the worker is still at it when it is killed


def add_many() -> None:
    for start in range(0, MANY, 5_000):
        people = []
        for number in range(start, start + 5_000):
            one = Customer(first_name="Ada", last_name=f"No {number}")
            derived = derived_values(one.first_name, one.last_name, "", "", None)
            one.name_key, one.given_key, one.search_text, one.birthday = derived
            people.append(one)
        Customer.objects.bulk_create(people)


def test_a_killed_worker_leaves_an_export_that_another_one_writes_to_its_end(house: House):
    manager = User.objects.create_user("manager@example.org", role=Role.MANAGER)
    add_many()
    begun = kept_exports.begin("", all_columns(), Format("xlsx"), by=manager, file_name="c.xlsx")
    worker = house.start("worker")
    eventually(lambda: Job.objects.get(pk=begun.job_id).progress.get("done"))
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    connections["default"].close()
    export = ExportRun.objects.get()
    assert export.state == ExportRun.State.WRITING
    half = house.folder / "media" / str(export.file.name)
    half.parent.mkdir(parents=True, exist_ok=True)
    half.write_bytes(b"what a kill leaves while the file is stored")

    Job.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    house.start("worker")
    eventually(lambda: ExportRun.objects.get().state == ExportRun.State.DONE)

    export.refresh_from_db()
    written = house.folder / "media" / str(export.file.name)
    sheet = CalamineWorkbook.from_path(str(written)).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert len({row[0] for row in rows[1:]}) == len(rows) - 1 == export.count == MANY
    assert list(Path(written.parent).iterdir()) == [written]
    assert Job.objects.get(pk=begun.job_id).expired_leases == 1
