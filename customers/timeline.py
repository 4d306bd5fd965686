"""The history in words: who did what, when, from where, and each field before and after."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.conf.locale import LANG_INFO
from django.db.models import Field
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.history import Value
from customers.models import Change, ChangeSet, Customer, Gender, Merge
from customers.values import show_phone

LOOKS = {
    Change.Action.ADDED: ("user-plus", "pine"),
    Change.Action.EDITED: ("pencil", "gray"),
    Change.Action.ARCHIVED: ("trash-2", "red"),
    Change.Action.RESTORED: ("rotate-ccw", "green"),
    Change.Action.ALLOWED: ("key-round", "pine"),
    Change.Action.REVOKED: ("user-lock", "red"),
    Change.Action.CLOSING: ("user-x", "red"),
    Change.Action.KEPT: ("user-check", "green"),
}
SENTENCES = {
    Change.Action.ADDED: gettext_lazy("Added by %(who)s"),
    Change.Action.EDITED: gettext_lazy("%(who)s changed %(fields)s"),
    Change.Action.ARCHIVED: gettext_lazy("Deleted by %(who)s"),
    Change.Action.RESTORED: gettext_lazy("Restored by %(who)s"),
    Change.Action.ALLOWED: gettext_lazy("%(who)s allowed this customer to log in"),
    Change.Action.REVOKED: gettext_lazy("%(who)s took the login away"),
    Change.Action.CLOSING: gettext_lazy("%(who)s asked to have the account deleted"),
    Change.Action.KEPT: gettext_lazy("%(who)s took the deletion of the account back"),
}
UNDONE = {
    Change.Action.EDITED: gettext_lazy("%(who)s undid a change of %(fields)s"),
    Change.Action.ARCHIVED: gettext_lazy("%(who)s undid what had added or restored this customer"),
    Change.Action.RESTORED: gettext_lazy("%(who)s undid the deletion"),
}
HAD_ACCESS = ("invited", "expired", "active")
INVITED_AGAIN = gettext_lazy("%(who)s had a new one-time password sent")

# Of a merge: told on the profile of who was kept, and of who went; and its undo.
MERGES = {
    Change.Action.EDITED: gettext_lazy("%(who)s merged %(other)s into this customer"),
    Change.Action.ARCHIVED: gettext_lazy("%(who)s merged this customer into %(other)s"),
}
UNMERGED = gettext_lazy("%(who)s undid the merge with %(other)s")
RELATIVES = (
    "change_set__import_run",
    "change_set__merge__customer",
    "change_set__merge__into",
    "change_set__undoes__merge__customer",
    "change_set__undoes__merge__into",
)


@dataclass(frozen=True)
class Line:
    """A field before and after, as people read it; "" where there was nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One change of one customer, ready to be shown."""

    change: Change
    icon: str
    tone: str
    text: str
    lines: list[Line]


def entries(changes: Iterable[Change]) -> list[Entry]:
    """The changes as they are told on the profile page."""
    return [entry(change) for change in changes]


def entry(change: Change) -> Entry:
    merge = merge_of(change)
    icon, tone = ("merge", "violet") if merge else LOOKS[Change.Action(change.action)]
    names = [
        name
        for name in change.after
        if name != "access" and (name != "phone_extension" or "phone" not in change.after)
    ]
    text = sentence(change, merge) % {
        "who": who(change.change_set),
        "fields": ", ".join(label_of(name) for name in names),
        "other": other_of(change, merge),
    }
    return Entry(change, icon, tone, text, [line(change, name) for name in names])


def sentence(change: Change, merge: Merge | None) -> str:
    """What happened, with places for who did it, the fields, and the other one of a merge."""
    action = Change.Action(change.action)
    if action == Change.Action.ALLOWED and change.before["access"] in HAD_ACCESS:
        return str(INVITED_AGAIN)
    undone = change.change_set.kind == ChangeSet.Kind.UNDO
    if merge or change.change_set.kind == ChangeSet.Kind.MERGE:
        return str(UNMERGED if undone else MERGES[action])
    return str((UNDONE if undone else SENTENCES)[action])


def merge_of(change: Change) -> Merge | None:
    """The merge that the change belongs to or takes back; None, too, when it was erased."""
    act = change.change_set
    if act.kind == ChangeSet.Kind.UNDO and act.undoes:
        act = act.undoes
    return getattr(act, "merge", None) if act.kind == ChangeSet.Kind.MERGE else None


def other_of(change: Change, merge: Merge | None) -> str:
    """The name of the other one of a merge."""
    if merge is None:
        return _("another customer")
    return str(merge.into if merge.customer_id == change.customer_id else merge.customer)


def who(change_set: ChangeSet) -> str:
    """Who did it; where no account did, the place it came from."""
    return change_set.by_name or change_set.get_source_display()


def line(change: Change, name: str) -> Line:
    return Line(label_of(name), shown_of(name, change.before), shown_of(name, change.after))


def label_of(name: str) -> str:
    """The field's name as people say it."""
    field = cast("Field", Customer._meta.get_field(name))  # noqa: SLF001 Django documents _meta
    return str(field.verbose_name)


def shown_of(name: str, values: dict[str, Value]) -> str:
    """A value of history; the phone together with its extension."""
    if name == "phone":
        extension = values.get("phone_extension") or ""
        return show_phone(str(values.get(name) or ""), str(extension))
    return shown(name, values.get(name))


def shown(name: str, value: Value) -> str:
    """A value as people read it: dates, languages and choices in words."""
    if not value:
        return ""
    if isinstance(value, list):
        return ", ".join(value)
    match name:
        case "photo":
            return _("a picture")
        case "date_of_birth":
            return date_format(date.fromisoformat(value), "j M Y")
        case "gender":
            return str(dict(Gender.choices).get(value, value))
        case "language":
            return str(LANG_INFO.get(value, {}).get("name_local", value))
    return value
