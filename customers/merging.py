"""Merging two customers who are one person, so that nothing is lost and all of it can be undone."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from customers import changing_email, closing, dependents, merged_logins, photos
from customers.archiving import archive_chunk
from customers.editing import edited, in_history
from customers.folding import fold
from customers.history import lock, open_change_set, record
from customers.matching import known_apart
from customers.merged_logins import login_holder, two_logins
from customers.models import ChangeSet, Customer, Merge, Note, Tag, TwoPeople
from customers.tagging import tags_of
from customers.timeline import label_of, shown_of

FIELDS = (
    "first_name",
    "last_name",
    "email",
    "phone",
    "gender",
    "date_of_birth",
    "photo",
    "note",
    "language",
    "time_zone",
    "external_id",
)
LONGEST_NOTE = 1000
LONGEST_DATED_NOTE = 2000


class CannotMerge(Exception):
    """The two can't be merged; the text says why."""


class PairChanged(Exception):
    """Somebody changed one of the two since they were shown: nothing was written."""


class Merged(NamedTuple):
    """What merging did."""

    change_set: ChangeSet
    keep: Customer


def merge(
    keep: Customer,
    other: Customer,
    *,
    take: Collection[str] = (),
    join_notes: bool = False,
    write_down_rest: bool = True,
    login: str = "",
    by: User | None,
    source: ChangeSet.Source,
    expected_versions: tuple[int, int] | None = None,
) -> Merged:
    """Make one customer of two, in one transaction that undo takes back. `take` names the fields
    (of FIELDS) whose value comes from `other`; the rest stay as `keep` has them. Tags, dated notes,
    a login and what dependent apps keep move along; `join_notes` puts both short notes together;
    `write_down_rest` puts values of `other` that were not taken into a dated note. Where both can
    sign in, `login` says whose login stays, KEEP or OTHER (merged_logins.py), with its address.
    `other` goes to the archive and leads to `keep` from then on.
    Raises CannotMerge, and PairChanged when the versions are not the expected ones any more.
    """
    picture = copy_of_picture(other) if "photo" in take else ""
    try:
        with transaction.atomic():
            kept, gone = lock_pair(keep, other, expected_versions)
            take = with_address(kept, gone, take, login)
            refuse_impossible(kept, gone, take, login)
            if "photo" in take and gone.photo.name != other.photo.name:
                raise PairChanged
            change_set = open_change_set(ChangeSet.Kind.MERGE, by=by, source=source)
            moved = move_along(kept, gone, login)
            archive(change_set, gone)
            yours = values_to_be(kept, gone, take, picture, join_notes=join_notes)
            rest = what_is_left(kept, gone, yours) if write_down_rest else ""
            moved["note"] = write_note(kept, gone, rest, by) if rest else None
            write(change_set, kept, yours)
            point(change_set, kept, gone, moved)
    except BaseException:
        photos.discard({picture} - {""})
        raise
    return Merged(change_set, kept)


def point(change_set: ChangeSet, kept: Customer, gone: Customer, moved: dict[str, Any]) -> None:
    """From now on who is gone leads to the kept one."""
    merge = Merge.objects.create(
        change_set=change_set, customer=gone, into=kept, version=gone.version + 1, moved=moved
    )
    merged_logins.tell(merge)


def copy_of_picture(customer: Customer) -> str:
    """A second copy of the customer's picture: each record has its own, so that erasing one of
    them leaves the other's alone. "" where there is no picture."""
    name = customer.photo.name
    if not name or not default_storage.exists(name):
        return ""
    with default_storage.open(name) as picture:
        return photos.store(ContentFile(picture.read()))


def lock_pair(
    keep: Customer, other: Customer, expected: tuple[int, int] | None
) -> tuple[Customer, Customer]:
    """Both as they are now, nobody else's to change. Locked in the order of their ids, with those
    whom a row of TwoPeople will name, so that two who merge wait for each other whatever they merge
    and whichever way round."""
    if keep.pk == other.pk:
        raise CannotMerge(_("A customer can't be merged with itself."))
    found = {each.pk: each for each in lock({keep.pk, other.pk} | known_apart(other.pk))}
    if not {keep.pk, other.pk} <= found.keys():
        raise CannotMerge(_("One of the two was erased meanwhile."))
    kept, gone = found[keep.pk], found[other.pk]
    for customer in (kept, gone):
        if customer.is_archived:
            raise CannotMerge(_("%(name)s was merged or deleted meanwhile.") % {"name": customer})
    if expected is not None and expected != (kept.version, gone.version):
        raise PairChanged
    return kept, gone


def with_address(
    kept: Customer, gone: Customer, take: Collection[str], login: str
) -> Collection[str]:
    """Of two logins, the address goes with the one that stays."""
    if not (kept.user_id and gone.user_id):
        return take
    return {*take, "email"} if login == merged_logins.OTHER else {*take} - {"email"}


