"""manage.py remove_sample: from trying to real use."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from bookkinda.preferences import Preferences
from bookkinda.sample.business import remove_sample, sample_customers


class Command(BaseCommand):
    help = "Removes the sample business; customers whom people added stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-input", action="store_true", help="do not ask first")

    def handle(self, *, no_input: bool, **options: Any) -> None:
        if not Preferences.load().is_sample:
            self.stdout.write("There is no sample business in this database. Nothing was changed.")
            return
        if not no_input:
            self.ask()
        removed = remove_sample()
        self.stdout.write(
            f"Removed {removed.customers:,} customers of the sample, {removed.changed:,} of which "
            "somebody had changed.\n"
            f"What to do first: {settings.PUBLIC_BASE_URL}{reverse('business:first-steps')}"
        )

    def ask(self) -> None:
        """Goes on only when the person at the terminal agrees."""
        count = sample_customers().count()
        self.stdout.write(
            f"This removes {count:,} customers of the sample for good, also those whom somebody "
            "edited. Customers whom people added stay."
        )
        try:
            answer = input("Type remove to go on: ")
        except EOFError:
            raise CommandError("Nobody answered. --no-input goes on without asking.") from None
        if answer.strip().lower() != "remove":
            raise CommandError("Nothing was changed.")
