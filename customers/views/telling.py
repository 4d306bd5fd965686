"""What an act did, said to the person at the screen: done, left out and why."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers import undoing
from customers.list_parts import number
from customers.models import ChangeSet, Customer

NAMED = 5
Kind = ChangeSet.Kind


def tell_what_happened(request: HttpRequest, change_set: ChangeSet) -> None:
    """One message for what was done, with Undo where there is one; one for who was left out."""
    count = change_set.size
    if count:
        tags = f"undo:{change_set.pk}" if undoing.is_undoable(change_set) else ""
        text = what_was_done(change_set.kind, count)
        if change_set.undoes and change_set.undoes.kind == Kind.MERGE:
            text = _("The merge is undone: both customers are back as they were.")
        if change_set.kind == Kind.ALLOW:  # which of the passwords arrived is still to come
            tags = f"progress:{change_set.pk}"
        messages.success(request, text, extra_tags=tags)
    left_out = change_set.left_out
    if left_out:
        messages.error(request, who_was_left_out(left_out))
    elif not count:
        messages.info(request, _("Nothing had to be changed."))


def what_was_done(kind: str, count: int) -> str:
    """One sentence about a finished act."""
    match kind:
        case Kind.ARCHIVE:
            text = ngettext("%(n)s customer deleted.", "%(n)s customers deleted.", count)
        case Kind.RESTORE:
            text = ngettext("%(n)s customer restored.", "%(n)s customers restored.", count)
        case Kind.TAG:
            text = ngettext("%(n)s customer tagged.", "%(n)s customers tagged.", count)
        case Kind.ERASE:
            text = ngettext(
                "%(n)s customer erased for good.", "%(n)s customers erased for good.", count
            )
        case Kind.ALLOW:
            text = ngettext(
                "%(n)s customer may log in. A one-time password is on its way.",
                "%(n)s customers may log in. Their one-time passwords are on the way.",
                count,
            )
        case Kind.REVOKE:
            text = ngettext(
                "%(n)s customer can't log in any more.",
                "%(n)s customers can't log in any more.",
                count,
            )
        case _other:
            text = ngettext("Undone for %(n)s customer.", "Undone for %(n)s customers.", count)
    return text % {"n": number(count)}


def who_was_left_out(left_out: Mapping[str, Any]) -> str:
    """One sentence that names the first ones and the reasons."""
    rows = with_names({int(pk): reason for pk, reason in left_out["reasons"].items()})
    named = " ".join(f"{row['name']}: {row['reason']}" for row in rows)
    more = left_out["count"] - len(rows)
    text = ngettext("%(n)s was left as it is.", "%(n)s were left as they are.", left_out["count"])
    rest = (
        ngettext("And %(n)s more.", "And %(n)s more.", more) % {"n": number(more)} if more else ""
    )
    return f"{text % {'n': number(left_out['count'])}} {named} {rest}".strip()


def with_names(reasons: Mapping[int, str], most: int = NAMED) -> list[dict[str, Any]]:
    """The first of {customer id: reason}, with the names of the customers."""
    pks = list(reasons)[:most]
    customers = Customer.objects.in_bulk(pks)
    return [
        {"pk": pk, "name": str(customers[pk]), "reason": reasons[pk]}
        for pk in pks
        if pk in customers
    ]
