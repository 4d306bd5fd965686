"""How we talk to each kind of database."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

SQLITE_OPTIONS = {
    # IMMEDIATE, because a transaction that reads first and writes later would fail at once with
    # "database is locked" when somebody else wrote in between, whatever the timeout.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # WAL lets pages be read while somebody writes. With NORMAL a power cut may take the last
    # commits along, and never damages the file; FULL costs nine times as much for each write.
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; "
        "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456;"
    ),
}


def complete(address: dict[str, Any]) -> dict[str, Any]:
    """The settings of a database address: kept open between requests, safe for many writers."""
    database = {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True, **address}
    if address["ENGINE"] != "django.db.backends.sqlite3":
        return {**database, "OPTIONS": {"connect_timeout": 10, **address.get("OPTIONS", {})}}
    if address["NAME"] in {"", ":memory:"}:
        raise ImproperlyConfigured("DATABASE_URL must name the file of the SQLite database.")
    return {**database, "OPTIONS": {**SQLITE_OPTIONS, **address.get("OPTIONS", {})}}
