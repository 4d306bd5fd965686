"""A secret is made when it is sent, goes by all channels at once, and works when one took it."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest
from django.db import connection
from django.utils import timezone

from bookkinda import claiming
from bookkinda.jobs import Job
from bookkinda.worker import run, run_due_jobs
from notifications import outbox
from notifications.channels.base import ConfigurationFailure, PermanentFailure, TemporaryFailure
from notifications.events import NotWanted
from notifications.models import Message, Workflow
from tests.factories import CustomerFactory
from tests.notifications.test_sending import let_time_pass, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db):
    return CustomerFactory(first_name="Ada", email="ada@example.org", phone="+447700900001")


class Lock:
    """What the secret opens: the last key that was kept. Locked for good when it is `revoked`."""

    def __init__(self):
        self.key = "key-0"
        self.keys = count(1)
        self.revoked = False

    def make_key(self, message):
        return Key(self, f"key-{next(self.keys)}")


@dataclass
class Key:
    lock: Lock
    value: str

    @property
    def values(self):
        return {"word": self.value}

    def keep(self):
        assert connection.in_atomic_block
        if self.lock.revoked:
            raise NotWanted("revoked")
        self.lock.key = self.value


@pytest.fixture
def lock():
    return Lock()


@pytest.fixture
def event(tell, lock):
    return tell("key", make_secret=lock.make_key, is_credential=True)


def words(channel):
    return [message.text for message in channel.taken]


def test_all_channels_say_the_same_secret_and_it_works(ada, ways, event, lock):
    message = outbox.queue(event, ada)

    run_due_jobs()

    assert words(ways.email) == words(ways.sms) == ["Hello key-1"]
    assert lock.key == "key-1"
    assert states(message) == {"email": ("sent", ""), "sms": ("sent", "")}


def test_when_one_channel_took_it_the_others_are_not_tried_again(ada, ways, event, lock):
    ways.sms.answers = [TemporaryFailure("twilio-20429")]
    message = outbox.queue(event, ada)

    run_due_jobs()
    let_time_pass()
    run_due_jobs()

    assert states(message) == {"email": ("sent", ""), "sms": ("failed", "twilio-20429")}
    assert ways.sms.asked == 1
    assert lock.key == "key-1"
    assert Job.objects.get().state == Job.State.DONE


def test_while_no_channel_took_it_the_old_secret_works_and_the_next_try_makes_a_new_one(
    ada, ways, event, lock
):
    ways.email.answers = [TemporaryFailure("timeout")]
    ways.sms.answers = [PermanentFailure("twilio-21211")]
    message = outbox.queue(event, ada)

    run_due_jobs()
    assert lock.key == "key-0"
    assert states(message) == {"email": ("queued", "timeout"), "sms": ("failed", "twilio-21211")}
    let_time_pass()
    run_due_jobs()

    assert words(ways.email) == ["Hello key-2"]
    assert lock.key == "key-2"
    assert ways.sms.asked == 1


def test_a_secret_that_no_channel_took_is_tried_again_by_all_of_them_together(
    ada, ways, event, lock
):
    ways.email.answers = [TemporaryFailure("timeout")]
    ways.sms.answers = [TemporaryFailure("timeout")]
    message = outbox.queue(event, ada)
    run_due_jobs()

    let_time_pass()
    later = timezone.now() + timedelta(seconds=20)  # by chance, the back-offs differ
    message.deliveries.filter(channel="sms").update(next_try_at=later)
    run_due_jobs()

    assert words(ways.email) == words(ways.sms) == [f"Hello {lock.key}"]
    assert states(message) == {"email": ("sent", ""), "sms": ("sent", "")}


def test_by_fallback_a_refused_secret_goes_by_the_next_channel_as_a_new_one(ada, ways, event, lock):
    Workflow.objects.create(event="key", channels=["sms", "email"], mode=Workflow.Mode.FALLBACK)
    ways.sms.answers = [PermanentFailure("twilio-21211")]
    message = outbox.queue(event, ada)

    run_due_jobs()

    assert states(message) == {"sms": ("failed", "twilio-21211"), "email": ("sent", "")}
    assert words(ways.email) == [f"Hello {lock.key}"]


def test_a_secret_that_was_revoked_while_it_was_sent_does_not_work(ada, ways, event, lock):
    def revoke():
        lock.revoked = True

    ways.email.answers = [revoke]
    ways.sms.answers = [PermanentFailure("twilio-21211")]
    message = outbox.queue(event, ada)

    run_due_jobs()

    assert lock.key == "key-0"
    assert states(message) == {"email": ("sent", "revoked"), "sms": ("failed", "twilio-21211")}
    assert Job.objects.get().state == Job.State.DONE


def test_a_channel_that_is_stopped_gets_no_second_secret(ada, ways, event, lock):
    ways.sms.answers = [ConfigurationFailure("twilio-20003")]
    first = outbox.queue(event, ada)
    second = outbox.queue(event, CustomerFactory(phone="+447700900002"))

    run_due_jobs()

    assert states(first)["sms"] == ("failed", "twilio-20003")
    assert states(second) == {"email": ("sent", ""), "sms": ("failed", "channel-stopped")}


def test_an_older_message_is_not_sent_when_there_is_a_newer_one(ada, ways, event, lock):
    older, newer = outbox.queue(event, ada), outbox.queue(event, ada)

    run_due_jobs()

    assert set(states(older).values()) == {("skipped", "replaced")}
    assert set(states(newer).values()) == {("sent", "")}
    assert words(ways.email) == ["Hello key-1"]


def test_a_newer_message_waits_while_an_older_one_is_being_sent(ada, ways, event, lock):
    older = outbox.queue(event, ada)
    handler, job = claiming.claim()
    newer = outbox.queue(event, ada)

    run_due_jobs()
    assert set(states(newer).values()) == {("queued", "")}
    run(handler, job)
    let_time_pass()
    run_due_jobs()

    assert set(states(older).values()) == {("skipped", "replaced")}
    assert set(states(newer).values()) == {("sent", "")}


def test_a_newer_message_does_not_wait_for_a_dead_worker(ada, ways, event, lock):
    outbox.queue(event, ada)
    claiming.claim()
    newer = outbox.queue(event, ada)
    Job.objects.filter(state=Job.State.RUNNING).update(
        leased_until=timezone.now() - timedelta(seconds=1)
    )

    run_due_jobs()

    assert set(states(newer).values()) == {("sent", "")}
    assert words(ways.email) == [f"Hello {lock.key}"]


def test_what_is_sent_after_the_lease_was_lost_does_not_work(ada, ways, event, lock):
    def somebody_else_has_it():
        Job.objects.update(fence=99)

    ways.sms.answers = [somebody_else_has_it]
    message = outbox.queue(event, ada)

    run_due_jobs()

    assert words(ways.sms) == ["Hello key-1"]
    assert lock.key == "key-0"
    assert set(states(message).values()) == {("queued", "")}


def test_no_secret_is_in_a_row_or_in_the_log(ada, ways, event, lock, caplog):
    caplog.set_level("DEBUG")
    ways.email.answers = [TemporaryFailure("timeout")]
    outbox.queue(event, ada)

    run_due_jobs()
    let_time_pass()
    run_due_jobs()

    rows = [
        *Message.objects.values(),
        *Message.objects.values("deliveries__code", "deliveries__to", "deliveries__provider_id"),
        *Job.objects.values(),
    ]
    assert "key-1" not in f"{rows}{caplog.text}"
    assert "key-2" not in f"{rows}{caplog.text}"
