"""manage.py create_sample: a business to try Bookkinda with."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from bookkinda.sample.business import OWNER_EMAIL, NotEmptyError, make_sample


class Command(BaseCommand):
    help = "Makes a sample business with about 1,200 customers and an owner, on an empty database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="say where to sign in, and nothing else, when the database is in use already",
        )

    def handle(self, *, if_empty: bool, **options: Any) -> None:
        try:
            sample = make_sample()
        except NotEmptyError:
            if not if_empty:
                raise CommandError(
                    "There is something in this database already; a sample is made on an empty "
                    "one only."
                ) from None
            self.stdout.write(
                f"Sign in at {settings.PUBLIC_BASE_URL} as before. "
                f"A new password: make password EMAIL={OWNER_EMAIL}"
            )
            return
        self.stdout.write(
            f"""
A sample business with {sample.customers:,} invented customers is ready.

    Address   {settings.PUBLIC_BASE_URL}
    E-mail    {sample.owner.email}
    Password  {sample.password}

The password was made for this machine and is shown this once.
Another one: make password EMAIL={sample.owner.email}
"""
        )
