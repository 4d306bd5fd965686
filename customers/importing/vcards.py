"""vCards -> a table: one row for each card, with a column for each of our fields.

What a card has twice is chosen: the preferred e-mail address, a mobile number before others. What
has no field, and the second of what is there twice, stands in columns of its own, which are not
read unless somebody says so.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.cells import join_names
from customers.importing.cards import Card, Property, read_cards
from customers.importing.encodings import assumed, examine_text
from customers.importing.problems import FileRefused
from customers.importing.table import Row, Table
from customers.resources import all_columns

FIELDS = (
    "id", "external_id", "first_name", "last_name", "email", "phone", "gender", "date_of_birth",
    "tags", "note", "language", "time_zone",
)  # fmt: skip
BASIC_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T.*)?", re.ASCII)
NO_YEAR = re.compile(r"--(\d{2})-?(\d{2})(?:T.*)?", re.ASCII)
APPLES_NO_YEAR = re.compile(r"1604-?(\d{2})-?(\d{2})(?:T.*)?", re.ASCII)
OFFSET = re.compile(r"[+-]?\d.*", re.ASCII)  # of UTC: says nothing of a zone
NO_PHONES = {"fax", "pager", "modem", "isdn", "telex"}
MOBILES = {"cell", "mobile", "iphone"}
NO_GENDERS = {"N", "U"}
GROUPS_OF_GOOGLE = {"mycontacts"}
LONGEST_ID = 100


def others() -> dict[str, str]:
    """The columns for what has no field of ours."""
    return {
        "emails": _("More e-mail addresses"),
        "phones": _("More phone numbers"),
        "ORG": _("Company"),
        "TITLE": _("Job title"),
        "ADR": _("Postal address"),
        "URL": _("Web page"),
        "NICKNAME": _("Nickname"),
    }


@dataclass
class VcardTable(Table):
    """A file of vCards, decoded card by card. Rows are the numbers of the cards."""

    path: Path = Path()
    encoding: str = "utf-8"
    is_assumed: bool = False
    extras: tuple[str, ...] = ()

    def rows(self) -> Iterator[Row]:
        for number, card in enumerate(cards_of(self.path, self.encoding), 1):
            yield number, [] if card.is_group else [*fields_of(card), *more_of(card, self.extras)]


def open_vcards(path: Path, language: str, encoding: str) -> VcardTable:
    """The cards as a table. Raises FileRefused for a file that is cut off or holds none."""
    text = examine_text(path, language, encoding)
    seen: Counter[str] = Counter()
    versions: Counter[str] = Counter()
    names = tuple(others())
    for card in cards_of(path, text.encoding):
        seen["cards"] += 1
        seen["groups"] += card.is_group
        seen["pictures"] += bool(card.passed_over)
        versions[card.first("VERSION")] += 1
        seen.update(name for name, cell in zip(names, more_of(card, names), strict=True) if cell)
    if not seen["cards"]:
        raise FileRefused(_("This file holds no vCard."))
    extras = tuple(name for name in names if seen[name])
    titles = others()
    return VcardTable(
        headers=[*(column.heading for column in all_columns(FIELDS)), *(titles[x] for x in extras)],
        digest=text.digest,
        about=_("vCard %(version)s, %(encoding)s")
        % {
            "version": versions.most_common(1)[0][0][:3],
            "encoding": text.encoding,
        },
        notes=[*([assumed(text.encoding)] if text.assumed else []), *notes_about(seen)],
        path=path,
        encoding=text.encoding,
        is_assumed=text.assumed,
        extras=extras,
    )


def notes_about(seen: Counter[str]) -> list[str]:
    """What is passed over, in sentences."""
    notes = []
    if seen["pictures"]:
        notes.append(
            ngettext(
                "%(count)s card has a picture, which is not read. Send pictures as a ZIP.",
                "%(count)s cards have pictures, which are not read. Send pictures as a ZIP.",
                seen["pictures"],
            )
            % {"count": f"{seen['pictures']:,}"}
        )
    if seen["groups"]:
        notes.append(
            ngettext(
                "%(count)s card is a group and not a person; it is left out.",
                "%(count)s cards are groups and not people; they are left out.",
                seen["groups"],
            )
            % {"count": f"{seen['groups']:,}"}
        )
    return notes


def cards_of(path: Path, encoding: str) -> Iterator[Card]:
    with path.open(encoding=encoding, newline="") as file:
        yield from read_cards(file, encoding)


def fields_of(card: Card) -> list[str]:
    """The cells of FIELDS."""
    first, last = name_of(card)
    born = card.first("BDAY")
    zone = card.first("TZ")
    gender = card.first("GENDER", "X-GENDER").partition(";")[0]
    categories = (one.parts(",") for one in card.all("CATEGORIES"))
    tags = [tag for names in categories for tag in names if tag.lower() not in GROUPS_OF_GOOGLE]
    return [
        card.first("X-BOOKKINDA-ID"),
        card.first("X-BOOKKINDA-EXTERNAL-ID") or uid_of(card),
        first,
        last,
        next(iter(emails_of(card)), ""),
        next(iter(phones_of(card)), ""),
        "" if gender in NO_GENDERS else gender,
        date_of(born),
        join_names(tag for tag in tags if tag),
        "\n".join(one.text() for one in card.all("NOTE")),
        card.first("X-BOOKKINDA-LANGUAGE", "LANG").partition(";")[0],
        "" if OFFSET.fullmatch(zone) else zone.partition(";")[0],
    ]


def more_of(card: Card, names: Sequence[str]) -> list[str]:
    """The cells of the other columns."""
    found = []
    for name in names:
        if name == "emails":
            cells = emails_of(card)[1:]
        elif name == "phones":
            cells = phones_of(card)[1:]
        else:
            cells = [", ".join(filter(None, one.parts(";"))) for one in card.all(name)]
        found.append("; ".join(filter(None, cells)))
    return found


def name_of(card: Card) -> tuple[str, str]:
    """Name and surname. A card without the first is called as it is shown."""
    names = next((one.parts(";") for one in card.all("N")), [])
    last, given, additional = [*names, "", "", ""][:3]
    first = " ".join(filter(None, (given, additional)))
    if first:
        return first, last
    company = next((one.parts(";")[0] for one in card.all("ORG")), "")
    return last or card.first("FN", "NICKNAME") or company, ""


def uid_of(card: Card) -> str:
    """The card's own identifier, where it fits into an external ID."""
    uid = card.first("UID").removeprefix("urn:uuid:")
    return uid if len(uid) <= LONGEST_ID else ""


