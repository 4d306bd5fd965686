"""The rows of the list as plain values, so that the template only prints them.

Everything that would be asked for in each cell (a picture, an address, a date in words) is made
here once a row: that is what makes the page fast.
"""

from collections import defaultdict
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookkinda.templatetags.icons import lucide
from bookkinda.templatetags.look import initials, tone
from customers.models import CustomerTag
from customers.paging import Page
from customers.values import show_phone
from customers.views.address import Address

COLUMNS = (
    "first_name", "last_name", "email", "phone", "phone_extension", "photo", "created_at",
    "archived_at",
)  # fmt: skip


def icon(name: str, classes: str) -> str:
    """An icon for every row."""
    return lucide(name, **{"class": classes})


def as_rows(page: Page) -> list[dict[str, Any]]:
    """The rows of the page. Addresses of a customer's own pages start with `url`."""
    tags = tags_of(page)
    base = reverse("customers:list")
    select, menu = _("Select %(name)s"), _("Actions for %(name)s")
    moment = "archived_at" if page.search.archived else "created_at"
    language = get_language()
    rows = []
    for row in page.rows:
        full = f"{row['first_name']} {row['last_name']}".strip()
        row |= {
            "id": str(row["pk"]),
            "url": f"{base}{row['pk']}/",
            "select": select % {"name": full},
            "menu": menu % {"name": full},
            "initials": initials(full),
            "tone": tone(full),
            "mailto": quote(row["email"], safe="@"),
            "shown_phone": show_phone(row["phone"], row["phone_extension"]),
            "day": in_words(localtime(row[moment]).date(), language),
            "tags": tags[row["pk"]],
            "version": row["photo"].rpartition("/")[2][:10],
        }
        rows.append(row)
    return rows


@lru_cache(maxsize=5_000)
def in_words(day: date, _language: str | None) -> str:
    """4 Nov 2026, in the reader's language."""
    return date_format(day, "j M Y")


def tags_of(page: Page) -> dict[int, list[tuple[str, str]]]:
    """(name, tone) of the tags of each customer on the page."""
    tags: dict[int, list[tuple[str, str]]] = defaultdict(list)
    links = CustomerTag.objects.filter(customer__in=[row["pk"] for row in page.rows])
    for pk, name, colour in links.order_by("tag__name").values_list(
        "customer_id", "tag__name", "tag__tone"
    ):
        tags[pk].append((name, colour))
    return tags


def headings(page: Page, address: Address) -> list[dict[str, Any]]:
    """The headings that sort: a click goes up, another one down."""
    moment = ("deleted", _("Deleted")) if page.search.archived else ("added", _("Added"))
    columns = [
        ("name", _("Name"), ""),
        ("surname", _("Surname"), ""),
        ("email", _("E-mail"), "c-mail"),
        ("phone", _("Phone"), ""),
        (*moment, "c-added"),
    ]
    order = page.search.order
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
