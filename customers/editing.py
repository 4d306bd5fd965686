"""Adding a customer and editing one. Two people who edit the same customer hear of each other."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from customers import changing_email, photos
from customers.history import Value, lock, open_change_set, record, taken_external_ids, to_json
from customers.models import Change, ChangeSet, Customer, Tag

FIELDS = (
    "first_name",
    "last_name",
    "email",
    "phone",
    "phone_extension",
    "gender",
    "date_of_birth",
    "note",
    "language",
    "time_zone",
    "external_id",
)


class Photo(Enum):
    """What to do with the profile picture when there is no new one."""

    KEEP = "keep"
    REMOVE = "remove"


@dataclass(frozen=True)
class Difference:
    """A field that somebody else changed while it was being edited: before, theirs, yours."""

    field: str
    before: Value
    theirs: Value
    yours: Value

    @property
    def is_conflict(self) -> bool:
        """Whether somebody has to choose: both changed the field, and not to the same value."""
        return self.yours not in (self.before, self.theirs)


class StaleCustomer(Exception):
    """Somebody else changed the customer since it was shown: nothing was written."""

    def __init__(self, customer: Customer, differences: list[Difference]) -> None:
        super().__init__(customer.pk, customer.version)
        self.customer = customer
        self.differences = differences


class ArchivedCustomer(Exception):
    """The customer is in the archive, or was even erased meanwhile: nothing was written."""


def add_customer(
    *,
    by: User | None,
    source: ChangeSet.Source,
    tags: Iterable[Tag] = (),
    photo: File | None = None,
    token: UUID | None = None,
    **fields: Any,
) -> Customer:
    """A new customer, from values as customers/values.py and photos.prepare make them.

    A `token` that was used before for the same values adds nobody and returns who was added then.
    Raises ValidationError with the problems by field.
    """
    customer = Customer(**fields)
    stored = photos.store(photo) if photo else ""
    customer.photo.name = stored
    try:
        with transaction.atomic():
            change_set = open_change_set(ChangeSet.Kind.ADD, by=by, source=source, token=token)
            check(customer, ())
            customer.save()
            customer.tags.set(tags)
            change = Change(customer=customer, action=Change.Action.ADDED, version=1)
            record(change_set, [change])
    except (IntegrityError, ValidationError) as error:
        photos.discard({stored} - {""})
        earlier = added_before(token)
        if earlier and all(getattr(earlier, name) == getattr(customer, name) for name in FIELDS):
            return earlier
        if not earlier and not was_freed(token):
            raise as_validation_error(customer, error) from None
        # The form was gone back to, for another customer or because that one is deleted.
        token = None if earlier else token
        return add_customer(by=by, source=source, tags=tags, photo=photo, token=token, **fields)
    return customer


def added_before(token: UUID | None) -> Customer | None:
    """Whom the form of this token added, unless the customer is deleted by now."""
    if token is None:
        return None
    added: Customer | None = (
        Customer.objects.live().filter(changes__change_set__token=token).first()
    )
    return added


def was_freed(token: UUID | None) -> bool:
    """Whether the token was used for nobody who is still here; then it can be used again."""
    return token is not None and bool(ChangeSet.objects.filter(token=token).update(token=None))


def edit_customer(
    customer: Customer,
    *,
    by: User | None,
    source: ChangeSet.Source,
    expected_version: int,
    tags: Collection[Tag] | None = None,
    photo: File | Photo = Photo.KEEP,
    **fields: Any,
) -> ChangeSet | None:
    """Write what differs; returns the change set, None when nothing differed.

    Raises StaleCustomer, with the differences, when the version is not the expected one any more;
    ArchivedCustomer; and ValidationError with the problems by field.
    """
    stored = photos.store(photo) if isinstance(photo, File) else ""
    try:
        with transaction.atomic():
            current = lock([customer.pk]).first()
            if current is None:
                raise ArchivedCustomer
            yours = values_to_be(fields, tags, photo, stored)
            refuse_if_out_of_date(current, expected_version, yours)
            return write_differences(current, yours, tags, by=by, source=source)
    except BaseException as error:
        photos.discard({stored} - {""})
        if isinstance(error, IntegrityError):
            raise as_validation_error(customer, error) from None
        raise


def values_to_be(
    fields: Mapping[str, Any],
    tags: Collection[Tag] | None,
    photo: File | Photo,
    stored: str,
) -> dict[str, Any]:
    """What the customer is to look like, by field; only what the caller gave."""
    yours = dict(fields)
    if photo is not Photo.KEEP:
        yours["photo"] = stored
    if tags is not None:
        yours["tags"] = sorted(tag.name for tag in tags)
    return yours


def value_now(customer: Customer, name: str) -> Value:
    """A field of the customer as history keeps it."""
    if name == "tags":
        return sorted(customer.tags.values_list("name", flat=True))
    return to_json(getattr(customer, name))


def in_history(value: Any) -> Value:
    return value if isinstance(value, list) else to_json(value)


def refuse_if_out_of_date(current: Customer, expected: int, yours: Mapping[str, Any]) -> None:
    """Raises ArchivedCustomer or StaleCustomer if others did something that matters meanwhile."""
    if current.is_archived:
        raise ArchivedCustomer
    differences = differences_since(current, expected, yours)
    if any(each.theirs != each.yours for each in differences):
        raise StaleCustomer(current, differences)


def differences_since(
    current: Customer, expected: int, yours: Mapping[str, Any]
) -> list[Difference]:
    """Which of your fields others wrote after the customer had the expected version."""
    if current.version == expected:
        return []
    before: dict[str, Value] = {}
    for change in current.changes.filter(version__gt=expected).order_by("version"):
        for name, value in change.before.items():
            before.setdefault(name, value)
    return [
        Difference(name, before[name], value_now(current, name), in_history(value))
        for name, value in yours.items()
        if name in before
    ]


def write_differences(
    current: Customer,
    yours: Mapping[str, Any],
    tags: Collection[Tag] | None,
    *,
    by: User | None,
    source: ChangeSet.Source,
) -> ChangeSet | None:
    """Write the fields whose value differs, and their history; None when there are none.

    The address with which somebody signs in may only be asked for: then a mail to it is on its way.
    """
    yours = without_unconfirmed(current, yours, by=by, source=source)
    change = edited(current, yours)
    changed = change.after.keys()
    if not changed:
        return None
    fields = changed - {"tags"}
    for name in fields:
        setattr(current, name, yours[name])
    if current.user and "email" in changed:
        changing_email.move_login(current, current.email)
    check(current, changed)
    current.changed_at = timezone.now()
    current.version = change.version
    current.save(update_fields=[*fields, "version", "changed_at"])
    if tags is not None and "tags" in changed:
        current.tags.set(tags)
    change_set = open_change_set(ChangeSet.Kind.EDIT, by=by, source=source)
    record(change_set, [change])
    return change_set


def edited(customer: Customer, yours: Mapping[str, Any]) -> Change:
    """The change to be recorded when the customer, as it is now, gets these values: what differs,
    and the next version."""
    before = {name: value_now(customer, name) for name in yours}
    after = {name: in_history(value) for name, value in yours.items()}
    changed = [name for name in yours if before[name] != after[name]]
    return Change(
        customer=customer,
        action=Change.Action.EDITED,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
        version=customer.version + 1,
    )


def without_unconfirmed(
    current: Customer, yours: Mapping[str, Any], *, by: User | None, source: ChangeSet.Source
) -> Mapping[str, Any]:
    """What can be written now: another address of somebody who signs in waits until it is confirmed
    (customers/changing_email.py). Raises ValidationError if it can't be theirs."""
    email = yours.get("email", current.email)
    if current.user is None or email == current.email:
        return yours
    if not email:
        raise ValidationError(
            {"email": _("This customer signs in with the e-mail address, so it can't be blank.")}
        )
    changing_email.refuse_taken(current, email)
    if not changing_email.needs_confirming(current):
        return yours
    changing_email.ask(current, email, by=by, source=source)
    return {name: value for name, value in yours.items() if name != "email"}


def check(customer: Customer, changed: Collection[str]) -> None:
    """Raises ValidationError for what the model does not allow; of old values, it asks nothing."""
    unchanged = set(FIELDS) - set(changed) if changed else set()
    if "external_id" not in unchanged and taken_external_ids({customer.pk: customer.external_id}):
        raise ValidationError({"external_id": _("Another customer has this external ID.")})
    customer.full_clean(exclude={*unchanged, "photo", "user"})


def as_validation_error(
    customer: Customer, error: IntegrityError | ValidationError
) -> ValidationError | IntegrityError:
    """The sentence for a rule that the database kept when somebody else was faster."""
    if isinstance(error, ValidationError):
        return error
    try:
        customer.validate_constraints()
    except ValidationError as problem:
        return problem
    return error
