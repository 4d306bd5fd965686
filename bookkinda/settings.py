"""One settings file, safe by default: every difference between machines comes from the environment.

BOOKKINDA_ENVIRONMENT=local is for trying and for a small shop on one machine (`make run` sets it);
without it the settings are those of production, which refuse to start on unsafe values
(bookkinda/checks.py).
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

import bootstrap_wrapper
from csp.constants import NONE, SELF

from bookkinda import databases, env
from bookkinda.signing_in import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = env.choice("BOOKKINDA_ENVIRONMENT", {"production", "local"}, "production")
IS_LOCAL = ENVIRONMENT == "local"
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var")))
DEBUG = env.flag("DEBUG", default=False)


def local_secret_key(path: Path) -> str:
    """The key of this machine, made on the first start and readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50), encoding="utf-8")
        with suppress(FileExistsError):  # another process was faster: its key is the one
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text(encoding="utf-8").strip()


SECRET_KEY = (
    env.text("SECRET_KEY", "") or local_secret_key(DATA_DIR / "secret-key")
    if IS_LOCAL
    else env.text("SECRET_KEY")
)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")

HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, least=1, most=65_535)
WEB_WORKERS = env.number("WEB_WORKERS", 2, most=64)
WEB_THREADS = env.number("WEB_THREADS", 4, least=1, most=64)
WORKERS = env.number("WORKERS", 1, most=64)

# Where people reach us. Links in messages are built from it, never from a request's Host header.
PUBLIC_BASE_URL = env.base_url("PUBLIC_BASE_URL", f"http://127.0.0.1:{PORT}" if IS_LOCAL else None)
IS_HTTPS = PUBLIC_BASE_URL.startswith("https://")
PUBLIC_HOST = PUBLIC_BASE_URL.partition("://")[2].partition("/")[0].rpartition("@")[2]
ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS",
    ",".join(
        [PUBLIC_HOST.partition(":")[0], *(["localhost", "127.0.0.1", "[::1]"] if IS_LOCAL else [])]
    ),
)
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", PUBLIC_BASE_URL)
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0, most=10)

INSTALLED_APPS = [
    "bookkinda",
    "accounts",
    "customers",
    "notifications",
    "appointments",
    "portal",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "bookkinda.static_files.StaticFiles",
    "csp",
    "django_filters",
    "django_htmx",
    "lucide",
    "template_partials",
]

MIDDLEWARE = [
    "bookkinda.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "bookkinda.middleware.SmallPagesMiddleware",
    "bookkinda.middleware.PrivacyHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SessionActivityMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "bookkinda.middleware.BusinessMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "accounts.middleware.OneTimePasswordMiddleware",
]

ROOT_URLCONF = "bookkinda.urls"
WSGI_APPLICATION = "bookkinda.wsgi.application"
FORM_RENDERER = "bookkinda.rendering.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bookkinda.context.business",
                "accounts.context.account_layout",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "bookkinda.templatetags.icons",
                "template_partials.templatetags.partials",
            ],
        },
    }
]

DATABASES = {
    "default": databases.complete(
        env.url("DATABASE_URL", "db", f"sqlite:///{DATA_DIR / 'bookkinda.sqlite3'}")
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Limits on attempts are counted in the cache, so it must be shared by all processes.
CACHES = {"default": env.url("CACHE_URL", "cache", "dbcache://bookkinda_cache")}
CACHE_IS_DATABASE = CACHES["default"]["BACKEND"].endswith("db.DatabaseCache")
if CACHE_IS_DATABASE:
    # Django's 300 would let a few hundred guesses push the counted ones out of the cache.
    CACHES["default"].setdefault("OPTIONS", {}).setdefault("MAX_ENTRIES", 100_000)
SESSION_ENGINE = (
    "django.contrib.sessions.backends.db"  # the cache is the same database: nothing to gain
    if CACHE_IS_DATABASE
    else "django.contrib.sessions.backends.cached_db"
)
SESSION_COOKIE_NAME = "bookkinda_session"
SESSION_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("bootstrap", Path(bootstrap_wrapper.__file__).parent.parent / "bootstrap"),
]
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "bookkinda.static_files.Storage"},
}
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = IS_HTTPS and env.flag("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", 31_536_000 if IS_HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS and env.flag(
    "SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True
)
SECURE_HSTS_PRELOAD = IS_HTTPS and env.flag("SECURE_HSTS_PRELOAD", default=True)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Without EMAIL_URL a local machine keeps its mails in a mailbox of its own. Production must name a
# mail server, or by EMAIL_BACKEND a provider that needs no address.
LOCAL_MAILBOX = DATA_DIR / "mailbox" if IS_LOCAL else None
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "")
EMAIL_IS_KEPT = IS_LOCAL and not EMAIL_BACKEND and not env.text("EMAIL_URL", "")
EMAIL = env.url(
    "EMAIL_URL",
    "email",
    "dummymail://" if EMAIL_IS_KEPT else "smtp://localhost" if EMAIL_BACKEND else None,
)
EMAIL_BACKEND = EMAIL_BACKEND or (
    "notifications.channels.mailbox.EmailBackend" if EMAIL_IS_KEPT else EMAIL["EMAIL_BACKEND"]
)
EMAIL_HOST = EMAIL.get("EMAIL_HOST") or "localhost"
EMAIL_HOST_USER = EMAIL.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = EMAIL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = EMAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL.get("EMAIL_USE_SSL", False)
EMAIL_PORT = EMAIL.get("EMAIL_PORT") or (465 if EMAIL_USE_SSL else 587 if EMAIL_USE_TLS else 25)
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
EMAIL_TIMEOUT = 20  # seconds, of each step
ANYMAIL = {
    "REQUESTS_TIMEOUT": EMAIL_TIMEOUT,
    # What a provider does not offer (say, counting no clicks) it need not be told.
    "IGNORE_UNSUPPORTED_FEATURES": True,
    **env.starting_with("ANYMAIL_"),
}
DEFAULT_FROM_EMAIL = env.text(
    "DEFAULT_FROM_EMAIL", f"Bookkinda <no-reply@{PUBLIC_HOST.partition(':')[0]}>"
)

# SMS and WhatsApp go by Twilio. A sender is a number (+44…) or a Messaging Service (MG…).
TWILIO_ACCOUNT_SID = env.text("TWILIO_ACCOUNT_SID", "")
TWILIO_AUTH_TOKEN = env.text("TWILIO_AUTH_TOKEN", "")
TWILIO_SMS_FROM = env.text("TWILIO_SMS_FROM", "").replace(" ", "")
TWILIO_WHATSAPP_FROM = (
    env.text("TWILIO_WHATSAPP_FROM", "").replace(" ", "").removeprefix("whatsapp:")
)
TWILIO_API_URL = env.base_url("TWILIO_API_URL", "https://api.twilio.com")
# How many messages a second leave by each channel, from all workers together; 0: no limit.
MESSAGES_PER_SECOND = {
    "email": env.number("EMAILS_PER_SECOND", 10, most=10_000),
    "sms": env.number("SMS_PER_SECOND", 10, most=10_000),
    "whatsapp": env.number("WHATSAPP_PER_SECOND", 10, most=10_000),
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["stderr"],
        "level": env.choice("LOG_LEVEL", {"DEBUG", "INFO", "WARNING", "ERROR"}, "INFO"),
    },
    "loggers": {"django.request": {"level": "ERROR"}},
}
