"""One person's own data as a ZIP, for a privacy request: to read by people and by programs.

`data.html` and `data.json` say the same, made from one structure. It holds everything that is kept
under this customer, also by the apps above and by records merged into this one, and who of the
staff did what stays out: that is data of theirs. What is only alike, such as a row of a file with
the same address, is not handed out, for families share one.
"""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookkinda.preferences import Preferences
from customers import changing_email, dependents
from customers.handed_page import Data, as_page
from customers.importing.changes import FIELDS
from customers.merged import merged_into
from customers.models import Change, ChangeSet, Closing, Customer, ExportRun, ImportRow
from customers.xlsx import Sink

PIECE = 64 * 1024
PICTURE = "photo"
SIDES = ("before", "after")
WORDS_OF_STAFF = {"note", "tags", "external_id"}
ACTS = ("change_set__undone_by", "change_set__undoes")


@dataclass
class Pictures:
    """The pictures of a person in the storage, under the names that they have in the ZIP."""

    names: dict[str, str] = field(default_factory=dict)

    def name_of(self, stored: object) -> str:
        """The name in the ZIP of a stored picture; "" for none."""
        if not stored:
            return ""
        number = len(self.names) + 1
        return self.names.setdefault(str(stored), f"picture-{number}.webp")

    def there(self) -> Iterator[tuple[str, str]]:
        """(name in the storage, name in the ZIP) of those that are still kept."""
        for stored, name in self.names.items():
            if default_storage.exists(stored):
                yield stored, name


def hand_out(
    customer: Customer, *, by: User | None, file_name: str, to_customer: bool = False
) -> Iterator[bytes]:
    """The bytes of the ZIP, piece by piece; that it was taken is written down as an export.

    What the customer fetches in the panel (`to_customer`) is without what staff wrote for each
    other: whether that is handed out, staff decide.
    """
    pictures = Pictures()
    data = everything_about(customer, pictures)
    if to_customer:
        data = without_words_of_staff(data)
    ExportRun.objects.create(
        by=by, by_name=name_of(by, to_customer=to_customer), format="zip", file_name=file_name,
        count=1, customer=customer,
    )  # fmt: skip
    return archive(customer, data, pictures)


def name_of(by: User | None, *, to_customer: bool) -> str:
    """Who took it; of the person no name stays behind when they are erased."""
    if to_customer:
        return _("The customer")
    return str(by) if by else ""


def archive(customer: Customer, data: Data, pictures: Pictures) -> Iterator[bytes]:
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as folder:  # type: ignore[call-overload]
        folder.writestr("data.html", as_page(customer, data))
        folder.writestr("data.json", as_json(data))
        yield sink.take()
        for stored, name in pictures.there():
            with default_storage.open(stored) as picture, folder.open(name, "w") as copy:
                while piece := picture.read(PIECE):
                    copy.write(piece)
            yield sink.take()
    yield sink.take()


def everything_about(customer: Customer, pictures: Pictures) -> Data:
    """What is kept about the person, as values that JSON can hold, under names that are fixed."""
    merged = Customer.objects.filter(pk__in=merged_into([customer.pk])).order_by("pk")
    business = Preferences.load()
    return {
        "made_at": timezone.now().replace(microsecond=0),
        "business": {
            "name": business.business_name,
            "address": business.address,
            "phone": business.phone,
        },
        **record_of(customer, pictures),
        "merged_records": [record_of(one, pictures) for one in merged],
    }