def refuse_impossible(kept: Customer, gone: Customer, take: Collection[str], login: str) -> None:
    """The address that somebody signs in with is kept; of two logins it is said which one stays."""
    if kept.user_id and gone.user_id and login not in (merged_logins.KEEP, merged_logins.OTHER):
        raise CannotMerge(two_logins())
    holder = login_holder(kept, gone, login)
    address = gone.email if "email" in take else kept.email
    if holder and address != holder.email:
        raise CannotMerge(
            _("%(name)s signs in with %(email)s, so that address has to be kept.")
            % {"name": holder, "email": holder.email}
        )


def move_along(kept: Customer, gone: Customer, login: str) -> dict[str, Any]:
    """Give what is not a field to the kept customer; returns what undo needs to give it back."""
    notes = list(gone.notes.values_list("pk", flat=True))
    Note.objects.filter(pk__in=notes).update(customer=kept)
    moved: dict[str, Any] = {
        "notes": notes,
        "apart": pass_on_apart(kept, gone),
        "apps": dependents.move(gone, kept),
        "closing": closing.follow(gone, kept),
        **merged_logins.move_login(kept, gone, login),
    }
    changing_email.cancel(gone)  # the login, which it was about, is somebody else's from now on
    if moved["closed"]:
        changing_email.cancel(kept)
    if gone.created_at < kept.created_at:
        moved["created_at"] = kept.created_at.isoformat()
        kept.created_at = gone.created_at
    return moved


def pass_on_apart(kept: Customer, gone: Customer) -> list[int]:
    """Who is known not to be the one is not the other either; returns the ids of what is new."""
    made = []
    for pk in known_apart(gone.pk) - known_apart(kept.pk) - {kept.pk}:
        first, second = sorted([kept.pk, pk])
        made.append(TwoPeople.objects.create(first_id=first, second_id=second).pk)
    return made


def archive(change_set: ChangeSet, gone: Customer) -> None:
    """Take the other one out of every list. Raises CannotMerge if an app still holds on to it."""
    reasons = archive_chunk(change_set, [gone.pk])
    if reasons:
        raise CannotMerge(reasons[gone.pk])


def values_to_be(
    kept: Customer, gone: Customer, take: Collection[str], picture: str, *, join_notes: bool
) -> dict[str, Any]:
    """The fields of the kept customer that get another value, by name."""
    yours = {name: getattr(gone, name) for name in FIELDS if name in take and name != "photo"}
    if "phone" in yours:
        yours["phone_extension"] = gone.phone_extension
    if "photo" in take and (picture or not gone.photo.name):
        yours["photo"] = picture
    if join_notes:
        yours["note"] = joined_note(kept, gone) or yours.get("note", kept.note)
    tags = tags_of([kept.pk, gone.pk])
    yours["tags"] = sorted({*tags[kept.pk], *tags[gone.pk]})
    return yours


def joined_note(kept: Customer, gone: Customer) -> str:
    """Both short notes as one; "" where there are not two, or they don't fit into one."""
    if not kept.note or not gone.note or kept.note == gone.note:
        return ""
    joined = f"{kept.note}\n{gone.note}"
    return joined if len(joined) <= LONGEST_NOTE else ""


def what_is_left(kept: Customer, gone: Customer, yours: Mapping[str, Any]) -> str:
    """The values of both that the merged customer does not have, a line for each field."""
    lines = []
    for name in FIELDS:
        if name == "photo":
            continue
        stays = yours.get(name, getattr(kept, name))
        for customer in (kept, gone):
            value = getattr(customer, name)
            if value and not is_in(name, value, stays):
                values = {each: in_history(getattr(customer, each)) for each in both_of(name)}
                lines.append(f"{capfirst(label_of(name))}: {shown_of(name, values)}")
    return "\n".join(lines)


def is_in(name: str, value: Any, stays: Any) -> bool:
    """Whether a value is kept as it is: accents and case make no other name, and a note may be part
    of a longer one."""
    if name in {"first_name", "last_name"}:
        return fold(value) == fold(stays)
    return bool(value == stays or (name == "note" and value in stays))


def both_of(name: str) -> tuple[str, ...]:
    """A field, and what is shown with it."""
    return ("phone", "phone_extension") if name == "phone" else (name,)


def write_note(kept: Customer, gone: Customer, rest: str, by: User | None) -> int:
    """A dated note with what the merge did not take over."""
    heading = _("Merged with %(name)s. Not kept:") % {"name": gone}
    text = f"{heading}\n{rest}"[:LONGEST_DATED_NOTE]
    note = Note.objects.create(
        customer=kept, author=by, author_name=str(by) if by else "", text=text
    )
    return note.pk


def write(change_set: ChangeSet, kept: Customer, yours: Mapping[str, Any]) -> None:
    """Write what differs, and its history; the version moves on even if nothing does."""
    change = edited(kept, yours)
    fields = change.after.keys() - {"tags"}
    for name in fields:
        setattr(kept, name, yours[name])
    kept.version = change.version
    kept.changed_at = timezone.now()
    login = ("user", "access", "invited_at")
    kept.save(update_fields=[*fields, *login, "created_at", "version", "changed_at"])
    if "tags" in change.after:
        kept.tags.set(Tag.objects.filter(name__in=yours["tags"]))
    record(change_set, [change])
