from typing import Any

from django.core.management.base import BaseCommand

from bookkinda.preparing import prepare


class Command(BaseCommand):
    help = (
        "Makes the tables and collects the static files. "
        "Run it after each update; where nothing is missing it does nothing."
    )
    requires_system_checks = ()  # some of them ask for the tables

    def handle(self, *args: Any, **options: Any) -> None:
        prepare(self.stdout.write)
