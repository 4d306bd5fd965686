"""What production refuses to start with. Every manage.py command and the web server ask."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection

SHORTEST_KEY = 50
FEWEST_CHARACTERS = 10
TELLTALE_BACKENDS = ("console", "filebased", "locmem", "dummy", "mailbox")
LONELY_CACHES = ("locmem", "dummy")


@register(Tags.security)
def refuse_unsafe_production(**kwargs: Any) -> list[CheckMessage]:
    """One error for each setting that is fine for trying and dangerous for a real business."""
    return [] if settings.IS_LOCAL else list(unsafe_settings())


def unsafe_settings() -> Iterator[CheckMessage]:
    if settings.DEBUG:
        yield Error("DEBUG shows settings and data to visitors. Unset it.", id="bookkinda.E001")
    if any(is_weak(key) for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]):
        yield Error(
            "SECRET_KEY can be guessed: it (or one of SECRET_KEY_FALLBACKS) is short, has few "
            "different characters, or is a key for development. "
            'python -c "import secrets; print(secrets.token_urlsafe(50))" makes one.',
            id="bookkinda.E002",
        )
    if settings.LOCAL_MAILBOX is not None or names(settings.EMAIL_BACKEND, TELLTALE_BACKENDS):
        yield Error(
            "EMAIL_URL (or EMAIL_BACKEND) keeps mails on this machine, links and passwords "
            "included, instead of sending them. Name a mail server.",
            id="bookkinda.E003",
        )
    elif problem := mail_backend_problem():
        yield Error(
            f"EMAIL_BACKEND={settings.EMAIL_BACKEND} cannot be used: {problem}", id="bookkinda.E006"
        )
    if not settings.IS_HTTPS:
        yield Error(
            "PUBLIC_BASE_URL must start with https://. Over http everybody on the way reads the "
            "passwords. For trying on one machine there is BOOKKINDA_ENVIRONMENT=local.",
            id="bookkinda.E004",
        )
    if "DEBUG_API_REQUESTS" in settings.ANYMAIL:
        yield Error(
            "ANYMAIL_DEBUG_API_REQUESTS prints every mail, links and passwords included. Unset it.",
            id="bookkinda.E009",
        )
    yield from twilio_problems()
    if names(settings.CACHES["default"]["BACKEND"], LONELY_CACHES):
        yield Error(
            "CACHE_URL names a cache that processes do not share, so limits on attempts would "
            "not hold. Unset it (the database), or name a Redis server.",
            id="bookkinda.E005",
        )


def twilio_problems() -> Iterator[CheckMessage]:
    senders = [settings.TWILIO_SMS_FROM, settings.TWILIO_WHATSAPP_FROM]
    login = [settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN]
    if any([*senders, *login]) and not all([*login, any(senders)]):
        yield Error(
            "SMS and WhatsApp are set up by halves. TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and "
            "TWILIO_SMS_FROM or TWILIO_WHATSAPP_FROM belong together.",
            id="bookkinda.E007",
        )
    if not settings.TWILIO_API_URL.startswith("https://"):
        yield Error(
            "TWILIO_API_URL must start with https://: what is sent there holds passwords.",
            id="bookkinda.E008",
        )


def mail_backend_problem() -> str:
    """Why mails could not even be tried, such as a provider without its key; connects nowhere."""
    try:
        get_connection()
    except (ImportError, ImproperlyConfigured) as error:
        return str(error)
    return ""


def is_weak(key: str) -> bool:
    """Whether the key is short, monotonous, or made for development."""
    return (
        len(key) < SHORTEST_KEY
        or len(set(key)) < FEWEST_CHARACTERS
        or key.startswith("django-insecure-")
    )


def names(backend: str, kinds: tuple[str, ...]) -> bool:
    """Whether the dotted path of a backend goes through a module of one of these kinds."""
    return any(kind in backend.split(".") for kind in kinds)


@register(Tags.security, deploy=True)
def explain_the_proxy(**kwargs: Any) -> list[CheckMessage]:
    """The web server speaks plain http, so https means that something stands before it."""
    if settings.IS_LOCAL or settings.TRUSTED_PROXIES:
        return []
    return [
        Warning(
            "TRUSTED_PROXIES is 0, but https needs a proxy before the web server. Set how many "
            "there are, or all visitors share one limit on attempts.",
            id="bookkinda.W001",
        )
    ]


def refuse_to_start_unsafely() -> None:
    """For web servers that are started without manage.py. Raises ImproperlyConfigured."""
    problems = refuse_unsafe_production()
    if problems:
        raise ImproperlyConfigured(" ".join(str(problem.msg) for problem in problems))
