"""What the worker does for this app."""

from datetime import timedelta

from django.db import transaction

from accounts import mailed_sign_in
from accounts.access import can_sign_in, customer_of
from accounts.models import User
from accounts.notices import ACCOUNT_NOTICE, PASSWORD_RESET, STAFF_INVITATION
from bookkinda import jobs
from customers import changing_email, closing, merged_logins
from notifications import (
    account_closing,
    birthdays,
    channel_states,
    keeping,
    login_closed,
    login_mails,
    login_messages,
    outbox,
    portal_access,
    recording,
    reports,
    sending,
)
from notifications.events import Event


@jobs.handles(outbox.SEND, max_attempts=12)
def send_message(job: jobs.RunningJob) -> None:
    """For about four hours, by what the back-off doubles to; a kind of its own for all channels."""
    sending.send_message(job)


@jobs.every("notifications.look-after", timedelta(minutes=1))
def look_after(job: jobs.RunningJob) -> None:
    """Channels that were stopped, and messages whose job gave up."""
    channel_states.look_after()
    recording.close_given_up()


@jobs.handles(merged_logins.TELL)
def say_login_closed(job: jobs.RunningJob) -> None:
    """To the address that signed in until two customers were merged."""
    login_closed.say_login_closed(job)


@jobs.every("notifications.expire-access", timedelta(minutes=15))
def expire_access(job: jobs.RunningJob) -> None:
    """One-time passwords that ran out are shown so."""
    portal_access.expire()


@jobs.every("notifications.birthdays", timedelta(minutes=30))
def wish_happy_birthday(job: jobs.RunningJob) -> None:
    """Whose day has begun since the last look."""

    def pause() -> None:
        job.heartbeat()
        if job.stopping:
            raise jobs.HandBack

    birthdays.wish_happy_birthday(pause)


@jobs.handles(reports.LOOK_AGAIN)
def look_again_for_the_delivery(job: jobs.RunningJob) -> None:
    """Of a report that came before the worker had written down what it sent."""
    reports.look_again(job.payload, job.attempt)


@jobs.every("notifications.forget-messages", timedelta(days=1))
def forget_messages(job: jobs.RunningJob) -> None:
    """Messages are gone after a year."""

    def pause() -> None:
        job.heartbeat()
        if job.stopping:
            raise jobs.HandBack

    keeping.forget_old(pause)


@jobs.handles(PASSWORD_RESET)
def write_password_reset(job: jobs.RunningJob) -> None:
    """For nobody (an unknown address) and for who may not sign in: no message."""
    write_message(job, login_mails.STAFF_PASSWORD_RESET, login_messages.PASSWORD_RESET)


@jobs.handles(STAFF_INVITATION)
def write_invitation(job: jobs.RunningJob) -> None:
    write_message(job, login_mails.STAFF_INVITATION)


@jobs.handles(ACCOUNT_NOTICE)
def write_account_notice(job: jobs.RunningJob) -> None:
    context = {"news": job.payload["news"], "at": job.payload["at"]}
    write_message(job, login_mails.STAFF_NEWS, login_messages.PASSWORD_CHANGED, context)


@jobs.handles(mailed_sign_in.SEND)
def write_sign_in(job: jobs.RunningJob) -> None:
    login_messages.say_sign_in(job)


@jobs.handles(changing_email.ASK)
def write_confirm_email(job: jobs.RunningJob) -> None:
    login_messages.say_confirm_email(job)


@jobs.handles(closing.TELL)
def write_account_closing(job: jobs.RunningJob) -> None:
    """To the customer who asked for it, and to owners and managers."""
    account_closing.say(job)


@jobs.handles(changing_email.TELL)
def write_email_changed(job: jobs.RunningJob) -> None:
    login_messages.say_email_changed(job)


def write_message(
    job: jobs.RunningJob,
    event: Event,
    customers_event: Event | None = None,
    context: dict[str, str] | None = None,
) -> None:
    """Put it into the outbox, for a customer in the owner's words. `accounts` knows no outbox, and
    a request for an unknown address must cost as much as one for a known: so both write a job, and
    the message is written here."""
    user = User.objects.filter(pk=job.payload["user"]).first()
    if user is None or not can_sign_in(user):
        return
    if customers_event and not user.is_staff:
        login_messages.say(job, customers_event, customer_of(user))
        return
    with transaction.atomic():
        job.finish()
        outbox.queue(event, None, user=user, context=context, priority=jobs.Job.Priority.URGENT)
