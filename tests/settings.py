"""The settings of the tests: the real ones, with what a test must not wait for taken away."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("BOOKKINDA_ENVIRONMENT", "local")
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="bookkinda-tests-"))

from bookkinda.settings import *

SECRET_KEY = "only-for-tests"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
Path(STATIC_ROOT).mkdir(parents=True, exist_ok=True)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file and not memory: tests with threads and processes need what production has.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(DATA_DIR) / "test.sqlite3")}
# The browser's tests get the files of the tree itself, without collecting them first.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
