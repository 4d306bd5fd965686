"""Many writers on one SQLite file, and the questions of the worker by index."""

import subprocess
import sys

import pytest
from django.db import connection
from django.utils import timezone

from bookkinda import claiming, jobs
from bookkinda.jobs import Job
from tests.bookkinda.conftest import ROOT

WRITER = """
import django, sys; django.setup()
from django.db import transaction
from bookkinda import jobs
from bookkinda.jobs import Job
name = sys.argv[1]
job = jobs.enqueue(f"errands.of-{name}")
for n in range(300):
    with transaction.atomic():  # reads first and writes later: what fails without IMMEDIATE
        seen = Job.objects.get(pk=job.pk).fence
        list(Job.objects.order_by("-id")[:5])
        Job.objects.filter(pk=job.pk).update(fence=seen + 1)
        jobs.enqueue("errands.written", {"by": name, "n": n})
"""


@pytest.mark.slow
def test_processes_that_write_at_once_never_see_a_locked_database(house):
    names = ["a", "b", "c"]
    writers = [
        subprocess.Popen(  # noqa: S603 our own words
            [sys.executable, "-c", WRITER, name],
            cwd=ROOT,
            env=house.environment(),
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]

    errors = [writer.communicate(timeout=120)[1] for writer in writers]

    assert errors == ["", "", ""]
    assert Job.objects.filter(kind="errands.written").count() == 900
    assert set(Job.objects.filter(kind__startswith="errands.of-").values_list("fence")) == {(300,)}


@pytest.mark.slow
def test_a_page_can_be_read_while_somebody_writes(house):
    if connection.vendor != "sqlite":
        pytest.skip("About the settings of SQLite.")
    jobs.enqueue("errands.note")
    holder = subprocess.Popen(  # noqa: S603 our own words
        [sys.executable, "-c", HOLDER],
        cwd=ROOT,
        env=house.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout.readline() == "writing\n"

    assert Job.objects.count() == 1

    holder.communicate("\n", timeout=60)
    assert Job.objects.count() == 2


HOLDER = """
import django; django.setup()
from django.db import transaction
from bookkinda import jobs
with transaction.atomic():
    jobs.enqueue("errands.note")
    print("writing", flush=True)
    input()
"""


@pytest.mark.django_db
def test_sqlite_runs_with_the_settings_that_were_measured():
    if connection.vendor != "sqlite":
        pytest.skip("About the settings of SQLite.")
    with connection.cursor() as cursor:
        found = {}
        for name in ("journal_mode", "synchronous", "cache_size", "temp_store", "foreign_keys"):
            found[name] = cursor.execute(f"PRAGMA {name}").fetchone()[0]

    assert found == {
        "journal_mode": "wal",
        "synchronous": 1,
        "cache_size": -65536,
        "temp_store": 2,
        "foreign_keys": 1,
    }
    assert connection.transaction_mode == "IMMEDIATE"


@pytest.mark.django_db
def test_the_worker_finds_its_next_job_by_index():
    Job.objects.bulk_create(
        Job(kind="bookkinda.clean-jobs", state=state, priority=priority)
        for state in Job.State
        for priority in Job.Priority
        for _ in range(100)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # so few rows would be read whole

    plans = [due[:1].explain() for due in claiming.due_jobs(timezone.now())]

    assert len(plans) == 4
    assert "job_lease" in plans[0]
    for plan in plans[1:]:
        assert "job_next" in plan
        assert "TEMP B-TREE" not in plan
        assert "Sort" not in plan