def record_of(customer: Customer, pictures: Pictures) -> Data:
    """One record of the person."""
    values = {name: getattr(customer, name) for name in FIELDS}
    return {
        "customer": {
            "id": customer.pk,
            **values,
            PICTURE: pictures.name_of(customer.photo.name),
            "tags": sorted(customer.tags.values_list("name", flat=True)),
            "created_at": customer.created_at,
            "changed_at": customer.changed_at,
            "archived_at": customer.archived_at,
        },
        "login": login_of(customer.user),
        "deletion": closing_of(customer),
        "email_to_confirm": getattr(changing_email.waiting_for(customer), "address", None),
        "notes": [
            {"written_at": note.written_at, "text": note.text} for note in customer.notes.all()
        ],
        "history": [
            change_of(change, customer, pictures)
            for change in customer.changes.select_related(*ACTS).order_by("pk")
        ],
        "rows_of_imported_files": [
            row_of(row) for row in ImportRow.objects.filter(customer=customer).select_related("run")
        ],
        "kept_by_other_parts": dependents.hand_out(customer),
    }


def closing_of(customer: Customer) -> Data | None:
    """The wish to have the account deleted."""
    values = Closing.objects.filter(customer=customer).values("asked_at", "due_at", "closed_at")
    found = values.first()
    return {**found} if found else None


def without_words_of_staff(data: Any) -> Any:
    """The structure without notes and tags, and without the rows of files that staff took in, with
    a line that says so."""
    record = without(data, {"notes", "rows_of_imported_files"})
    record["customer"] = without(data["customer"], WORDS_OF_STAFF)
    record["history"] = [
        {
            **change,
            **{side: without(change[side], WORDS_OF_STAFF) for side in SIDES},
        }
        for change in data["history"]
    ]
    record["kept_by_other_parts"] = everywhere_without(
        data["kept_by_other_parts"], {"note_for_staff"}
    )
    if "merged_records" in data:
        record["merged_records"] = [without_words_of_staff(one) for one in data["merged_records"]]
        record["left_out"] = _(
            "Notes and tags that staff wrote for each other. Please ask for them."
        )
    return record


def without(values: Data, names: set[str]) -> Data:
    return {name: value for name, value in values.items() if name not in names}


def everywhere_without(value: Any, names: set[str]) -> Any:
    """The structure without these names, however deep they are."""
    if isinstance(value, dict):
        kept = without(value, names)
        return {name: everywhere_without(one, names) for name, one in kept.items()}
    if isinstance(value, list):
        return [everywhere_without(one, names) for one in value]
    return value


def login_of(user: User | None) -> Data | None:
    if user is None:
        return None
    return {"email": user.email, "name": user.name, "added": user.date_joined,
            "last_signed_in": user.last_login}  # fmt: skip


def change_of(change: Change, customer: Customer, pictures: Pictures) -> Data:
    """What happened to the record; whether the person did it, or somebody of the business."""
    change_set = change.change_set
    is_own = change_set.by_id is not None and change_set.by_id == customer.user_id
    before, after = values_of(change)
    return {
        "at": change_set.at,
        "what": change.action,
        "by": "customer" if is_own else "business",
        "where": ChangeSet.Source(change_set.source).value,
        "before": without_storage_names(before, pictures),
        "after": without_storage_names(after, pictures),
    }


def values_of(change: Change) -> tuple[Data, Data]:
    """The values before and after. What came with a merge that was undone is somebody else's."""
    change_set = change.change_set
    if change_set.kind == ChangeSet.Kind.MERGE and hasattr(change_set, "undone_by"):
        return change.before, {}
    if change_set.undoes and change_set.undoes.kind == ChangeSet.Kind.MERGE:
        return {}, change.after
    return change.before, change.after


def without_storage_names(values: Data, pictures: Pictures) -> Data:
    if PICTURE not in values:
        return values
    return {**values, PICTURE: pictures.name_of(values[PICTURE])}


def row_of(row: ImportRow) -> Data:
    """A row of an imported file, as it is kept for thirty days."""
    values = {name: getattr(row, name) for name in (*FIELDS, "tags", "cells")}
    return {
        "file": row.run.file_name,
        "imported_at": row.run.started_at,
        "row": row.line,
        **{name: value for name, value in values.items() if value not in (None, "", [])},
    }


def as_json(data: Data) -> str:
    return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
