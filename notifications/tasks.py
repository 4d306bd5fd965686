"""What the worker does for this app."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.access import can_sign_in
from accounts.models import User
from accounts.notices import ACCOUNT_NOTICE, PASSWORD_RESET, STAFF_INVITATION, News
from bookkinda import jobs
from notifications import channel_states, login_mails, outbox, recording, sending


@jobs.handles(outbox.SEND, max_attempts=12)
def send_message(job: jobs.RunningJob) -> None:
    """For about four hours, by what the back-off doubles to; a kind of its own for all channels."""
    sending.send_message(job)


@jobs.every("notifications.look-after", timedelta(minutes=1))
def look_after(job: jobs.RunningJob) -> None:
    """Channels that were stopped, and messages whose job gave up."""
    channel_states.look_after()
    recording.close_given_up()


@jobs.handles(PASSWORD_RESET)
def send_password_reset(job: jobs.RunningJob) -> None:
    """For nobody (an unknown address) and for who may not sign in: no mail."""
    user = recipient(job)
    if user:
        login_mails.send_password_reset(user)


@jobs.handles(STAFF_INVITATION)
def send_invitation(job: jobs.RunningJob) -> None:
    user = recipient(job)
    if user:
        login_mails.send_invitation(user)


@jobs.handles(ACCOUNT_NOTICE)
def send_account_notice(job: jobs.RunningJob) -> None:
    user = recipient(job)
    if user:
        at = datetime.fromisoformat(job.payload["at"]).astimezone(ZoneInfo("UTC"))
        login_mails.send_news(user, News(job.payload["news"]), at)


def recipient(job: jobs.RunningJob) -> User | None:
    """The person of the job, read now: whoever was suspended meanwhile gets nothing."""
    user = User.objects.filter(pk=job.payload["user"]).first()
    return user if user and can_sign_in(user) else None
