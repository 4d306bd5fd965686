"""What the worker does for this app."""

from datetime import timedelta

from django.db import transaction

from accounts.access import can_sign_in
from accounts.models import User
from accounts.notices import ACCOUNT_NOTICE, PASSWORD_RESET, STAFF_INVITATION
from bookkinda import jobs
from notifications import (
    birthdays,
    channel_states,
    login_mails,
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


@jobs.handles(PASSWORD_RESET)
def write_password_reset(job: jobs.RunningJob) -> None:
    """For nobody (an unknown address) and for who may not sign in: no message."""
    write_message(job, login_mails.STAFF_PASSWORD_RESET)


@jobs.handles(STAFF_INVITATION)
def write_invitation(job: jobs.RunningJob) -> None:
    write_message(job, login_mails.STAFF_INVITATION)


@jobs.handles(ACCOUNT_NOTICE)
def write_account_notice(job: jobs.RunningJob) -> None:
    context = {"news": job.payload["news"], "at": job.payload["at"]}
    write_message(job, login_mails.STAFF_NEWS, context)


def write_message(
    job: jobs.RunningJob, event: Event, context: dict[str, str] | None = None
) -> None:
    """Put it into the outbox. `accounts` knows no outbox, and a request for an unknown address
    must cost as much as one for a known: so both write a job, and the message is written here."""
    user = User.objects.filter(pk=job.payload["user"]).first()
    if user is None or not can_sign_in(user):
        return
    with transaction.atomic():
        job.finish()
        outbox.queue(event, None, user=user, context=context, priority=jobs.Job.Priority.URGENT)
