"""The settings of the processes that the tests start: the real ones and some jobs to do."""

from bookkinda import settings
from bookkinda.settings import *  # noqa: F403

INSTALLED_APPS = [*settings.INSTALLED_APPS, "tests.bookkinda.errands"]
