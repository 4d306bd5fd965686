"""Files on their way in: kept in default storage, where every machine finds them."""

from pathlib import PurePath

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from customers.cells import storable
from customers.importing import forgetting, looking, steps
from customers.importing.local_files import as_path
from customers.importing.options import ImportOptions
from customers.importing.pictures import LARGEST_ARCHIVE, open_pictures
from customers.importing.problems import FileRefused
from customers.importing.reading import LARGEST_FILE
from customers.models import ChangeSet, ImportRun
from customers.models.transfer import upload_path

State = ImportRun.State


def accept_file(file: File, *, name: str, by: User | None) -> ImportRun:
    """Keep a table that was uploaded, as a run that waits for answers.

    Raises FileRefused for what cannot be read: nothing is kept of it.
    """
    refuse_large(file.size, LARGEST_FILE)
    run = ImportRun(
        state=State.UPLOADED,
        source=ChangeSet.Source.BACK_OFFICE,
        file_name=storable(PurePath(name).name)[-255:],
        by=by,
        by_name=str(by) if by else "",
        options=ImportOptions().as_json(),
    )
    with as_path(file) as path:
        looking.look_into(run, path)
    file.seek(0)
    run.file.save("", file, save=False)
    try:
        run.save()
    except BaseException:
        run.file.delete(save=False)
        raise
    return run


def accept_paste(text: str, *, by: User | None) -> ImportRun:
    """Keep a table that was pasted as text. Raises FileRefused."""
    if not text.strip():
        raise FileRefused(_("Nothing was pasted."))
    content = ContentFile(text.encode(errors="replace"))
    return accept_file(content, name=_("Pasted table"), by=by)


def attach_photos(run: ImportRun, file: File, *, name: str = "") -> ImportRun:
    """Keep a ZIP of pictures beside the table, in place of an earlier one; the check is to come.

    Raises FileRefused and NotNow.
    """
    refuse_large(file.size, LARGEST_ARCHIVE)
    with as_path(file) as path:
        open_pictures(path)
    file.seek(0)
    stored = default_storage.save(upload_path(run, ""), file)
    try:
        with transaction.atomic():
            steps.hold(run, State.UPLOADED, State.CHECKED, State.FAILED)
            steps.refuse_if_something_was_taken(run)
            earlier, run.photos.name = run.photos.name, stored
            run.photos_name = storable(PurePath(name or file.name or "").name)[-255:]
            run.state, run.checked_at, run.picture_counts = State.UPLOADED, None, {}
            run.save(
                update_fields=["photos", "photos_name", "state", "checked_at", "picture_counts"]
            )
    except BaseException:
        default_storage.delete(stored)
        raise
    if earlier:
        default_storage.delete(earlier)
    return run


def remove(run: ImportRun) -> None:
    """Cancel an import that has written nothing: the run, its rows and its files. Raises NotNow."""
    with transaction.atomic():
        steps.hold(run, State.UPLOADED, State.CHECKING, State.CHECKED, State.FAILED, State.STOPPED)
        steps.refuse_if_something_was_taken(run)
        # Nobody can begin to import it while its rows are being deleted.
        run.state, run.checked_at, run.digest, run.fence = State.FAILED, None, "", run.fence + 1
        run.save(update_fields=["state", "checked_at", "digest", "fence"])
    forgetting.forget(run)


def refuse_large(size: int, limit: int) -> None:
    if not size:
        raise FileRefused(_("This file is empty."))
    if size > limit:
        raise FileRefused(
            _("This file has %(size)s MB; at most %(limit)s MB can be imported.")
            % {"size": size // 1024**2 + 1, "limit": limit // 1024**2}
        )
