"""What has to be there before the first page: folders, tables, collected static files.

Doing it again costs a look; two that prepare at once wait for each other.
"""

import fcntl
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from bookkinda.static_files import StaticFiles

ADVISORY_LOCK = 0x626F6F6B  # any number, the same on every machine


def has_all_tables() -> bool:
    """Whether every migration of this version has run."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def prepare(say: Callable[[str], object]) -> None:
    """Make the tables and collect the static files, as far as something is missing; name it."""
    settings.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    Path(settings.MEDIA_ROOT).mkdir(mode=0o700, parents=True, exist_ok=True)
    with one_at_a_time():
        if not has_all_tables():
            say("Making the tables…")
            call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if not has_static_files():
            say("Collecting the static files…")
            call_command("collectstatic", interactive=False, verbosity=0)
            static_mark().write_text(fingerprint(), encoding="utf-8")


def has_static_files() -> bool:
    """Whether the collected files are those of this version."""
    mark = static_mark()
    return mark.exists() and mark.read_text(encoding="utf-8") == fingerprint()


def static_mark() -> Path:
    """Where the fingerprint of the collected files is kept: beside them, for they are public."""
    root = Path(settings.STATIC_ROOT)
    return root.with_name(f"{root.name}.fingerprint")


def fingerprint() -> str:
    """Changes when a static file does: name, size and time of each, without reading them."""
    digest = hashlib.sha256(str(settings.STATIC_ROOT).encode())
    for finder in get_finders():
        for path, storage in finder.list(StaticFiles.ignore_patterns):
            facts = Path(storage.path(path)).stat()
            digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Others wait: on this machine by a file, on other machines by a lock in the database."""
    with (settings.DATA_DIR / "prepare.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
