"""What erasing a person for good reaches of imports: rows, uploads, pictures, and what names them.

A table cannot lose one row, so an upload in which the person stands goes as a whole, with its
pictures. Small ones are read through for their addresses and numbers; large ones, and all of them
when there is neither to look for, go unread. Rows that were checked already stay, without theirs.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import PurePath

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.importing.forgetting import forget_files
from customers.importing.kept import open_upload
from customers.importing.local_files import local_file
from customers.importing.options import ImportOptions
from customers.importing.pictures import open_pictures
from customers.importing.problems import FileRefused
from customers.models import ImportFix, ImportRow, ImportRun
from customers.querysets import CustomerQuerySet

LARGEST_READ = 20 * 1024 * 1024
State = ImportRun.State
Is = Callable[[object], bool]  # whether a cell has an address or number of the person
Names = Callable[[str], bool]  # whether the words are the person's name


def has_uploads() -> bool:
    return ImportRun.objects.exclude(file="", photos="").exists()


def forget_uploads(is_theirs: Is, *, can_be_known: bool) -> None:
    """Delete the uploads in which the people stand, or may stand. Outside of any transaction."""
    waiting = ImportRun.objects.exclude(file="", photos="")
    for run in waiting:
        if not can_be_known or stands_in(run, is_theirs):
            drop_upload(run)


def stands_in(run: ImportRun, is_theirs: Is) -> bool:
    """Whether one of the people is in the table, as far as somebody can tell."""
    fixes = run.fixes.values_list("text", flat=True)
    if any(map(is_theirs, fixes)):
        return True
    try:
        with local_file(run.file) as path:
            if path.stat().st_size > LARGEST_READ:
                return True
            table = open_upload(path, ImportOptions.from_json(run.options))
            cells = chain.from_iterable(cells for _line, cells in table.rows())
            return any(map(is_theirs, chain(table.headers, names_of_pictures(run), cells)))
    except FileRefused:  # unreadable or gone
        return True


def names_of_pictures(run: ImportRun) -> Iterator[str]:
    """The names of the pictures beside the table, without their endings."""
    if run.photos:
        with local_file(run.photos) as path:
            yield from (PurePath(one.name).stem for one in open_pictures(path).pictures)


def drop_upload(run: ImportRun) -> None:
    """Delete the upload. An import that is not checked yet has ended with that, and says so."""
    with transaction.atomic():
        held = ImportRun.objects.select_for_update().get(pk=run.pk)
        if held.state in (State.UPLOADED, State.CHECKING):
            held.state, held.finished_at, held.fence = State.FAILED, timezone.now(), held.fence + 1
            held.failure = _(
                "Somebody in this file was erased for good, so the file was deleted. "
                "Upload it again without them."
            )
            held.save(update_fields=["state", "finished_at", "fence", "failure"])
    forget_files(run)


def forget_rows_of(
    customers: CustomerQuerySet, emails: Iterable[str], phones: Iterable[str], is_theirs: Is
) -> None:
    """Delete the staged rows of these people, also refused ones, which only hold raw cells."""
    known = ImportRow.objects.filter(
        Q(customer__in=customers) | Q(email__in=emails) | Q(phone__in=phones)
    )
    raw = ImportRow.objects.filter(cells__isnull=False).values_list("pk", "cells", "problems")
    theirs = [
        pk
        for pk, cells, problems in raw.iterator(chunk_size=2_000)
        if any(map(is_theirs, chain(cells_of(cells), sentences_of(problems))))
    ]
    rows = known | ImportRow.objects.filter(pk__in=theirs)
    places = set(rows.values_list("run_id", "line"))
    rows.delete()
    for run, line in places:
        ImportFix.objects.filter(run=run, line=line).delete()
    for touched in ImportRun.objects.filter(pk__in={run for run, _line in places}):
        drop_upload(touched)
        count_again(touched)


def count_again(run: ImportRun) -> None:
    """An import that is still to come has fewer rows now; what came of the others stays counted."""
    if run.state not in (State.CHECKED, State.STOPPED, State.FAILED):
        return
    found = dict(run.rows.values_list("action").annotate(Count("line")).order_by())
    names = {"skip": "skipped"}
    counts = {names.get(action, action): number for action, number in found.items()}
    zeros = dict.fromkeys(run.counts, 0)
    run.counts = {**zeros, **counts, "blank": run.counts.get("blank", 0)}
    run.save(update_fields=["counts"])


def cells_of(cells: object) -> Iterator[object]:
    """The values of a row as it came, whether it is kept as a list or by header."""
    if isinstance(cells, dict):
        yield from cells.values()
    elif isinstance(cells, list):
        yield from cells


def sentences_of(problems: list[tuple[str, str]] | None) -> list[str]:
    """What was wrong with a row; it may name the address of the customer that it is about."""
    return [sentence for _header, sentence in problems or []]


def forget_names(is_theirs: Is, names: Names) -> None:
    """Take the people out of the names of files and of pictures that were nobody's."""
    for run in ImportRun.objects.exclude(file_name=""):
        stem = stem_of(run.file_name)
        if is_theirs(run.file_name) or (len(stem.split()) > 1 and names(stem)):
            ImportRun.objects.filter(pk=run.pk).update(file_name=_("(erased)"))
    for run in ImportRun.objects.filter(picture_counts__has_key="problems"):
        problems = run.picture_counts["problems"]
        others = [one for one in problems if not (is_theirs(one[0]) or names(stem_of(one[0])))]
        if len(others) < len(problems):
            run.picture_counts = {**run.picture_counts, "problems": others}
            run.save(update_fields=["picture_counts"])


def stem_of(name: str) -> str:
    return PurePath(name.replace("_", " ").replace("-", " ")).stem
