"""The rows of the list: values filled into the parts of templates/customers/rows.html."""

import html
from collections import defaultdict
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localdate, localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookkinda.templatetags.look import initials, tone
from customers.list_parts import Address, headings_of
from customers.models import HAVE_ACCESS, Access, CustomerTag
from customers.paging import CustomerPage
from customers.photos import version_of
from customers.values import show_phone

PARTS = (
    "row", "photo", "initials", "mail", "no_mail", "phone", "no_phone", "tag", "allow", "no_allow",
    "resend", "leaving",
)  # fmt: skip
COLUMNS = (
    "first_name", "last_name", "email", "phone", "phone_extension", "photo", "created_at",
    "archived_at", "access", "last_visit_at", "next_visit_at",
    "closing__due_at",
    "closing__closed_at",
)  # fmt: skip


@lru_cache(maxsize=50)
def drawn_parts(
    rights: tuple[tuple[str, bool], ...], _language: str | None, *, archived: bool
) -> dict[str, str]:
    """The parts of a row for this kind of reader, with places in braces for what differs."""
    context = {"may": dict(rights), "archived": archived}
    parts: dict[str, str] = {
        name: render_to_string(f"customers/rows.html#{name}", context) for name in PARTS
    }
    for access in Access.values:
        badge = render_to_string("customers/rows.html#access", {"access": access})
        parts[f"access_{access}"] = badge.strip()
    return parts


def as_rows(page: CustomerPage, may: dict[str, bool]) -> list[SafeString]:
    """The rows of the page, drawn. A template loop asks a dozen questions about each of the 600
    values of a page; format_html escapes them just as well."""
    archived = page.search.archived
    language = get_language()
    parts = drawn_parts(tuple(may.items()), language, archived=archived)
    select, menu = _("Select %(name)s"), _("Actions for %(name)s")
    tags = tags_of(page)
    base = reverse("customers:list")
    moment = "archived_at" if archived else "created_at"
    this_year = localdate().year
    rows = []
    for row in page.rows:
        full = f"{row['first_name']} {row['last_name']}".strip()
        url = f"{base}{row['pk']}/"
        rows.append(
            filled(
                parts["row"],
                pk=str(row["pk"]),
                url=url,
                name=row["first_name"],
                leaving=leaving(parts, row, archived=archived),
                surname=row["last_name"],
                face=face(parts, row, url, full),
                mail=mail(parts, row["email"]),
                phone=phone(parts, row),
                day=in_words(localtime(row[moment]).date(), language),
                last=last_visit(row["last_visit_at"], language),
                next=next_visit(row["next_visit_at"], this_year, language),
                access=SafeString(parts[f"access_{row['access']}"]),
                login=login(parts, row, url) if may["send"] else SafeString(""),
                tags=tags_in(parts, tags[row["pk"]]),
                select=select % {"name": full},
                menu=menu % {"name": full},
                popper='{"strategy":"fixed"}',
            )
        )
    return rows


def filled(part: str, **values: str) -> SafeString:
    """format_html for a thousand values at once: those that are not HTML yet are escaped by the
    standard library, as Django's `escape` does after it looked for lazy ones."""
    return SafeString(
        part.format_map(
            {
                name: value if isinstance(value, SafeString) else html.escape(value)
                for name, value in values.items()
            }
        )
    )


def face(parts: dict[str, str], row: dict[str, Any], url: str, full: str) -> SafeString:
    """The customer's picture, or initials on a colour of their own."""
    if row["photo"]:
        return filled(parts["photo"], url=url, version=version_of(row["photo"]))
    return filled(parts["initials"], tone=tone(full), initials=initials(full))


def leaving(parts: dict[str, str], row: dict[str, Any], *, archived: bool) -> SafeString:
    """The mark of who asked to have the account deleted."""
    is_waiting = row["closing__due_at"] and not row["closing__closed_at"]
    return SafeString(parts["leaving"] if is_waiting and not archived else "")


def mail(parts: dict[str, str], email: str) -> SafeString:
    if not email:
        return filled(parts["no_mail"], email=email)
    return filled(parts["mail"], mailto=quote(email, safe="@"), email=email)


def phone(parts: dict[str, str], row: dict[str, Any]) -> SafeString:
    number = row["phone"]
    shown = show_phone(number, row["phone_extension"])
    return filled(parts["phone" if number else "no_phone"], phone=number, shown=shown)


def login(parts: dict[str, str], row: dict[str, Any], url: str) -> SafeString:
    """What the menu of the row offers about the login."""
    if row["access"] in HAVE_ACCESS:
        return filled(parts["resend"], url=url)
    return filled(parts["allow" if row["email"] else "no_allow"], url=url)


def tags_in(parts: dict[str, str], tags: list[tuple[str, str]]) -> SafeString:
    drawn = [filled(parts["tag"], name=name, tone=tone) for name, tone in tags]
    return SafeString("".join(drawn))


@lru_cache(maxsize=5_000)
def in_words(day: date, _language: str | None) -> str:
    """4 Nov 2026, in the reader's language."""
    return date_format(day, "j M Y")


def last_visit(moment: datetime | None, language: str | None) -> str:
    return in_words(localtime(moment).date(), language) if moment else ""


def next_visit(moment: datetime | None, this_year: int, language: str | None) -> str:
    """Thu 26 Nov, 09:00; with its year when that is another one."""
    if moment is None:
        return ""
    local = localtime(moment)
    day = day_and_month(local.date(), this_year, language)
    return f"{day}, {local:%H:%M}"


@lru_cache(maxsize=1_000)
def day_and_month(day: date, this_year: int, _language: str | None) -> str:
    """Thu 26 Nov, or Thu 7 Jan 2027."""
    return date_format(day, "D j M" if day.year == this_year else "D j M Y")


def tags_of(page: CustomerPage) -> dict[int, list[tuple[str, str]]]:
    """(name, tone) of the tags of each customer on the page."""
    tags: dict[int, list[tuple[str, str]]] = defaultdict(list)
    links = CustomerTag.objects.filter(customer__in=[row["pk"] for row in page.rows])
    for pk, name, colour in links.order_by("tag__name").values_list(
        "customer_id", "tag__name", "tag__tone"
    ):
        tags[pk].append((name, colour))
    return tags


def headings(page: CustomerPage, address: Address) -> list[dict[str, Any]]:
    """The headings that sort: a click goes up, another one down."""
    columns = [
        ("name", _("Name"), ""),
        ("surname", _("Surname"), ""),
        ("email", _("E-mail"), "c-mail"),
        ("phone", _("Phone"), ""),
    ]
    if page.search.archived:
        columns.append(("deleted", _("Deleted"), "c-deleted"))
    else:
        columns += [
            ("added", _("Added"), "c-added"),
            ("last", _("Last visit"), "c-last"),
            ("next", _("Next visit"), "c-next"),
            ("access", _("Panel access"), "c-access"),
        ]
    return headings_of(columns, page.search.order, address)
