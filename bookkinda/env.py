"""Strict readers for environment variables: a wrong value stops the start and names the variable.

Every variable may be given as NAME, or as NAME_FILE with the path of a file that holds the value
(the usual way to hand a secret to a container).
"""

import os
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
SCHEMES = {
    "db": ["sqlite", "postgres", "postgresql"],
    "cache": ["dbcache", "redis", "rediss", "locmemcache", "dummycache"],
    "email": ["smtp", "smtp+tls", "smtp+ssl", "filemail", "consolemail", "dummymail"],
}


def text(name: str, default: str | None = None) -> str:
    """The value of NAME or of the file that NAME_FILE names; without a default it must be set."""
    value = os.environ.get(name)
    path = os.environ.get(f"{name}_FILE")
    if value is not None and path is not None:
        raise ImproperlyConfigured(f"Set {name} or {name}_FILE, not both.")
    if path is not None:
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name}_FILE names the file {path}, which cannot be read: {error.strerror}."
            ) from error
        except UnicodeDecodeError:
            raise ImproperlyConfigured(
                f"{name}_FILE names the file {path}, which is not UTF-8 text."
            ) from None
    if value is None or value == "":
        if default is None:
            raise ImproperlyConfigured(f"{name} is not set. docs/running/settings.md explains it.")
        return default
    return value


def flag(name: str, *, default: bool) -> bool:
    """True for 1, true, yes, on; False for 0, false, no, off; anything else is refused."""
    value = text(name, "true" if default else "false").lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")


def number(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    """A whole number between `least` and `most`, both included."""
    value = text(name, str(default))
    try:
        result = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None
    if not least <= result <= most:
        raise ImproperlyConfigured(f"{name} must be between {least} and {most}, not {result}.")
    return result


def choice(name: str, choices: Collection[str], default: str) -> str:
    """One of `choices`."""
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(
            f"{name} must be one of {', '.join(sorted(choices))}, not {value!r}."
        )
    return value


def base_url(name: str, default: str | None = None) -> str:
    """The address of a whole site, http or https, without a path and without a slash at its end."""
    value = text(name, default).rstrip("/")
    try:
        parts = urlsplit(value)
        is_whole = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # a port that is no number
        is_whole = False
    if not is_whole or value != f"{parts.scheme}://{parts.netloc}" or "@" in value:
        raise ImproperlyConfigured(
            f"{name} must look like https://book.example.org, without a path, not {value!r}."
        )
    return value


def words(name: str, default: str = "") -> list[str]:
    """A list written with commas; blanks around the items are taken off."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def starting_with(prefix: str) -> dict[str, str]:
    """Every variable whose name starts so, without that start; for packages with many settings."""
    names = {name.removesuffix("_FILE") for name in os.environ if name.startswith(prefix)}
    return {name.removeprefix(prefix): text(name, "") for name in sorted(names)}


def url(name: str, kind: str, default: str | None = None) -> dict[str, Any]:
    """A database, cache or e-mail address (`kind`: db, cache, email) as Django's settings dict."""
    value = text(name, default)
    schemes = SCHEMES[kind]
    # The value itself may hold a password, so no message repeats it.
    if value.partition("://")[0] not in schemes or "://" not in value:
        raise ImproperlyConfigured(
            f"{name} must be an address that starts with {', '.join(schemes)} and ://. "
            "docs/running/settings.md has examples."
        )
    readers = {
        "db": environ.Env.db_url_config,
        "cache": environ.Env.cache_url_config,
        "email": environ.Env.email_url_config,
    }
    try:
        return dict(readers[kind](value))
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} is not a whole address: is its port a number, and is its password URL-encoded?"
        ) from None
