"""/health/ says ok, or which part is down, and nothing else, to anybody."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from bookkinda.jobs import Job, WorkerSign

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return WorkerSign.objects.create(name="worker", seen_at=timezone.now())


def test_with_database_and_worker_all_is_well(client, worker):
    answer = client.get(reverse("health"))

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer["Cache-Control"] == "no-store"


def test_a_silent_worker_is_down(client, worker):
    WorkerSign.objects.update(seen_at=timezone.now() - timedelta(minutes=2))

    answer = client.get("/health/")

    assert (answer.status_code, answer.json()) == (503, {"status": "down", "down": ["worker"]})


def test_a_worker_that_is_busy_for_long_is_not_down(client):
    Job.objects.create(
        kind="test.long",
        state=Job.State.RUNNING,
        leased_until=timezone.now() + timedelta(seconds=30),
    )

    assert client.get("/health/").status_code == 200


def test_a_job_whose_lease_ran_out_is_no_sign_of_life(client):
    Job.objects.create(
        kind="test.left",
        state=Job.State.RUNNING,
        leased_until=timezone.now() - timedelta(seconds=1),
    )

    assert client.get("/health/").status_code == 503


def test_a_missing_cache_is_down(client, worker):
    missing = {"BACKEND": "django.core.cache.backends.redis.RedisCache"}
    with override_settings(CACHES={"default": {**missing, "LOCATION": "redis://127.0.0.1:1/0"}}):
        answer = client.get("/health/")

    assert (answer.status_code, answer.json()["down"]) == (503, ["cache"])


@pytest.mark.django_db(transaction=True)
def test_a_database_without_tables_is_down(client):
    with connection.schema_editor() as editor:
        editor.alter_db_table(WorkerSign, "bookkinda_workersign", "moved_away")
    try:
        answer = client.get("/health/")
    finally:
        with connection.schema_editor() as editor:
            editor.alter_db_table(WorkerSign, "moved_away", "bookkinda_workersign")

    assert (answer.status_code, answer.json()["down"]) == (503, ["database"])


@override_settings(SECURE_SSL_REDIRECT=True)
def test_whoever_watches_may_call_by_number_and_by_http(client, worker):
    answer = client.get("/health/", headers={"host": "10.1.2.3:8000"})

    assert answer.status_code == 200


def test_an_answer_costs_no_session(client, worker, django_assert_max_num_queries):
    client.cookies["bookkinda_session"] = "somebody"
    with django_assert_max_num_queries(3) as queries:
        client.get("/health/")

    assert not [query for query in queries if "session" in query["sql"]]
