"""Where a web server finds the application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bookkinda.settings")
application = get_wsgi_application()

from bookkinda.checks import refuse_to_start_unsafely  # noqa: E402 needs the settings

refuse_to_start_unsafely()
