"""manage.py create_staff: an account for the back office from the command line."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from accounts.roles import Role
from accounts.staff import add_staff


class Command(BaseCommand):
    help = "Adds somebody to the staff. The password is asked for, or read from standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="the address they sign in with")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--name", default="", help="as colleagues see it")
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from the first line of standard input",
        )

    @sensitive_variables("password")
    def handle(
        self, *, email: str, role: str, name: str, password_stdin: bool, **options: Any
    ) -> None:
        try:
            password = first_line_of_stdin() if password_stdin else self.ask_twice()
            validate_password(password, User(email=email, name=name))
            user = add_staff(email, role=role, name=name, password=password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(f"{user.email} can sign in as {Role(role).label}.")

    @sensitive_variables()
    def ask_twice(self) -> str:
        """A password from the terminal, typed the same twice."""
        if not sys.stdin.isatty():
            raise CommandError(
                "There is no terminal to ask for a password. Hand it in by --password-stdin."
            )
        password = getpass.getpass("Password: ")
        if getpass.getpass("Password again: ") != password:
            raise CommandError("The two passwords are not the same. Nothing was changed.")
        return password


@sensitive_variables()
def first_line_of_stdin() -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise CommandError("There is no password on standard input.")
    return password
