#!/usr/bin/env python
"""Runs Bookkinda's commands: `manage.py help` lists them."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bookkinda.settings")

    from django.core.management import execute_from_command_line  # noqa: PLC0415 needs the settings

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
