"""The page in the ZIP of one person's data: the same as the JSON beside it, in the words of people.

Codes get their names and phones their spaces; what is empty is left out, except where a change
emptied it.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookkinda.preferences import Preferences
from customers.importing.changes import FIELDS
from customers.models import Access, Change, ChangeSet, Customer
from customers.timeline import label_of
from customers.timeline import shown as shown_in_history
from customers.values import show_phone

Data = dict[str, Any]
NOTHING: tuple[Any, ...] = (None, "", [], {})


def as_page(customer: Customer, data: Data) -> str:
    """A page that needs nothing but itself, and on which everything is text."""
    style = render_to_string("customers/handed_out.css")
    sections = record_in_words(data)
    made_at, business = sections.pop("made_at"), sections.pop("business")
    sections["merged_records"] = [record_in_words(each) for each in data["merged_records"]]
    context = {
        "customer": customer,
        "business": business,
        "made_at": shown(made_at),
        "style": format_html("<style>{}</style>", style),
        "picture": as_address(customer.photo.name),
        "sections": pairs_of(sections),
    }
    return render_to_string("customers/handed_out.html", context)


def record_in_words(record: Data) -> Data:
    """A record of the person with the values of its fields as people read them."""
    return {
        **record,
        "customer": in_words(record["customer"]),
        "history": [change_in_words(change) for change in record["history"]],
        "rows_of_imported_files": [
            in_words(row) for row in record.get("rows_of_imported_files", [])
        ],
    }


def change_in_words(change: Data) -> Data:
    what = {
        Change.Action.ADDED: _("Added"),
        Change.Action.EDITED: _("Changed"),
        Change.Action.ARCHIVED: _("Deleted"),
        Change.Action.RESTORED: _("Restored"),
        Change.Action.ALLOWED: _("Allowed to login"),
        Change.Action.REVOKED: _("Login revoked"),
        Change.Action.CLOSING: _("Deletion of the account asked for"),
        Change.Action.KEPT: _("Deletion of the account taken back"),
    }
    by = {"customer": _("The customer"), "business": _("The business")}
    return {
        "at": change["at"],
        "what": what[Change.Action(change["what"])],
        "by": by[change["by"]],
        "where": ChangeSet.Source(change["where"]).label,
        "before": {name: each or "–" for name, each in in_words(change["before"]).items()},
        "after": {name: each or "–" for name, each in in_words(change["after"]).items()},
    }


def in_words(values: Mapping[str, Any]) -> Data:
    return {name: value_in_words(name, value) for name, value in values.items()}


def value_in_words(name: str, value: Any) -> Any:
    """A value of a customer's field; what is of no field, and pictures, stay as they are."""
    if name == "phone":
        return show_phone(value or "")
    if name in ("gender", "language") or (name == "date_of_birth" and isinstance(value, str)):
        return shown_in_history(name, value)
    if name == "access" and str(value).upper() in Access.names:
        return Access[str(value).upper()].label
    return value


def as_address(stored: str | None) -> str:
    """The picture as an address that holds all of it; "" without one."""
    if not stored or not default_storage.exists(stored):
        return ""
    with default_storage.open(stored) as picture:
        return f"data:image/webp;base64,{b64encode(picture.read()).decode()}"


def pairs_of(values: Mapping[str, Any]) -> list[tuple[str, Data]]:
    """(words, node) of what is not empty."""
    return [
        (heading(str(name)), as_node(one)) for name, one in values.items() if one not in NOTHING
    ]


def as_node(value: Any) -> Data:
    """A value for the template: pairs of words and nodes, entries, or text."""
    if isinstance(value, dict):
        pairs = pairs_of(value)
        return {"pairs": pairs} if pairs else {"text": "–"}
    if isinstance(value, list | tuple):
        if all(isinstance(one, str | int) for one in value):
            return {"text": joined(value) or "–"}
        return {"entries": [as_node(one) for one in value]}
    return {"text": shown(value)}


def joined(values: Iterable[str | int]) -> str:
    return ", ".join(map(str, values))


def shown(value: Any) -> str:
    """A value as people read it; moments on the clock of the business."""
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value, Preferences.load().zone), "j M Y, H:i")
    if isinstance(value, date):
        return date_format(value, "j M Y")
    return "–" if value in (None, "") else str(value)


HEADINGS = {
    "id": gettext_lazy("Bookkinda ID"),
    "customer": gettext_lazy("Customer"),
    "login": gettext_lazy("Login to the Customer Panel"),
    "deletion": gettext_lazy("Wish to have the account deleted"),
    "asked_at": gettext_lazy("Asked for"),
    "due_at": gettext_lazy("Not before"),
    "closed_at": gettext_lazy("Carried out"),
    "left_out": gettext_lazy("Not in this copy"),
    "email_to_confirm": gettext_lazy("E-mail that waits to be confirmed"),
    "notes": gettext_lazy("Notes"),
    "history": gettext_lazy("History"),
    "rows_of_imported_files": gettext_lazy("Rows of imported files"),
    "kept_by_other_parts": gettext_lazy("Kept by other parts"),
    "merged_records": gettext_lazy("Records merged into this one"),
    "created_at": gettext_lazy("Added"),
    "changed_at": gettext_lazy("Changed"),
    "archived_at": gettext_lazy("Deleted"),
    "tags": gettext_lazy("Tags"),
    "at": gettext_lazy("When"),
    "what": gettext_lazy("What"),
    "by": gettext_lazy("Who"),
    "where": gettext_lazy("Where"),
    "before": gettext_lazy("Before"),
    "after": gettext_lazy("After"),
    "written_at": gettext_lazy("Written"),
    "text": gettext_lazy("Text"),
    "file": gettext_lazy("File"),
    "imported_at": gettext_lazy("Imported"),
    "row": gettext_lazy("Row"),
    "added": gettext_lazy("Added"),
    "last_signed_in": gettext_lazy("Signed in last"),
    "cells": gettext_lazy("As it stood in the file"),
    "messages": gettext_lazy("Messages"),
    "about": gettext_lazy("About"),
    "deliveries": gettext_lazy("Ways"),
    "channel": gettext_lazy("By"),
    "sent_to": gettext_lazy("Sent to"),
    "sent_at": gettext_lazy("Sent"),
    "status": gettext_lazy("Status"),
    "not_wanted": gettext_lazy("Does not want messages"),
    "reason": gettext_lazy("Reason"),
    "appointments": gettext_lazy("Appointments"),
    "service": gettext_lazy("Service"),
    "provider": gettext_lazy("With"),
    "start": gettext_lazy("From"),
    "end": gettext_lazy("To"),
    "booked_at": gettext_lazy("Booked"),
    "booked_from": gettext_lazy("Booked on"),
    "price": gettext_lazy("Price"),
    "currency": gettext_lazy("Currency"),
    "note_for_staff": gettext_lazy("Note for staff"),
    "access": gettext_lazy("Customer Panel"),
    "agreed_to": gettext_lazy("Agreed to"),
    "suggestions": gettext_lazy("Written when booking, and different from the record"),
    "values": gettext_lazy("What was written"),
    "decided_at": gettext_lazy("Decided"),
    "accepted": gettext_lazy("Taken over"),
}


def heading(name: str) -> str:
    """The words for a name of the structure; for one of an app above, the name itself."""
    if name in HEADINGS:
        return str(HEADINGS[name])
    if name in (*FIELDS, "photo"):
        return capfirst(label_of(name))
    return capfirst(name.replace("_", " "))
