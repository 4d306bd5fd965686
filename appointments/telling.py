"""What was done to appointments, in words: for the page of one, and the customer's timeline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments import words
from appointments.models import Appointment, AppointmentChange, Provider, Service
from customers.models import ChangeSet
from customers.timeline import Line, who

Action = AppointmentChange.Action
Status = Appointment.Status
RELATIVES = ("change_set__undoes", "appointment__service", "appointment__provider")
BECAME = {
    Status.CONFIRMED: (gettext_lazy("Confirmed"), "calendar-check", "green"),
    Status.DONE: (gettext_lazy("Noted as done"), "check-check", "green"),
    Status.NO_SHOW: (gettext_lazy("Noted as no-show"), "user-x", "red"),
    Status.CANCELLED: (gettext_lazy("Cancelled"), "calendar-x", "red"),
    Status.PENDING: (gettext_lazy("Waiting for approval again"), "hourglass", "amber"),
}
UNDONE: dict[str, Any] = {
    ChangeSet.Kind.BOOK: gettext_lazy("Booked"),
    ChangeSet.Kind.MOVE: gettext_lazy("Moved"),
    ChangeSet.Kind.CANCEL: gettext_lazy("Cancelled"),
    ChangeSet.Kind.VISIT: gettext_lazy("Changed"),
}
NOTES = {"note": gettext_lazy("note"), "staff_note": gettext_lazy("note for staff")}


@dataclass(frozen=True)
class Told:
    """One change of an appointment, ready to be shown."""

    change: AppointmentChange
    icon: str
    tone: str
    text: str
    what: str  # which appointment it was about, for who does not see it
    who: str
    lines: list[Line] = field(default_factory=list)

    @property
    def visit(self) -> Appointment:
        return self.change.appointment


@dataclass(frozen=True)
class Names:
    """What providers and services are called, by their numbers."""

    providers: dict[int, str]
    services: dict[int, str]


def told(changes: Iterable[AppointmentChange], zone: tzinfo) -> list[Told]:
    """Changes with their RELATIVES, as they are told; two queries for the names at most."""
    changes = list(changes)
    names = names_in(changes)
    return [tell(change, names, zone) for change in changes]


def names_in(changes: Sequence[AppointmentChange]) -> Names:
    """The names of all who are mentioned, also of those who left."""
    found: dict[str, set[int]] = {"provider": set(), "service": set()}
    for change in changes:
        for values in (change.before, change.after):
            for kind, numbers in found.items():
                if values.get(kind):
                    numbers.add(values[kind])
    providers = Provider.objects.in_bulk(found["provider"]) if found["provider"] else {}
    services = Service.objects.in_bulk(found["service"]) if found["service"] else {}
    return Names(
        {pk: str(each) for pk, each in providers.items()},
        {pk: str(each) for pk, each in services.items()},
    )


def tell(change: AppointmentChange, names: Names, zone: tzinfo) -> Told:
    text, icon, tone = sentence(change)
    undone = change.change_set.undoes
    if undone:
        act = UNDONE.get(undone.kind) or undone.get_kind_display()
        text, icon, tone = _("Undone: %(act)s") % {"act": act}, "undo-2", "gray"
    appointment = change.appointment
    return Told(
        change,
        icon,
        tone,
        text,
        what=_("%(service)s, %(when)s, with %(provider)s")
        % {
            "service": appointment.service,
            "when": words.moment(appointment.start, zone),
            "provider": appointment.provider,
        },
        who=who(change.change_set),
        lines=[] if change.action == Action.BOOKED else list(lines_of(change, names, zone)),
    )


def sentence(change: AppointmentChange) -> tuple[str, str, str]:
    """What happened, with its icon and colour."""
    if change.action == Action.BOOKED:
        return _("Booked"), "calendar-plus", "pine"
    if "status" in change.after:
        text, icon, tone = BECAME[Status(change.after["status"])]
        return str(text), icon, tone
    if change.after.keys() & {"start", "end", "provider"}:
        return _("Moved"), "calendar-clock", "blue"
    return _("Changed"), "pencil", "gray"


def lines_of(change: AppointmentChange, names: Names, zone: tzinfo) -> Iterable[Line]:
    """What differs, before and after; the status is in the sentence."""
    before, after = change.before, change.after
    if "start" in after or "end" in after:
        yield Line(_("time"), when(before, change, zone), when(after, change, zone))
    if "provider" in after:
        of = names.providers
        yield Line(_("provider"), name(before, "provider", of), name(after, "provider", of))
    if "service" in after:
        of = names.services
        yield Line(_("service"), name(before, "service", of), name(after, "service", of))
    for key, label in NOTES.items():
        if key in after:
            yield Line(str(label), before.get(key) or "", after.get(key) or "")


def when(values: dict[str, Any], change: AppointmentChange, zone: tzinfo) -> str:
    """The day and both times; where only one of them changed, the other one is as it is now."""
    start, end = (
        datetime.fromisoformat(values[key]) if values.get(key) else getattr(change.appointment, key)
        for key in ("start", "end")
    )
    return f"{words.day(start, zone)}, {words.span(start, end, zone)}"


def name(values: dict[str, Any], kind: str, names: dict[int, str]) -> str:
    return names.get(values.get(kind) or 0, "")
