"""What the worker does for this app."""

from datetime import timedelta

from accounts.sessions import forget_ended_sessions
from bookkinda import jobs


@jobs.every("accounts.forget_ended_sessions", timedelta(days=1))
def tidy(job: jobs.RunningJob) -> None:
    forget_ended_sessions()
