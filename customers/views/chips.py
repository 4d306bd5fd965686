"""The filters above the list: each one a chip that says what it is set to."""

from typing import Any

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.filters import ACCESS, BIRTHDAY, COMING, HAS, IMPORTED, VISITED, run_in
from customers.list_parts import Chip, between, boxes_of, listed
from customers.models import ImportRun, Tag
from customers.search import Search


def filter_chips(search: Search) -> dict[str, Chip]:
    """All chips by name, in the order of the toolbar."""
    values = filter_values(search.chosen) if search.chosen else {}
    chips = [
        Chip("access", _("Panel access"), "key-round"),
        Chip("tag", _("Tags"), "tag"),
        Chip("visits", _("Visits"), "calendar-check"),
        Chip("has", _("Contact"), "contact"),
        Chip("birthday", _("Birthday"), "cake"),
        Chip("added", _("Added"), "calendar"),
        Chip("imported", _("Origin"), "file-down"),
    ]
    return {
        chip.name: Chip(chip.name, chip.label, chip.icon, values.get(chip.name, ""))
        for chip in chips
        if not (search.archived and chip.name in ("access", "visits"))
    }


def filter_boxes(search: Search) -> dict[str, list[SafeString]]:
    """The choices of the filters that have some, drawn."""
    several = {
        "tag": Tag.objects.order_by("name").values_list("pk", "name"),
        "has": HAS,
        "access": ACCESS,
    }
    one = {
        "birthday": [("", _("Any time")), *BIRTHDAY],
        "visited": [("", _("Any time")), *VISITED],
        "coming": [("", _("With or without")), *COMING],
        "imported": [("", _("Any way")), *IMPORTED, *one_import(search.query.get("imported", ""))],
    }
    return {
        name: list(boxes_of(search.query, name, kind, choices))
        for kind, fields in (("checkbox", several), ("radio", one))
        for name, choices in fields.items()
    }


def filter_values(chosen: dict[str, Any]) -> dict[str, str]:
    """What each set filter is set to, in words."""
    has = dict(HAS)
    access = dict(ACCESS)
    values = {
        "access": listed(
            [
                *(str(access[name]) for name in chosen.get("access", [])),
                *without_login(chosen.get("no_login")),
            ]
        ),
        "tag": listed([str(tag) for tag in chosen.get("tag", [])]),
        "has": listed([str(has[name]) for name in chosen.get("has", [])]),
        "visits": listed(visits(chosen)),
        "birthday": _("This month") if "birthday" in chosen else "",
        "added": between(chosen.get("added_from"), chosen.get("added_to")),
        "imported": by_import(chosen.get("imported", "")),
    }
    return {name: value for name, value in values.items() if value}


def without_login(days: int | None) -> list[str]:
    """Never logged in, 14 days."""
    if not days:
        return []
    return [
        ngettext("Never logged in, %(n)s day", "Never logged in, %(n)s days", days) % {"n": days}
    ]


def visits(chosen: dict[str, Any]) -> list[str]:
    """Never visited; not since 1 Jun 2026; not for 90 days; Has a coming visit."""
    words = [str(dict(VISITED)[chosen["visited"]])] if "visited" in chosen else []
    if day := chosen.get("not_since"):
        words.append(_("Not since %(day)s") % {"day": date_format(day, "j M Y")})
    if days := chosen.get("not_for"):
        text = ngettext("Not for %(n)s day", "Not for %(n)s days", days)
        words.append(text % {"n": days})
    if "coming" in chosen:
        words.append(str(dict(COMING)[chosen["coming"]]))
    return words


def by_import(value: str) -> str:
    """By an import, or by the file of one import."""
    return next((name for _value, name in one_import(value)), _("By an import") if value else "")


def one_import(value: str) -> list[tuple[str, str]]:
    """The choice of one import, where the address line names it."""
    run = run_in(value)
    if run is None:
        return []
    return [(value, run.file_name) for run in ImportRun.objects.filter(pk=run).only("file_name")]


def name_filters(search: Search) -> str:
    """The set filters in one line: Tags VIP, Birthday This month."""
    chips = filter_chips(search)
    return ", ".join(f"{chip.label}: {chip.value}" for chip in chips.values() if chip.value)
