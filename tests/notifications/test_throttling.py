"""The pace of a channel is one row, so that all workers on all machines share it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookkinda import jobs
from bookkinda.jobs import HandBack, Job, Postpone, RunningJob
from bookkinda.worker import run_due_jobs
from notifications import outbox, throttling
from notifications.channels.base import TemporaryFailure
from notifications.models import ChannelCode, ChannelState
from tests.factories import CustomerFactory
from tests.notifications.test_sending import states

pytestmark = pytest.mark.django_db


@pytest.fixture
def slow(settings):
    """Two a second."""
    settings.MESSAGES_PER_SECOND = {"sms": 2}
    ChannelState.objects.create(channel="sms")


@pytest.fixture
def running(db):
    """A job of many that a worker holds."""
    job = jobs.enqueue("test.bulk", priority=Job.Priority.BULK)
    return RunningJob(job.pk, {}, 1, 1, timedelta(seconds=120))


def free_in(seconds):
    ChannelState.objects.update(slot_at=timezone.now() + timedelta(seconds=seconds))


def test_slots_lie_as_far_apart_as_the_pace_says(slow):
    waits = [throttling.reserve("sms") for _ in range(4)]

    assert waits == [pytest.approx(n / 2, abs=0.4) for n in range(4)]


def test_a_pause_makes_nobody_send_faster_afterwards(slow):
    free_in(-3600)

    assert throttling.reserve("sms") == 0
    assert throttling.reserve("sms") > 0


def test_without_a_pace_nobody_waits(settings):
    settings.MESSAGES_PER_SECOND = {"sms": 0}
    ChannelState.objects.create(channel="sms", slot_at=timezone.now())

    assert [throttling.reserve("sms") for _ in range(3)] == [0, 0, 0]


def test_a_slot_far_away_is_not_waited_for_and_not_taken(slow, running):
    free_in(60)
    before = ChannelState.objects.get().slot_at

    with pytest.raises(Postpone) as postponed:
        throttling.wait_for_slots(running, ["sms"])

    assert 55 < postponed.value.after <= 60
    assert ChannelState.objects.get().slot_at == before


def test_a_worker_that_is_asked_to_stop_does_not_wait(slow, running):
    free_in(8)
    running.is_stopping = lambda: True

    with pytest.raises(HandBack):
        throttling.wait_for_slots(running, ["sms"])


def test_one_of_many_gives_way_to_work_that_somebody_waits_for(slow, running, monkeypatch):
    free_in(8)
    monkeypatch.setitem(jobs.HANDLERS, "test.waits", jobs.HANDLERS[outbox.SEND])
    jobs.enqueue("test.waits", run_after=timezone.now() - timedelta(seconds=5))

    with pytest.raises(HandBack):
        throttling.wait_for_slots(running, ["sms"])


def test_when_a_provider_asks_for_a_pause_the_other_messages_keep_it_too(ways, tell):
    event = tell(on=(ChannelCode.SMS,))
    ways.sms.answers = [TemporaryFailure("twilio-20429", after=60)]
    people = CustomerFactory.create_batch(2, phone="+447700900001")
    first, second = (outbox.queue(event, person) for person in people)

    run_due_jobs()

    assert ways.sms.asked == 1
    assert states(first) == {"sms": ("queued", "twilio-20429")}
    assert states(second) == {"sms": ("queued", "")}
    assert Job.objects.get(pk=second.job_id).run_after > timezone.now() + timedelta(seconds=50)


def test_a_message_by_two_takes_no_slot_of_the_one_while_the_other_is_held(slow, running):
    ChannelState.objects.create(channel="email", slot_at=timezone.now())
    throttling.hold("email", 60)

    with pytest.raises(Postpone):
        throttling.wait_for_slots(running, ["sms", "email"])

    assert throttling.reserve("sms") == 0
