#!/usr/bin/env python
"""Runs Bookkinda's commands: `manage.py help` lists them."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bookkinda.settings")

    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415 needs the settings
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Bookkinda can't start: {error}")


if __name__ == "__main__":
    main()
