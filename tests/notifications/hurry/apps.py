from dataclasses import replace
from datetime import timedelta

from django.apps import AppConfig


class HurryConfig(AppConfig):
    """Leases and waits of seconds, so that a test sees what else takes minutes."""

    name = "tests.notifications.hurry"

    def ready(self) -> None:
        from bookkinda import jobs  # noqa: PLC0415
        from notifications import outbox, sending  # noqa: PLC0415

        jobs.HANDLERS[outbox.SEND] = replace(
            jobs.HANDLERS[outbox.SEND],
            lease=timedelta(seconds=6),
            back_off=timedelta(seconds=1),
            max_expired_leases=200,
        )
        sending.ORDER = 0.5
