"""What the worker does for this app."""

from datetime import timedelta

from accounts import mailed_sign_in
from accounts.sessions import forget_ended_sessions
from bookkinda import jobs


@jobs.every("accounts.forget_ended_sessions", timedelta(days=1))
def tidy(job: jobs.RunningJob) -> None:
    forget_ended_sessions()


@jobs.every("accounts.forget_mailed_sign_ins", timedelta(hours=1))
def tidy_mailed_sign_ins(job: jobs.RunningJob) -> None:
    mailed_sign_in.forget_old()
