"""What becomes of messages that hold no secret, by each of their channels."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from bookkinda.jobs import Job
from bookkinda.worker import run_due_jobs
from notifications import outbox
from notifications.channels.base import PermanentFailure, TemporaryFailure
from notifications.events import NotWanted
from notifications.models import ChannelCode, Delivery, Message, OptOut, Workflow
from notifications.recording import close_given_up
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db):
    return CustomerFactory(first_name="Ada", email="ada@example.org", phone="+447700900001")


def states(message):
    return {d.channel: (d.state, d.code) for d in message.deliveries.all()}


def by_fallback(event, *channels):
    Workflow.objects.create(event=event.code, channels=list(channels), mode=Workflow.Mode.FALLBACK)


def let_time_pass(seconds=7200):
    """As if the clock had gone on: what waited is due."""
    past = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(state=Job.State.QUEUED).update(run_after=past)
    Delivery.objects.filter(state="queued").update(next_try_at=past)


def test_a_message_goes_by_every_channel_that_is_on(ada, ways, tell):
    message = outbox.queue(tell(values=lambda message: {"word": "Ada"}), ada)

    run_due_jobs()

    assert [mail.to for mail in ways.email.taken] == ["ada@example.org"]
    assert [text.to for text in ways.sms.taken] == ["+447700900001"]
    assert ways.email.taken[0].text == "Hello Ada"
    assert states(message) == {"email": ("sent", ""), "sms": ("sent", "")}
    delivery = message.deliveries.get(channel="email")
    assert (delivery.to, delivery.provider_id) == ("ada@example.org", "email-1")
    assert delivery.sent_at
    assert ways.email.taken[0].reference == str(delivery.pk)


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_is_never_said(ada, ways, tell):
    with transaction.atomic():
        outbox.queue(tell(), ada)
        transaction.set_rollback(True)

    run_due_jobs()

    assert ways.email.taken == []
    assert not Message.objects.exists()


def test_only_the_channel_that_failed_for_a_while_is_tried_again(ada, ways, tell):
    ways.sms.answers = [TemporaryFailure("twilio-20429")]
    message = outbox.queue(tell(), ada)

    run_due_jobs()
    assert states(message) == {"email": ("sent", ""), "sms": ("queued", "twilio-20429")}
    assert message.deliveries.get(channel="sms").next_try_at > timezone.now()
    assert run_due_jobs() == 0
    let_time_pass()
    run_due_jobs()

    assert states(message) == {"email": ("sent", ""), "sms": ("sent", "")}
    assert (ways.email.asked, ways.sms.asked) == (1, 2)


def test_it_waits_as_long_as_the_provider_asks(ada, ways, tell):
    ways.email.answers = [TemporaryFailure("smtp-451", after=1800)]
    message = outbox.queue(tell(on=(ChannelCode.EMAIL,)), ada)

    run_due_jobs()

    wait = message.deliveries.get().next_try_at - timezone.now()
    assert timedelta(minutes=29) < wait <= timedelta(minutes=30)


def test_a_refusal_ends_it_at_once(ada, ways, tell):
    ways.sms.answers = [PermanentFailure("twilio-21211")]
    message = outbox.queue(tell(), ada)

    run_due_jobs()

    assert states(message) == {"email": ("sent", ""), "sms": ("failed", "twilio-21211")}
    assert Job.objects.get().state == Job.State.DONE


def test_it_is_not_tried_for_ever(ada, ways, tell):
    ways.email.answers = [TemporaryFailure("timeout")] * 50
    message = outbox.queue(tell(on=(ChannelCode.EMAIL,)), ada)

    while run_due_jobs():
        let_time_pass()

    assert ways.email.asked == 12
    assert states(message) == {"email": ("failed", "timeout")}
    assert message.deliveries.get().attempts == 12
    assert Job.objects.get().state == Job.State.DONE


def test_a_mistake_of_ours_in_one_channel_keeps_no_other_waiting(ada, ways, tell, caplog):
    def mistake():
        raise ValueError(ways.email.code + ada.email)

    ways.email.answers = [mistake]
    message = outbox.queue(tell(), ada)

    run_due_jobs()

    assert states(message) == {"email": ("queued", "error"), "sms": ("sent", "")}
    assert "ValueError" in caplog.text
    assert ada.email not in caplog.text


def test_by_fallback_the_next_channel_is_asked_only_after_a_refusal(ada, ways, tell):
    event = tell()
    by_fallback(event, "whatsapp", "sms", "email")
    ways.whatsapp.answers = [PermanentFailure("twilio-63016")]
    message = outbox.queue(event, ada)

    run_due_jobs()

    assert states(message) == {
        "whatsapp": ("failed", "twilio-63016"),
        "sms": ("sent", ""),
        "email": ("skipped", "not-needed"),
    }
    assert ways.email.asked == 0


def test_by_fallback_the_next_channel_waits_while_the_first_one_may_still_take_it(ada, ways, tell):
    event = tell()
    by_fallback(event, "sms", "email")
    ways.sms.answers = [TemporaryFailure("timeout"), PermanentFailure("twilio-21211")]
    message = outbox.queue(event, ada)

    run_due_jobs()
    assert states(message) == {"sms": ("queued", "timeout"), "email": ("queued", "")}
    let_time_pass()
    run_due_jobs()

    assert states(message) == {"sms": ("failed", "twilio-21211"), "email": ("sent", "")}


def test_by_fallback_a_job_that_comes_early_asks_no_other_channel(ada, ways, tell):
    event = tell()
    by_fallback(event, "sms", "email")
    ways.sms.answers = [TemporaryFailure("timeout", after=600)]
    message = outbox.queue(event, ada)
    run_due_jobs()

    Job.objects.update(run_after=timezone.now())
    run_due_jobs()

    assert states(message) == {"sms": ("queued", "timeout"), "email": ("queued", "")}
    assert (ways.sms.asked, ways.email.asked) == (1, 0)


def test_without_an_address_it_is_not_sent_there(ways, tell):
    message = outbox.queue(tell(), CustomerFactory(email="", phone="+447700900001"))

    run_due_jobs()

    assert states(message) == {"email": ("skipped", "no-address"), "sms": ("sent", "")}


def test_who_opted_out_of_a_channel_is_left_alone_there(ada, ways, tell):
    OptOut.objects.create(customer=ada, channel="sms", reason=OptOut.Reason.STOP)
    message = outbox.queue(tell(), ada)

    run_due_jobs()

    assert states(message) == {"email": ("sent", ""), "sms": ("skipped", "opted-out")}


def test_a_login_comes_by_mail_whatever_was_opted_out_of(ada, ways, tell):
    for channel in ("email", "sms"):
        OptOut.objects.create(customer=ada, channel=channel, reason=OptOut.Reason.CUSTOMER)
    message = outbox.queue(tell(is_credential=True), ada)

    run_due_jobs()

    assert states(message) == {"email": ("sent", ""), "sms": ("skipped", "opted-out")}


def test_whom_the_provider_lets_nothing_through_to_is_marked(ada, ways, tell):
    ways.sms.answers = [PermanentFailure("twilio-21610", opts_out=True)]
    outbox.queue(tell(), ada)

    run_due_jobs()

    assert list(OptOut.objects.values_list("customer", "channel", "reason")) == [
        (ada.pk, "sms", "provider")
    ]


def test_a_deleted_customer_is_told_nothing(ada, ways, tell):
    message = outbox.queue(tell(), ada)
    ada.archived_at = timezone.now()
    ada.save(update_fields=["archived_at"])

    run_due_jobs()

    assert set(states(message).values()) == {("skipped", "archived")}


def test_what_lost_its_reason_is_not_said(ada, ways, tell):
    def values(message):
        raise NotWanted("not-wanted")

    message = outbox.queue(tell(values=values), ada)

    run_due_jobs()

    assert set(states(message).values()) == {("skipped", "not-wanted")}
    assert ways.email.asked == 0


def test_a_cancelled_message_is_not_sent(ada, ways, tell):
    message = outbox.queue(tell(), ada)

    outbox.cancel(Message.objects.filter(pk=message.pk), "cancelled")
    run_due_jobs()

    assert ways.email.asked == 0
    assert set(states(message).values()) == {("skipped", "cancelled")}


def test_resending_says_it_once_more_and_drops_what_waits(ada, ways, tell, manager):
    ways.email.answers = [TemporaryFailure("timeout")]
    message = outbox.queue(tell(on=(ChannelCode.EMAIL,)), ada, context={"n": 1})
    run_due_jobs()

    again = outbox.resend(message, by=manager)
    let_time_pass()
    run_due_jobs()

    assert states(message) == {"email": ("skipped", "replaced")}
    assert states(again) == {"email": ("sent", "")}
    assert (again.context, again.by) == ({"n": 1}, manager)
    assert ways.email.asked == 2


def test_a_message_with_a_key_is_said_once(ada, ways, tell):
    event = tell()

    assert outbox.queue(event, ada, key="birthday-2026-1")
    assert outbox.queue(event, ada, key="birthday-2026-1") is None


def test_many_messages_are_written_at_once_and_let_a_single_one_overtake(ada, ways, tell):
    event = tell(on=(ChannelCode.EMAIL,))
    many = CustomerFactory.create_batch(3)

    assert outbox.queue_many(event, many) == 3
    outbox.queue(event, ada)
    run_due_jobs()

    assert [mail.to for mail in ways.email.taken] == [ada.email, *(c.email for c in many)]


def test_a_report_that_came_before_our_own_yes_stays(ada, ways, tell):
    message = outbox.queue(tell(on=(ChannelCode.EMAIL,)), ada)
    ways.email.answers = [lambda: message.deliveries.update(state="delivered")]

    run_due_jobs()

    assert states(message) == {"email": ("delivered", "")}


def test_an_event_of_a_newer_version_waits(ada, ways, tell):
    message = outbox.queue(tell(), ada)
    Message.objects.update(event="of-the-future")

    run_due_jobs()

    assert set(states(message).values()) == {("queued", "")}
    assert Job.objects.get().state == Job.State.QUEUED


def test_what_a_job_left_open_when_it_gave_up_is_shown_as_failed(ada, ways, tell):
    message = outbox.queue(tell(), ada)
    waiting = outbox.queue(tell("other"), ada)
    Job.objects.filter(pk=message.job_id).update(state=Job.State.FAILED)

    close_given_up()

    assert set(states(message).values()) == {("failed", "gave-up")}
    assert set(states(waiting).values()) == {("queued", "")}
