"""The timeline of one customer: what was changed and what was said, the newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from accounts.models import User
from customers import timeline, undoing
from customers.models import Change, Customer
from customers.values import read_number
from notifications import telling
from notifications.models import Message

PER_PAGE = 20


@dataclass(frozen=True)
class Place:
    """Where a page begins: beyond a change and beyond a message, each by its number."""

    change: int | None = None
    message: int | None = None

    @classmethod
    def read(cls, params: Mapping[str, str]) -> "Place":
        return cls(read_number(params.get("before", "")), read_number(params.get("said", "")))

    @property
    def is_first(self) -> bool:
        return self.change is None and self.message is None

    def after(self, page: list[Any]) -> str:
        """The address of what follows the page, which ends with these entries."""
        changes = [entry.pk for entry in page if isinstance(entry, Change)]
        messages = [entry.pk for entry in page if isinstance(entry, Message)]
        pairs = {
            "before": changes[-1] if changes else self.change,
            "said": messages[-1] if messages else self.message,
        }
        return urlencode({name: pk for name, pk in pairs.items() if pk is not None})


def timeline_page(customer: Customer, place: Place, user: User) -> dict[str, Any]:
    """Some entries; where the next page starts; and whether the last change of all is one that the
    user may undo from here."""
    changes = customer.changes.select_related(*timeline.RELATIVES).order_by("-pk")
    messages = Message.objects.filter(customer=customer).order_by("-pk")
    if place.change is not None:
        changes = changes.filter(pk__lt=place.change)
    if place.message is not None:
        messages = messages.filter(pk__lt=place.message)
    few = PER_PAGE + 1
    found = merged(list(changes[:few]), list(messages.prefetch_related("deliveries")[:few]))
    page = found[:PER_PAGE]
    last = next((each for each in page if isinstance(each, Change)), None)
    return {
        "entries": [entry_of(each) for each in page],
        "next_page": place.after(page) if len(found) > PER_PAGE else "",
        "undoable": last.pk if last and may_undo(last, customer, user) else None,
    }


def merged(changes: list[Change], messages: list[Message]) -> list[Change | Message]:
    """Both in one row by their time; each in its own order, whatever the clocks said."""
    found: list[Change | Message] = []
    while changes and messages:
        is_change_next = moment_of(changes[0]) >= moment_of(messages[0])
        found.append(changes.pop(0) if is_change_next else messages.pop(0))
    return [*found, *changes, *messages]


def moment_of(each: Change | Message) -> datetime:
    return each.change_set.at if isinstance(each, Change) else each.created_at


def entry_of(each: Change | Message) -> timeline.Entry | telling.Said:
    return telling.said(each) if isinstance(each, Message) else timeline.entry(each)


def may_undo(change: Change, customer: Customer, user: User) -> bool:
    """Whether it is the customer's last change, an act on nobody else or a merge of two who are as
    it left them, and the user's to undo."""
    change_set = change.change_set
    merge = timeline.merge_of(change)
    alone = merge.is_in_force if merge else change_set.size == 1
    return (
        change.version == customer.version
        and alone
        and undoing.is_undoable(change_set)
        and undoing.may_undo(user, change_set)
    )
