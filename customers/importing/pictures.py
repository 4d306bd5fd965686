"""A ZIP of pictures beside a table: which picture is whose, and why one is nobody's.

Nothing is unpacked to disk, and of each name only the last part counts, so a path in the archive
leads nowhere. Each picture passes the same checks as one in the form (customers/photos.py).
"""

import lzma
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from customers import photos
from customers.cells import storable
from customers.folding import fold
from customers.importing.archives import TooManyParts, parts_of
from customers.importing.problems import FileRefused
from customers.models import Customer, ImportRow, ImportRun
from customers.values import clean_phone

LARGEST_ARCHIVE = 1024 * 1024 * 1024
MOST_PICTURES = 20_000
HIGHEST_RATIO = 20  # pictures are packed already
RATIO_MATTERS_FROM = 50 * 1024 * 1024
ENDINGS = re.compile(r"\.(?:jpe?g|jfif|png|webp|gif|bmp|tiff?|heic|avif|svg)$", re.IGNORECASE)
COPY = re.compile(r"\s*\(\d{1,3}\)$")  # "Ada Lovelace (1).jpg"
LEFT_BY_SYSTEMS = {".ds_store", "thumbs.db", "desktop.ini"}
KINDS = ("email", "external_id", "id", "phone", "name")  # the first that matches decides
UNICODE_NAME = 0x800
DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError,
)  # fmt: skip


class Person(NamedTuple):
    """What a picture can be named after."""

    id: int
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    external_id: str = ""


@dataclass(frozen=True)
class Picture:
    """A file in the archive, by its last name."""

    name: str
    part: zipfile.ZipInfo


@dataclass(frozen=True)
class MatchedPicture:
    """A picture and whose it is; `reason` says why it is nobody's."""

    picture: Picture
    customer_id: int | None = None
    by: str = ""  # one of KINDS
    reason: str = ""


@dataclass
class Pictures:
    """The pictures of an archive."""

    path: Path
    pictures: list[Picture] = field(default_factory=list)

    @cached_property
    def archive(self) -> zipfile.ZipFile:
        """Opened once: its list is read anew with each opening. Closed when it is let go of."""
        return zipfile.ZipFile(self.path)

    def prepared(self, picture: Picture) -> ContentFile:
        """The picture as it is stored. Raises ValidationError with what is wrong with it."""
        try:
            with self.archive.open(picture.part) as packed:
                data = packed.read(photos.LARGEST_FILE + 1)
        except DAMAGE:
            raise ValidationError(_("This picture cannot be unpacked: it is damaged.")) from None
        return photos.prepare(ContentFile(data))


