"""Is everything being sent? The numbers behind the page, and the warning on every page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bookkinda.jobs import PERIODS, Job, Schedule, WorkerSign
from notifications import health
from notifications.events import EVENTS, Event
from notifications.models import ChannelState, Delivery
from tests.factories import DeliveryFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now


@pytest.fixture
def worker():
    return WorkerSign.objects.create(name="worker", seen_at=NOW())


@pytest.fixture(autouse=True)
def event(monkeypatch):
    """The event of the factory, whether or not this version declares it."""
    monkeypatch.setitem(EVENTS, "portal-access", Event("portal-access", "", "", "", "", (), {}))


@pytest.fixture
def watch():
    """Somebody who has not looked yet."""
    return health.Watch()


def test_all_is_well_with_a_worker_and_nothing_stopped(worker):
    now = health.look()

    assert now.is_well
    assert (now.waiting, now.oldest, now.failed_today, now.stopped) == (0, None, 0, [])


def test_the_oldest_message_that_waits_is_named(worker):
    DeliveryFactory(state=Delivery.State.SENT)
    oldest = DeliveryFactory(channel="sms")
    DeliveryFactory()

    now = health.look()

    assert (now.waiting, now.oldest) == (2, oldest)
    assert now.is_well


def test_failures_of_today_are_counted_whenever_the_message_was_written(worker):
    midnight = timezone.localtime(NOW()).replace(hour=0, minute=0)
    long_ago = NOW() - timedelta(days=3)
    DeliveryFactory(state="failed", created_at=long_ago, changed_at=NOW())
    DeliveryFactory(state="bounced", changed_at=NOW())
    DeliveryFactory(state="failed", changed_at=midnight - timedelta(days=2))
    DeliveryFactory(state="sent", changed_at=NOW())

    assert health.look().failed_today == 2


def test_failures_are_counted_in_their_index():
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"{explain} {health.FAILED_SINCE}", [NOW(), 1_001])
        plan = str(cursor.fetchall())

    assert "delivery_failed" in plan


def test_a_stopped_channel_is_not_well(worker):
    ChannelState.objects.create(channel="sms", stopped_at=NOW(), stopped_code="twilio-20003")

    now = health.look()

    assert not now.is_well
    assert [channel.code for channel in now.stopped] == ["sms"]


def test_the_last_tick_is_when_periodic_work_was_started_last(worker):
    name, period = next(iter(PERIODS.items()))
    at = NOW() - timedelta(minutes=5)
    Schedule.objects.create(
        name=name, next_run_at=at + period, last_job=Job.objects.create(kind=name)
    )

    assert abs(health.look().last_tick - at) < timedelta(seconds=1)


def test_nothing_ticked_before_the_first_worker_came():
    Schedule.objects.create(name=next(iter(PERIODS)), next_run_at=NOW())

    assert health.look().last_tick is None


def test_nobody_is_warned_while_all_is_well(watch, worker):
    assert watch.alarm() is None


def test_nobody_is_warned_of_a_worker_before_there_is_something_to_do(watch):
    assert watch.alarm() is None


@pytest.mark.parametrize("sign", ["a worker that fell silent", "a late schedule", "a late job"])
def test_a_worker_is_missed_when_something_shows_that_one_should_be_there(watch, sign):
    long_ago = NOW() - timedelta(minutes=5)
    if sign == "a worker that fell silent":
        WorkerSign.objects.create(name="worker", seen_at=long_ago)
    elif sign == "a late schedule":
        Schedule.objects.create(name="x", next_run_at=long_ago)
    else:
        Job.objects.create(kind="x", run_after=long_ago)

    assert watch.alarm().worker_is_missed


def test_a_warning_ends_at_once_and_a_good_answer_is_kept_for_seconds(
    watch, worker, django_assert_num_queries
):
    state = ChannelState.objects.create(channel="sms", stopped_at=NOW())
    assert watch.alarm().stopped == ["SMS"]
    assert watch.alarm().stopped == ["SMS"]

    state.delete()

    assert watch.alarm() is None
    with django_assert_num_queries(0):
        assert watch.alarm() is None


def test_every_page_of_the_back_office_warns(client, owner, monkeypatch):
    monkeypatch.setattr(health, "watch", watch := health.Watch())
    monkeypatch.setattr("bookkinda.context.watch", watch)
    ChannelState.objects.create(channel="sms", stopped_at=NOW())
    client.force_login(owner)

    page = client.get("/backoffice/customers/").content.decode()

    assert "SMS is stopped." in page
    assert "Messages wait and are not lost." in page
