"""What lists are drawn from, of this app and of those above: address, chips, headings, counts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.formats import date_format, localize
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bookkinda.templatetags.icons import lucide
from customers.counting import Count
from customers.ordering import Order
from customers.turning import ROWS_PER_PAGE, Page


@dataclass(frozen=True)
class Address:
    """One list as it is shown. `state` is what a link to another page of it must repeat."""

    path: str
    state: list[tuple[str, str]]
    page: Page

    @classmethod
    def of(cls, path: str, page: Page, kept: Sequence[str]) -> "Address":
        """`kept` are the parameters that say what is looked for."""
        search = page.search
        state = [
            (name, value) for name in kept for value in dict.fromkeys(search.query.getlist(name))
        ]
        if search.order != search.usual_order:
            state.append(("sort", str(search.order)))
        if page.per != ROWS_PER_PAGE[0]:
            state.append(("per", str(page.per)))
        return cls(path, state, page)

    def link(self, **others: str | int | None) -> str:
        """The address with some parameters set anew, and without those that are None."""
        kept = [pair for pair in self.state if pair[0] not in others]
        pairs = [*kept, *((name, value) for name, value in others.items() if value is not None)]
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    @property
    def here(self) -> str:
        """This very page of the list."""
        number = self.page.number or "last"
        return self.link(page=number if number != 1 else None)

    @property
    def query(self) -> str:
        """What matches, as a query string: posted by "all that match", and given to export."""
        return urlencode(self.state)

    @property
    def state_without_per(self) -> list[tuple[str, str]]:
        return [pair for pair in self.state if pair[0] != "per"]

    @property
    def first(self) -> str:
        return self.link()

    @property
    def last(self) -> str:
        return self.link(page="last")

    @property
    def previous(self) -> str:
        number = self.page.number
        return self.link(page=number - 1 if number else None, cursor=self.page.before)

    @property
    def next(self) -> str:
        number = self.page.number
        return self.link(page=number + 1 if number else None, cursor=self.page.after)


@dataclass(frozen=True)
class Chip:
    """`value` is what the filter is set to, in words; empty when it is not set."""

    name: str
    label: str
    icon: str
    value: str = ""
    is_usual: bool = False  # what it is set to when nothing was chosen


BOX = (
    '<input class="form-check-input" type="{}" name="{}" value="{}" id="{}-{}">'
    '<label class="form-check-label" for="{}-{}">{}</label>'
)


CHOSEN_BOX = BOX.replace("<input", "<input checked", 1)


def boxes_of(
    query: QueryDict, name: str, kind: str, choices: Iterable[tuple[Any, Any]]
) -> Iterator[SafeString]:
    """The choices of a filter, drawn as a widget would, but without templates."""
    chosen = set(query.getlist(name)) or {""}
    for index, (value, label) in enumerate(choices):
        text = str(value)
        box = CHOSEN_BOX if text in chosen else BOX
        yield format_html(box, kind, name, text, name, index, name, index, label)


def headings_of(
    columns: Iterable[tuple[str, str, str]], order: Order, address: "Address"
) -> list[dict[str, Any]]:
    """The headings that sort, of (name, label, classes): a click goes up, another one down."""
    made = []
    for name, label, classes in columns:
        is_sorted = name == order.name
        down = is_sorted and not order.descending
        arrow = "arrow-down" if order.descending else "arrow-up"
        made.append(
            {
                "name": name,
                "label": label,
                "classes": classes,
                "url": address.link(sort=f"-{name}" if down else name),
                "sorted": ("descending" if order.descending else "ascending") if is_sorted else "",
                "icon": icon(arrow if is_sorted else "chevrons-up-down", "bk-icon sm"),
                "up": name,
                "down": f"-{name}",
                "is_up": is_sorted and not order.descending,
                "is_down": is_sorted and order.descending,
            }
        )
    return made


def icon(name: str, classes: str) -> str:
    """An icon for every row."""
    return lucide(name, **{"class": classes})


def listed(words: list[str]) -> str:
    """VIP, or VIP +2."""
    return f"{words[0]} +{len(words) - 1}" if len(words) > 1 else "".join(words)


def between(first: Any, last: Any) -> str:
    """4 Nov 2026 – 6 Nov 2026, or one end of it."""
    shown = [date_format(day, "j M Y") if day else "…" for day in (first, last)]
    return " – ".join(shown) if first or last else ""


def number(value: int) -> str:
    """The number with the separators of the reader's language."""
    return str(localize(value, use_l10n=True)) if value < 1000 else f"{value:,}"


def summarize(count: Count) -> str:
    """1,284, or 1,000+, or about 1,000,000."""
    if count.is_about:
        return _("about %(number)s") % {"number": number(round(count.number, -3))}
    return f"{number(count.number)}+" if count.is_more else number(count.number)