def open_pictures(path: Path) -> Pictures:
    """What is in the archive. Raises FileRefused for what is no ZIP, has a password, or unpacks
    into too much."""
    if path.stat().st_size > LARGEST_ARCHIVE:
        raise FileRefused(
            _("This ZIP has more than %(most)s MB. Divide it.")
            % {"most": LARGEST_ARCHIVE // 1024**2}
        )
    try:
        parts = [part for part in parts_of(path, MOST_PICTURES) if not part.is_dir()]
    except TooManyParts:
        raise FileRefused(
            _("This ZIP has more than %(most)s files. Divide it.") % {"most": f"{MOST_PICTURES:,}"}
        ) from None
    except zipfile.BadZipFile:
        raise FileRefused(_("This is not a ZIP, or it is damaged.")) from None
    if any(part.flag_bits & 1 for part in parts):
        raise FileRefused(_("This ZIP has a password. Pack the pictures without one."))
    unpacked = sum(part.file_size for part in parts)
    if unpacked > RATIO_MATTERS_FROM and unpacked > path.stat().st_size * HIGHEST_RATIO:
        raise FileRefused(_("This ZIP unpacks into far more than pictures do."))
    found = [Picture(name_of(part), part) for part in parts]
    found = [picture for picture in found if not is_left_by_a_system(picture)]
    if not found:
        raise FileRefused(_("There are no pictures in this ZIP."))
    return Pictures(path, found)


def name_of(part: zipfile.ZipInfo) -> str:
    """The last part of the name, whatever separates; in UTF-8, also where nothing says so."""
    name = part.filename
    if not part.flag_bits & UNICODE_NAME:
        try:
            name = name.encode("cp437").decode()
        except UnicodeError:
            name = part.filename
    return storable(name.replace("\\", "/").rpartition("/")[2])[:255]


def is_left_by_a_system(picture: Picture) -> bool:
    """Whether nobody put the file there on purpose."""
    hidden = picture.name.startswith(".") or picture.part.filename.startswith("__MACOSX/")
    return hidden or picture.name.lower() in LEFT_BY_SYSTEMS


def people_of(run: ImportRun) -> Iterator[Person]:
    """The customers of an import: those it added, changed, found unchanged or left as they were."""
    rows = ImportRow.objects.filter(run=run).exclude(action=ImportRow.Action.REFUSED)
    live = Customer.objects.live().filter(pk__in=rows.exclude(customer=None).values("customer_id"))
    fields = ("pk", *Person._fields[1:])
    return map(Person._make, live.values_list(*fields).order_by("pk").iterator(chunk_size=2000))


def match_pictures(
    pictures: Sequence[Picture], people: Iterable[Person], country: str
) -> list[MatchedPicture]:
    """Whose each picture is, in the order of the archive.

    A picture is named after an e-mail address, an external ID, a Bookkinda ID, a phone number or a
    full name in either order; signs, case and accents of names do not matter. The strongest kind
    decides, and where it means several people, nobody gets the picture.
    """
    wanted: dict[tuple[str, str], set[int]] = {}
    keys = [keys_of(picture, country) for picture in pictures]
    for key in (key for one in keys for key in one):
        wanted[key] = set()
    for person in people:
        for key in keys_of_person(person):
            if key in wanted:
                wanted[key].add(person.id)
    taken: dict[int, str] = {}
    return [
        decide(picture, [(kind, wanted[kind, word]) for kind, word in found], taken)
        for picture, found in zip(pictures, keys, strict=True)
    ]


def decide(
    picture: Picture, found: list[tuple[str, set[int]]], taken: dict[int, str]
) -> MatchedPicture:
    """Whose the picture is. `taken` says who has one already, and gets the new owner."""
    if picture.name.lower().endswith(".zip"):
        return MatchedPicture(picture, reason=_("A ZIP inside of the ZIP is not opened."))
    kind, people = next((one for one in found if one[1]), ("", set()))
    if not people:
        return MatchedPicture(picture, reason=_("No customer of the table has this name."))
    if len(people) > 1:
        ids = ", ".join(map(str, sorted(people)[:5]))
        return MatchedPicture(
            picture, reason=_("This may be more than one customer: IDs %(ids)s.") % {"ids": ids}
        )
    (customer,) = people
    if customer in taken:
        return MatchedPicture(
            picture,
            reason=_("%(other)s is a picture of the same customer.") % {"other": taken[customer]},
        )
    taken[customer] = picture.name
    return MatchedPicture(picture, customer, kind)


def keys_of(picture: Picture, country: str) -> list[tuple[str, str]]:
    """What the name of a picture may mean, strongest first."""
    stem = COPY.sub("", ENDINGS.sub("", picture.name)).strip()
    found = [("email", stem.lower()), ("external_id", stem), ("id", stem)]
    found.append(("phone", read_phone(stem, country)))
    found.append(("name", squeezed(stem)))
    return [(kind, word) for kind, word in found if word]


def keys_of_person(person: Person) -> Iterator[tuple[str, str]]:
    yield "id", str(person.id)
    yield "email", person.email
    yield "external_id", person.external_id
    yield "phone", person.phone
    yield "name", squeezed(person.first_name + person.last_name)
    yield "name", squeezed(person.last_name + person.first_name)


def read_phone(stem: str, country: str) -> str:
    """The stem as a phone number of at least seven digits, "" if it is none."""
    digits = sum(map(str.isdigit, stem))
    if digits < 7 or any(map(str.isalpha, stem)):
        return ""
    try:
        return clean_phone(stem.replace("_", " "), country).e164
    except ValidationError:
        return ""


def squeezed(name: str) -> str:
    """The letters and digits of a name, folded: "Lovelace, Ada" -> lovelaceada."""
    return re.sub(r"[\W_]", "", fold(name))
