"""What the worker does for this app."""

from datetime import timedelta
from functools import partial

from django.db import transaction

from appointments import first_login, follow_ups, holding, reminders, visits
from bookkinda import jobs


@jobs.every("appointments.remove-expired-holds", timedelta(minutes=1))
def remove_expired_holds(job: jobs.RunningJob) -> None:
    """Times that were kept free for a form that nobody sent are free again."""
    holding.remove_expired()


@jobs.every("appointments.refresh-visits", timedelta(minutes=1))
def refresh_visits(job: jobs.RunningJob) -> None:
    """A next visit that has begun is the last one from now on."""

    visits.refresh_begun(pause=partial(keep_on, job))


@jobs.every("appointments.remind", timedelta(minutes=1))
def remind(job: jobs.RunningJob) -> None:
    """Who has an appointment soon."""
    reminders.remind(partial(keep_on, job))


@jobs.every("appointments.follow-up", timedelta(minutes=15))
def follow_up(job: jobs.RunningJob) -> None:
    """Who had one lately."""
    follow_ups.follow_up(partial(keep_on, job))


@jobs.handles(first_login.DECIDE)
def let_in_after_booking(job: jobs.RunningJob) -> None:
    """Whether a visitor who booked may log in."""
    asked = job.payload
    with transaction.atomic():
        first_login.decide(asked["customer"], is_new=asked["is_new"], wished=asked["wished"])
        job.finish()


def keep_on(job: jobs.RunningJob) -> None:
    """Between two batches. Raises HandBack when the worker stops, and LeaseLost."""
    job.heartbeat()
    if job.stopping:
        raise jobs.HandBack
