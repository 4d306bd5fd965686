"""The pictures of an import: matched in the check, put on the customers after the rows.

`run.picture_counts` says what came of them: total, matched, taken, unchanged, refused, seen (how
many were looked at, for an import that goes on) and `problems`, the first of [file name, sentence].
"""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from customers import photos
from customers.importing.database import Turns
from customers.importing.pictures import (
    MatchedPicture,
    Person,
    Picture,
    Pictures,
    match_pictures,
    open_pictures,
    people_of,
)
from customers.importing.recognising import gone_since
from customers.importing.saving import act_of, hold
from customers.importing.staging import Progress
from customers.merged import kept_instead
from customers.models import Change, ChangeSet, Customer, ImportRow, ImportRun

MOST_PROBLEMS = 1_000
Action = ImportRow.Action


class LeftOut(Exception):
    """The picture is not put on the customer. The text says why."""


def match(run: ImportRun, path: Path) -> None:
    """Say in the run which pictures will be whose; nothing is unpacked. Raises FileRefused."""
    archive = open_pictures(path)
    people = chain(people_of(run), people_to_come(run))
    found = match_pictures(archive.pictures, people, run.table["country"])
    run.picture_counts = {
        "total": len(found),
        "matched": sum(one.customer_id is not None for one in found),
        "problems": [[one.picture.name, one.reason] for one in found if one.reason][:MOST_PROBLEMS],
    }


def people_to_come(run: ImportRun) -> Iterator[Person]:
    """Those whom the import will add, by their lines, which are negative as no customer's ID is."""
    rows = run.rows.filter(action=Action.NEW, done=False)
    fields = ("line", *Person._fields[1:])
    for line, *texts in rows.values_list(*fields).iterator(chunk_size=2_000):
        yield Person(-line, *(text or "" for text in texts))


def take(run: ImportRun, source: ChangeSet.Source, path: Path, progress: Progress) -> None:
    """Put the pictures on the customers of the import, one in a transaction; goes on where an
    earlier try ended. Raises FileRefused, and TakenOver when another process does it by now."""
    archive = open_pictures(path)
    found = match_pictures(archive.pictures, people_of(run), run.table["country"])
    counts = run.picture_counts
    if "seen" not in counts:
        counts = {"total": len(found), "taken": 0, "unchanged": 0, "refused": 0, "problems": []}
    turns = Turns()
    for number, one in enumerate(found[counts.get("seen", 0) :], counts.get("seen", 0) + 1):
        counts = {**counts, "seen": number}
        take_one(run, source, archive, one, counts)
        turns.end()
        progress("pictures", number, len(found))


def take_one(
    run: ImportRun,
    source: ChangeSet.Source,
    archive: Pictures,
    one: MatchedPicture,
    counts: dict[str, Any],
) -> None:
    """One picture, and what came of it in `counts` and in the run."""
    stored = ""
    try:
        prepared = prepare(run, archive, one)
        stored = photos.store(prepared)
        with transaction.atomic():
            hold(run)
            put_on(run, source, one.customer_id or 0, stored)
            counts["taken"] += 1
            keep(run, counts)
        return
    except LeftOut as reason:
        refuse(counts, one.picture, str(reason))
    except Unchanged:
        counts["unchanged"] += 1
    except BaseException:
        photos.discard({stored} - {""})
        raise
    photos.discard({stored} - {""})
    with transaction.atomic():
        hold(run)
        keep(run, counts)


class Unchanged(Exception):
    """The customer has this very picture."""


def prepare(run: ImportRun, archive: Pictures, one: MatchedPicture) -> ContentFile:
    """The picture as it will be stored. Raises LeftOut, or Unchanged."""
    if one.customer_id is None:
        raise LeftOut(one.reason)
    customer = Customer.objects.get(pk=one.customer_id)
    is_new = customer.import_run_id == run.pk
    existing = run.options.get("existing")
    if not is_new and (existing == "skip" or (existing == "fill" and customer.photo)):
        raise LeftOut(_("This customer is known, and is left as it is."))
    try:
        prepared = archive.prepared(one.picture)
    except ValidationError as error:
        raise LeftOut(" ".join(error.messages)) from None
    if customer.photo and is_the_same(str(customer.photo.name), prepared):
        raise Unchanged
    return prepared


def is_the_same(name: str, prepared: ContentFile) -> bool:
    """Whether the stored picture is the prepared one, byte for byte."""
    if not default_storage.exists(name):
        return False
    with default_storage.open(name) as kept:
        same: bool = kept.read() == prepared.read()
    prepared.seek(0)
    return same


def put_on(run: ImportRun, source: ChangeSet.Source, pk: int, stored: str) -> None:
    """Give the customer the picture, as a part of what the import did to them, so that one undo
    takes back both. Raises LeftOut."""
    customer = Customer.objects.live().filter(pk=pk).select_for_update().first()
    if customer is None:
        raise LeftOut(gone_since(pk, kept_instead()))
    act = act_of(run, source)
    change = act.changes.filter(customer=pk).order_by("-pk").first()
    if change and change.version != customer.version:
        raise LeftOut(_("Somebody has changed this customer meanwhile."))
    before = {"photo": customer.photo.name or ""}
    if change is None:
        customer.version += 1
        Change.objects.create(
            change_set=act, customer=customer, action=Change.Action.EDITED,
            before=before, after={"photo": stored}, version=customer.version,
        )  # fmt: skip
        ChangeSet.objects.filter(pk=act.pk).update(size=F("size") + 1)
    elif change.action == Change.Action.EDITED:
        change.before = {**before, **change.before}
        change.after = {**change.after, "photo": stored}
        change.save(update_fields=["before", "after"])
    customer.photo.name, customer.changed_at = stored, timezone.now()
    customer.save(update_fields=["photo", "version", "changed_at"])


def refuse(counts: dict[str, Any], picture: Picture, reason: str) -> None:
    counts["refused"] += 1
    if len(counts["problems"]) < MOST_PROBLEMS:
        counts["problems"] = [*counts["problems"], [picture.name, reason]]


def keep(run: ImportRun, counts: dict[str, Any]) -> None:
    run.picture_counts = counts
    run.save(update_fields=["picture_counts"])
