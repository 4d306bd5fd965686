"""What the worker does for this app."""

from datetime import timedelta

from appointments import holding, visits
from bookkinda import jobs


@jobs.every("appointments.remove-expired-holds", timedelta(minutes=1))
def remove_expired_holds(job: jobs.RunningJob) -> None:
    """Times that were kept free for a form that nobody sent are free again."""
    holding.remove_expired()


@jobs.every("appointments.refresh-visits", timedelta(minutes=1))
def refresh_visits(job: jobs.RunningJob) -> None:
    """A next visit that has begun is the last one from now on."""

    def pause() -> None:
        job.heartbeat()
        if job.stopping:
            raise jobs.HandBack

    visits.refresh_begun(pause=pause)
