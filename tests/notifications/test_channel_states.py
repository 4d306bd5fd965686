"""A channel whose settings are wrong stops; its messages wait, lose nothing, and go on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookkinda.jobs import Job
from bookkinda.worker import run_due_jobs
from notifications import channel_states, outbox, sending
from notifications.channels.base import ConfigurationFailure, PermanentFailure, TemporaryFailure
from notifications.models import ChannelCode, ChannelState, Delivery, Workflow
from tests.factories import CustomerFactory
from tests.notifications.test_sending import states

pytestmark = pytest.mark.django_db
WRONG_KEY = ConfigurationFailure("twilio-20003")


@pytest.fixture
def event(tell):
    return tell(on=(ChannelCode.SMS,))


@pytest.fixture
def queue(event):
    """Writes so many messages to people with phones."""

    def write(number):
        people = CustomerFactory.create_batch(number, phone="+447700900001")
        return [outbox.queue(event, person) for person in people]

    return write


def state():
    return ChannelState.objects.get(channel="sms")


def probe_is_due():
    past = timezone.now() - timedelta(seconds=1)
    ChannelState.objects.update(slot_at=past)


def test_a_refused_key_stops_the_channel_and_burns_no_attempt(ways, queue):
    ways.sms.answers = [WRONG_KEY] * 9
    messages = queue(3)

    run_due_jobs()

    assert ways.sms.asked == 1
    assert state().stopped_at
    assert state().stopped_code == "twilio-20003"
    assert {states(m)["sms"] for m in messages} == {("queued", "channel-stopped")}
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}
    assert set(Job.objects.values_list("attempts", flat=True)) == {0}


def test_a_channel_that_was_never_set_up_stops_too(ways, queue):
    ways.sms.configured = False
    [message] = queue(1)

    run_due_jobs()

    assert state().stopped_code == "not-configured"
    assert states(message) == {"sms": ("queued", "channel-stopped")}


def test_one_message_tries_every_ten_minutes(ways, queue):
    ways.sms.answers = [WRONG_KEY] * 9
    queue(3)
    run_due_jobs()

    channel_states.look_after()
    run_due_jobs()
    assert ways.sms.asked == 1
    probe_is_due()
    channel_states.look_after()
    run_due_jobs()

    assert ways.sms.asked == 2
    assert state().slot_at > timezone.now() + timedelta(minutes=9)


def test_the_first_that_goes_through_lets_the_others_go(ways, queue):
    ways.sms.answers = [WRONG_KEY]
    messages = queue(3)
    run_due_jobs()
    probe_is_due()

    channel_states.look_after()
    run_due_jobs()

    assert {states(m)["sms"] for m in messages} == {("sent", "")}
    assert (state().stopped_at, state().stopped_code) == (None, "")


def test_staff_who_mended_it_need_not_wait_for_the_ten_minutes(ways, queue):
    ways.sms.answers = [WRONG_KEY]
    messages = queue(2)
    run_due_jobs()

    sending.try_now("sms")
    run_due_jobs()

    assert {states(m)["sms"] for m in messages} == {("sent", "")}


def test_trying_in_vain_asks_the_provider_once(ways, queue):
    ways.sms.answers = [WRONG_KEY] * 9
    queue(3)
    run_due_jobs()

    sending.try_now("sms")
    run_due_jobs()

    assert ways.sms.asked == 2
    assert state().stopped_at


def test_trying_a_stopped_channel_for_which_nothing_waits_lets_the_next_message_go(ways, queue):
    channel_states.stop("sms", "twilio-20003")

    sending.try_now("sms")
    queue(1)
    run_due_jobs()

    assert len(ways.sms.taken) == 1


def test_a_message_that_came_to_wait_as_it_was_mended_is_found_by_the_tick(ways, queue):
    ways.sms.answers = [WRONG_KEY]
    [message] = queue(1)
    run_due_jobs()
    ChannelState.objects.update(stopped_at=None, slot_at=timezone.now())

    channel_states.look_after()
    run_due_jobs()

    assert states(message) == {"sms": ("sent", "")}


def test_by_fallback_a_stopped_channel_is_passed_over(ways, event, queue):
    Workflow.objects.create(
        event=event.code, channels=["sms", "email"], mode=Workflow.Mode.FALLBACK
    )
    ways.sms.answers = [WRONG_KEY]

    messages = queue(2)
    run_due_jobs()

    assert ways.sms.asked == 1
    assert len(ways.email.taken) == 2
    assert {states(m)["sms"] for m in messages} == {("skipped", "not-needed")}


def test_what_waited_for_a_week_is_no_news_any_more(ways, queue):
    channel_states.stop("sms", "twilio-20003")
    [message] = queue(1)
    message.deliveries.update(created_at=timezone.now() - timedelta(days=8))

    run_due_jobs()

    assert states(message) == {"sms": ("failed", "channel-stopped")}


def test_the_last_success_and_the_last_failure_are_known(ways, queue):
    ways.sms.answers = [None, PermanentFailure("twilio-21211"), TemporaryFailure("timeout")]
    queue(2)

    run_due_jobs()

    assert state().last_success_at
    assert state().last_failure_code == "twilio-21211"
    assert state().stopped_at is None
