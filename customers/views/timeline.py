"""The timeline of one customer: what was changed, booked and said, the newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from accounts.models import User
from appointments import telling as telling_of_visits
from appointments.models import AppointmentChange
from customers import timeline, undoing
from customers.models import Change, Customer
from customers.values import read_number
from notifications import telling
from notifications.models import Message

PER_PAGE = 20
NAMES: dict[type, str] = {Change: "before", Message: "said", AppointmentChange: "visit"}
Happening = Change | Message | AppointmentChange


@dataclass(frozen=True)
class Place:
    """Where a page begins: beyond a change, a message and a change of an appointment, each by its
    number."""

    change: int | None = None
    message: int | None = None
    visit: int | None = None

    @classmethod
    def read(cls, params: Mapping[str, str]) -> "Place":
        return cls(*(read_number(params.get(name, "")) for name in ("before", "said", "visit")))

    @property
    def is_first(self) -> bool:
        return self.change is None and self.message is None and self.visit is None

    def after(self, page: list[Any]) -> str:
        """The address of what follows the page, which ends with these entries."""
        pairs = {"before": self.change, "said": self.message, "visit": self.visit}
        pairs |= {NAMES[type(entry)]: entry.pk for entry in page}
        return urlencode({name: pk for name, pk in pairs.items() if pk is not None})


def timeline_page(customer: Customer, place: Place, user: User) -> dict[str, Any]:
    """Some entries; where the next page starts; and whether the last change of all is one that the
    user may undo from here."""
    changes = customer.changes.select_related(*timeline.RELATIVES).order_by("-pk")
    messages = Message.objects.filter(customer=customer).order_by("-pk")
    visits = (
        AppointmentChange.objects.filter(appointment__customer=customer)
        .select_related(*telling_of_visits.RELATIVES)
        .order_by("-pk")
    )
    if place.change is not None:
        changes = changes.filter(pk__lt=place.change)
    if place.message is not None:
        messages = messages.filter(pk__lt=place.message)
    if place.visit is not None:
        visits = visits.filter(pk__lt=place.visit)
    few = PER_PAGE + 1
    found = merged(
        list(changes[:few]), list(messages.prefetch_related("deliveries")[:few]), list(visits[:few])
    )
    page = found[:PER_PAGE]
    last = next((each for each in page if isinstance(each, Change)), None)
    return {
        "entries": entries_of(page),
        "next_page": place.after(page) if len(found) > PER_PAGE else "",
        "undoable": last.pk if last and may_undo(last, customer, user) else None,
    }


def merged(*kinds: list[Any]) -> list[Happening]:
    """All in one row by their time; each kind in its own order, whatever the clocks said."""
    found: list[Happening] = []
    waiting = [kind for kind in kinds if kind]
    while waiting:
        newest = max(waiting, key=lambda kind: moment_of(kind[0]))
        found.append(newest.pop(0))
        waiting = [kind for kind in waiting if kind]
    return found


def moment_of(each: Happening) -> datetime:
    return each.created_at if isinstance(each, Message) else each.change_set.at


def entries_of(page: list[Happening]) -> list[Any]:
    """What the page shows of each, in the same order."""
    visits = [each for each in page if isinstance(each, AppointmentChange)]
    told = iter(telling_of_visits.told(visits, timezone.get_current_timezone()))
    return [next(told) if isinstance(each, AppointmentChange) else entry_of(each) for each in page]


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
