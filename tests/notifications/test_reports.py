"""What providers report: in any order, twice, too early, or about messages of others."""

import itertools

import pytest

from bookkinda import jobs
from bookkinda.worker import run_due_jobs
from notifications import reports
from notifications.models import ChannelCode, Delivery, Message, OptOut
from notifications.opting_out import choose
from notifications.reports import Report, take
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
State = Delivery.State


def sent(state=State.SENT, provider_id="SM1", channel=ChannelCode.SMS, **values):
    message = Message.objects.create(event="birthday", customer=CustomerFactory())
    return Delivery.objects.create(
        message=message,
        channel=channel,
        state=state,
        provider="twilio",
        provider_id=provider_id,
        **values,
    )


def report(state, code="", **values):
    return Report("twilio", "SM1", state, code, **values)


def state_of(delivery):
    delivery.refresh_from_db()
    return delivery.state


@pytest.mark.parametrize(
    "order", list(itertools.permutations([State.SENT, State.DELIVERED, State.OPENED]))
)
def test_reports_in_any_order_come_to_the_same(order):
    delivery = sent()

    for state in order:
        take(report(state))
        take(report(state))

    assert state_of(delivery) == State.OPENED


@pytest.mark.parametrize("order", [*itertools.permutations([State.DELIVERED, State.BOUNCED])])
def test_a_mail_that_came_back_stays_so(order):
    delivery = sent()

    for state in order:
        take(report(state, "mail-bounced" if state == State.BOUNCED else ""))

    assert state_of(delivery) == State.BOUNCED
    assert delivery.code == "mail-bounced"


@pytest.mark.parametrize("state", [State.QUEUED, State.SKIPPED])
def test_a_message_that_is_still_to_be_sent_is_sent_whatever_is_reported(state):
    delivery = sent(state)

    take(report(State.DELIVERED))

    assert state_of(delivery) == state


def test_a_report_about_a_message_of_others_changes_nothing():
    delivery = sent(provider_id="SM2")

    assert not take(report(State.FAILED))
    assert not take(Report("postmark", "SM2", State.FAILED))
    assert not take(Report("twilio", "", State.FAILED))
    assert state_of(delivery) == State.SENT


def test_a_delivery_without_a_number_is_never_meant():
    delivery = sent(provider_id="")

    assert not take(Report("twilio", "", State.FAILED))
    assert state_of(delivery) == State.SENT


def test_a_report_that_came_too_early_is_looked_at_again():
    reports.take_or_look_again(report(State.DELIVERED))
    delivery = sent()
    jobs.Job.objects.update(run_after=delivery.created_at)

    run_due_jobs()

    assert state_of(delivery) == State.DELIVERED


def test_a_report_about_nothing_of_ours_is_forgotten_without_a_failed_job():
    reports.take_or_look_again(report(State.DELIVERED))

    for _ in range(reports.MOST_LOOKS):
        jobs.Job.objects.update(run_after=jobs.timezone.now())
        run_due_jobs()

    assert jobs.Job.objects.get().state == jobs.Job.State.DONE


def test_a_code_that_was_there_is_not_wiped_out_by_good_news():
    delivery = sent(code="replaced")

    take(report(State.DELIVERED))

    assert state_of(delivery) == State.DELIVERED
    assert delivery.code == "replaced"


def test_stop_and_start_are_of_one_number_and_one_channel():
    ada, twin, other = (
        CustomerFactory(phone=number)
        for number in ("+447700900123", "+447700900123", "+447700900124")
    )
    OptOut.objects.create(customer=ada, channel="email", reason=OptOut.Reason.CUSTOMER)

    assert reports.stop_sending(ChannelCode.SMS, "+447700900123") == 2
    reports.stop_sending(ChannelCode.SMS, "+447700900123")

    assert {ada.pk, twin.pk} == set(
        OptOut.objects.filter(channel="sms").values_list("customer", flat=True)
    )
    reports.send_again(ChannelCode.SMS, "+447700900123")
    assert OptOut.objects.get().channel == "email"
    assert not OptOut.objects.filter(customer=other).exists()


def test_start_does_not_undo_what_staff_or_the_customer_chose():
    ada = CustomerFactory(phone="+447700900123")
    OptOut.objects.create(customer=ada, channel="sms", reason=OptOut.Reason.STAFF)

    reports.send_again(ChannelCode.SMS, ada.phone)

    assert OptOut.objects.filter(customer=ada).exists()


@pytest.mark.parametrize("first", [OptOut.Reason.STAFF, OptOut.Reason.CUSTOMER])
def test_who_answered_stop_is_not_switched_on_again_by_a_form(first, settings, tmp_path):
    settings.LOCAL_MAILBOX = tmp_path
    ada = CustomerFactory(phone="+447700900123")
    OptOut.objects.create(customer=ada, channel="sms", reason=first)

    reports.stop_sending(ChannelCode.SMS, ada.phone)
    choose(ada, wanted=["email", "sms"])

    assert OptOut.objects.get(channel="sms").reason == OptOut.Reason.STOP


def test_nobody_without_a_number_is_meant_by_a_report_without_one():
    CustomerFactory(phone="")

    assert reports.stop_sending(ChannelCode.SMS, "") == 0
