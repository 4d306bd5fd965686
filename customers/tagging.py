"""Tags: finding them by name, and putting them on customers or taking them off."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from customers.history import (
    LeftOut,
    Pause,
    close,
    in_chunks,
    lock,
    no_pause,
    open_change_set,
    record,
)
from customers.models import Change, ChangeSet, Customer, CustomerTag, Tag
from customers.querysets import CustomerQuerySet
from customers.values import clean_line

LONGEST_NAME = 40
MOST_TAGS = 50


class Tagged(NamedTuple):
    """What tagging did: how many customers it changed is the size of the change set."""

    change_set: ChangeSet


def split_names(typed: str) -> list[str]:
    """Tag names from a text with commas or semicolons, each once in any case.

    Raises ValidationError for a name that is too long, and for too many.
    """
    names: dict[str, str] = {}
    for part in typed.replace(";", ",").split(","):
        name = clean_line(part, LONGEST_NAME)
        if name:
            names.setdefault(name.casefold(), name)
    if len(names) > MOST_TAGS:
        raise ValidationError(
            _("A customer has at most %(most)s tags."), params={"most": MOST_TAGS}
        )
    return list(names.values())


def find_or_make_tags(names: Iterable[str]) -> list[Tag]:
    """The tags of these names in any case, in this order; those that don't exist are made."""
    return list({tag.pk: tag for tag in tags_by_key(names).values()}.values())


def tags_by_key(names: Iterable[str]) -> dict[str, Tag]:
    """The same as {name in lower case: tag}."""
    names = list(names)
    if not names:
        return {}
    known = {tag.name.casefold(): tag for tag in Tag.objects.all()}
    tags: dict[str, Tag] = {}
    for name in names:
        key = name.casefold()
        tags[key] = known[key] if key in known else make_tag(name)
        known[key] = tags[key]
    return tags


def make_tag(name: str) -> Tag:
    """A new tag, or the one that is there after all: made by somebody else just now, or the same
    to the database, whose lower case of a letter like İ is not always Python's."""
    try:
        with transaction.atomic():
            return Tag.objects.create(name=name, tone=tone_of(name))
    except IntegrityError:
        return Tag.objects.alias(key=Lower("name")).get(key=Lower(Value(name)))


def tone_of(name: str) -> str:
    """The colour that a new tag begins with: the same for the same name, so none is chosen."""
    tones = Tag.Tone.values
    return str(tones[sum(name.casefold().encode()) % len(tones)])


def tags_of(ids: Iterable[int]) -> dict[int, list[str]]:
    """The names of the tags of these customers, sorted, as history keeps them."""
    names: dict[int, list[str]] = defaultdict(list)
    links = CustomerTag.objects.filter(customer__in=list(ids)).order_by("tag__name")
    for pk, name in links.values_list("customer_id", "tag__name"):
        names[pk].append(name)
    return names


def tag_customers(
    customers: CustomerQuerySet,
    *,
    add: Sequence[Tag] = (),
    remove: Sequence[Tag] = (),
    by: User | None,
    source: ChangeSet.Source,
    change_set: ChangeSet | None = None,
    pause: Pause = no_pause,
) -> Tagged:
    """Put tags on live customers and take tags off; who has it right already is not touched.

    Any number of customers, in short transactions and one history.
    """
    change_set = change_set or open_change_set(ChangeSet.Kind.TAG, by=by, source=source)
    for ids in in_chunks(customers.live()):
        with transaction.atomic():
            tag_chunk(change_set, ids, add, remove)
        pause()
    close(change_set, LeftOut())
    return Tagged(change_set)


def tag_chunk(
    change_set: ChangeSet, ids: Sequence[int], add: Sequence[Tag], remove: Sequence[Tag]
) -> None:
    """One transaction's worth of `tag_customers`."""
    versions = dict(lock(ids).live().values_list("pk", "version"))
    tags = tags_of(versions)
    added, removed = {tag.name for tag in add}, {tag.name for tag in remove}
    changes = []
    for pk, version in versions.items():
        after = sorted((set(tags[pk]) | added) - removed)
        if after != sorted(tags[pk]):
            changes.append(
                Change(
                    customer_id=pk,
                    action=Change.Action.EDITED,
                    before={"tags": sorted(tags[pk])},
                    after={"tags": after},
                    version=version + 1,
                )
            )
    touched = [change.customer_id for change in changes]
    CustomerTag.objects.filter(customer__in=touched, tag__in=remove).delete()
    CustomerTag.objects.bulk_create(
        [
            CustomerTag(customer_id=pk, tag=tag)
            for pk in touched
            for tag in add
            if tag not in remove
        ],
        ignore_conflicts=True,
    )
    Customer.objects.filter(pk__in=touched).update(
        version=F("version") + 1, changed_at=timezone.now()
    )
    record(change_set, changes)


def delete_tag(tag: Tag, *, by: User | None, source: ChangeSet.Source) -> ChangeSet:
    """Take the tag off everybody and delete it; undo makes it anew and gives it back to those who
    were not archived."""
    done = tag_customers(Customer.objects.filter(tags=tag), remove=[tag], by=by, source=source)
    tag.delete()
    return done.change_set
