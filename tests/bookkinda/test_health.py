"""/healthz says that this process answers; /readyz ok, or what keeps messages from being sent."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from bookkinda.jobs import PERIODS, Job, Schedule, WorkerSign
from notifications.models import ChannelState

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(minutes=20)


@pytest.fixture
def worker():
    return WorkerSign.objects.create(name="worker", seen_at=timezone.now())


def asked(client: Client) -> tuple[int, list[str]]:
    """What /readyz says."""
    answer = client.get("/readyz")
    return answer.status_code, answer.json().get("down", [])


def test_with_database_and_worker_all_is_well(client, worker):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer["Cache-Control"] == "no-store"


def test_a_silent_worker_is_down(client, worker):
    WorkerSign.objects.update(seen_at=timezone.now() - timedelta(minutes=2))

    assert asked(client) == (503, ["worker"])


def test_a_worker_that_is_busy_for_long_is_not_down(client):
    Job.objects.create(
        kind="test.long",
        state=Job.State.RUNNING,
        leased_until=timezone.now() + timedelta(seconds=30),
    )

    assert asked(client) == (200, [])


def test_a_job_whose_lease_ran_out_is_no_sign_of_life(client):
    Job.objects.create(
        kind="test.left",
        state=Job.State.RUNNING,
        leased_until=timezone.now() - timedelta(seconds=1),
    )

    assert asked(client) == (503, ["worker"])


def test_a_channel_that_is_stopped_is_down(client, worker):
    ChannelState.objects.create(channel="sms", stopped_at=timezone.now())
    ChannelState.objects.create(channel="email")

    assert asked(client) == (503, ["sms"])


@pytest.mark.parametrize(
    ("priority", "down"),
    [
        (Job.Priority.URGENT, ["waiting-messages"]),
        (Job.Priority.NORMAL, ["waiting-messages"]),
        (Job.Priority.BULK, []),
    ],
)
def test_what_should_have_gone_long_ago_is_told_unless_it_is_one_of_many(
    client, worker, priority, down
):
    Job.objects.create(kind="x", priority=priority, run_after=timezone.now() - LONG_AGO)
    Job.objects.create(kind="x", run_after=timezone.now() + LONG_AGO)

    assert asked(client)[1] == down


def test_periodic_work_that_does_not_come_is_told(client, worker):
    Schedule.objects.create(name=next(iter(PERIODS)), next_run_at=timezone.now() - LONG_AGO)
    Schedule.objects.create(name="of another version", next_run_at=timezone.now() - LONG_AGO)

    assert asked(client) == (503, ["periodic-work"])


def test_a_missing_cache_is_down(client, worker):
    missing = {"BACKEND": "django.core.cache.backends.redis.RedisCache"}
    with override_settings(CACHES={"default": {**missing, "LOCATION": "redis://127.0.0.1:1/0"}}):
        assert asked(client) == (503, ["cache"])


@pytest.mark.django_db(transaction=True)
def test_a_database_without_tables_is_down_while_the_process_is_alive(client):
    with connection.schema_editor() as editor:
        editor.alter_db_table(WorkerSign, "bookkinda_workersign", "moved_away")
    try:
        ready, alive = asked(client), client.get("/healthz")
    finally:
        with connection.schema_editor() as editor:
            editor.alter_db_table(WorkerSign, "moved_away", "bookkinda_workersign")

    assert ready == (503, ["database"])
    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@override_settings(SECURE_SSL_REDIRECT=True)
def test_whoever_watches_may_call_by_number_and_by_http(client, worker, path):
    assert client.get(path, headers={"host": "10.1.2.3:8000"}).status_code == 200


def test_an_answer_costs_no_session(client, worker, django_assert_max_num_queries):
    client.cookies["bookkinda_session"] = "somebody"
    with django_assert_max_num_queries(6) as queries:
        client.get("/readyz")

    assert not [query for query in queries if "django_session" in query["sql"]]


def test_that_a_process_is_alive_is_asked_of_nobody_else(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").status_code == 200
