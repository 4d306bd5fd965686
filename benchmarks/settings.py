"""The product's own settings, with Django's admin beside it to compare with."""

import os

os.environ.setdefault("BOOKKINDA_ENVIRONMENT", "local")

from bookkinda.settings import *

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin"]
ROOT_URLCONF = "benchmarks.urls"
