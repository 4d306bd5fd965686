"""The settings of the processes that the tests kill: the real ones, in a hurry."""

from bookkinda import settings
from bookkinda.settings import *  # noqa: F403

INSTALLED_APPS = [*settings.INSTALLED_APPS, "tests.notifications.hurry"]
MESSAGES_PER_SECOND = {"email": 0, "sms": 0, "whatsapp": 0}