def emails_of(card: Card) -> list[str]:
    """The addresses, the preferred one first."""
    found = card.all("EMAIL")
    if len(found) > 1:
        found = sorted(found, key=lambda one: "pref" not in one.about)
    return [text.removeprefix("mailto:") for one in found if (text := one.text())]


def phones_of(card: Card) -> list[str]:
    """The numbers: mobile ones first, then the preferred one; no fax."""

    def rank(one: Property) -> tuple[bool, bool]:
        return not one.about & MOBILES, "pref" not in one.about

    numbers = [one for one in card.all("TEL") if not one.about & NO_PHONES]
    if len(numbers) > 1:
        numbers.sort(key=rank)
    found = (number_of(one.text()) for one in numbers)
    return [number for number in found if number]


def number_of(text: str) -> str:
    """The number out of tel:+44-7700-900123;ext=12."""
    if not text.lower().startswith("tel:"):
        return text
    number, *parts = text[4:].split(";")
    extension = next((part[4:] for part in parts if part.lower().startswith("ext=")), "")
    return f"{number} ext. {extension}" if extension else number


def date_of(text: str) -> str:
    """The date of birth with hyphens; --12-31 where a card leaves the year out."""
    if found := NO_YEAR.fullmatch(text) or APPLES_NO_YEAR.fullmatch(text):
        return f"--{found[1]}-{found[2]}"
    if found := BASIC_DATE.fullmatch(text):
        return f"{found[1]}-{found[2]}-{found[3]}"
    return text
