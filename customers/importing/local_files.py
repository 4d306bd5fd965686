"""Kept files as files of this machine: readers need a path, and storage may be elsewhere."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from customers.importing.problems import FileRefused

PREFIX = "bookkinda-import-"
PIECE = 1024 * 1024
LEFT_AFTER = 24 * 60 * 60  # seconds; nobody reads a copy for so long


@contextmanager
def as_path(upload: File) -> Iterator[Path]:
    """An upload as a file of this machine: large ones are one already."""
    if hasattr(upload, "temporary_file_path"):
        yield Path(upload.temporary_file_path())
        return
    with tempfile.NamedTemporaryFile(prefix=PREFIX) as copy:
        for piece in upload.chunks(PIECE):
            copy.write(piece)
        copy.flush()
        yield Path(copy.name)


@contextmanager
def local_file(kept: FieldFile) -> Iterator[Path]:
    """A kept file as one of this machine; from storage elsewhere it is copied in pieces.

    Raises FileRefused when it is gone.
    """
    if not kept or not kept.storage.exists(str(kept.name)):
        raise FileRefused(_("This file is not kept any more. Upload it again."))
    if isinstance(kept.storage, FileSystemStorage):
        yield Path(kept.path)
        return
    with kept.open("rb") as source, tempfile.NamedTemporaryFile(prefix=PREFIX) as copy:
        shutil.copyfileobj(source, copy, PIECE)
        copy.flush()
        yield Path(copy.name)


def clear_left_copies() -> None:
    """Delete the copies that a killed process left on this machine."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            if path.stat().st_mtime < time.time() - LEFT_AFTER:
                path.unlink()
