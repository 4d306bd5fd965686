from typing import Any

from django.core.management.base import BaseCommand

from bookkinda.stopping import StopSignal
from bookkinda.worker import Worker


class Command(BaseCommand):
    help = "Does the jobs (mails, imports, clean-up) until it is stopped. Several may run at once."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = StopSignal()
        stop.listen()
        Worker(stop).work()
