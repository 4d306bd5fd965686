"""A file of vCards -> its properties: versions 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350).

One card is held at a time. Pictures and sounds are passed over unread, cards of groups and cards
inside of cards as well. What is broken inside a card costs that property only.
"""

import quopri
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from customers.importing.problems import FileRefused

LONGEST_VALUE = 131_072
LONGEST_START = 1_000  # in front of a value
MOST_PROPERTIES = 2_000  # of one card
MARKS = {"BEGIN:VCARD": True, "END:VCARD": False}
FOLDS = {" ", "\t"}
PASSED_OVER = {"PHOTO", "LOGO", "SOUND", "KEY"}
GROUP_KINDS = {"KIND", "X-ADDRESSBOOKSERVER-KIND"}
HEAD = re.compile(r'((?:[^":;]|"[^"]*")*(?:;(?:[^":;]|"[^"]*")*)*):(.*)', re.DOTALL)
PARAMETER = re.compile(r';((?:[^";]|"[^"]*")*)')
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# A backslash at the very end is a letter: a pattern that fails there would try every other start.
SPLITS = {sign: re.compile(rf"((?:[^\\{sign}]|\\.?)*)(?:{sign}|$)", re.DOTALL) for sign in ";,"}
CHARSETS = re.compile(
    r"utf-?(8|16)(-?[bl]e)?|(us-)?ascii|latin-?1|(iso-?8859|windows|cp|koi8|mac|euc)[-_]?\w+"
    r"|shift[-_]?jis|gb\w+|big5"
)


class Property(NamedTuple):
    """What is said about a value of a card (in small letters), and the value."""

    about: frozenset[str]
    value: str

    def text(self) -> str:
        """The value without escapes."""
        return unescaped(self.value).strip()

    def parts(self, sign: str) -> list[str]:
        """The pieces between the signs, without escapes."""
        if "\\" not in self.value:
            return [piece.strip() for piece in self.value.split(sign)]
        pieces = [found[1] for found in SPLITS[sign].finditer(self.value)]
        return [unescaped(piece).strip() for piece in pieces[: self.value.count(sign) + 1]]


class Head(NamedTuple):
    """What stands in front of a value: item1.TEL;TYPE=CELL is the name TEL and what is said."""

    name: str
    about: frozenset[str]


@dataclass
class Card:
    """The properties of one card by name; `passed_over` counts those that were not read."""

    properties: dict[str, list[Property]] = field(default_factory=dict)
    passed_over: int = 0
    is_group: bool = False

    def all(self, name: str) -> Sequence[Property]:
        return self.properties.get(name, ())

    def first(self, *names: str) -> str:
        """The text of the first property of these names that has one."""
        for name in names:
            for one in self.properties.get(name, ()):
                if text := one.text():
                    return text
        return ""

    def add(self, line: str, encoding: str) -> None:
        """Take a line without folds into the card."""
        start, sign, value = line.partition(":")
        if '"' in start and (found := HEAD.match(line)):
            start, value = found[1], found[2]
        if not sign:
            return
        name, about = read_head(start)
        if name in PASSED_OVER:
            self.passed_over += 1
            return
        if "quoted-printable" in about:
            value = from_quoted_printable(value, about, encoding)
        if name in GROUP_KINDS and value.strip().lower() == "group":
            self.is_group = True
        self.properties.setdefault(name, []).append(Property(about, value))


@lru_cache(maxsize=1024)
def read_head(start: str) -> Head:
    """The name and what is said. Kept, because the cards of a file are alike."""
    return Head(start.partition(";")[0].rpartition(".")[2].strip().upper(), parameters(start))


def read_cards(lines: Iterable[str], encoding: str) -> Iterator[Card]:
    """The cards of the file. Raises FileRefused when it ends inside of one, or one is too large."""
    for inside in lines_of_cards(lines):
        card = Card()
        for line in inside:
            card.add(line, encoding)
        yield card


def lines_of_cards(lines: Iterable[str]) -> Iterator[list[str]]:
    """The lines of each card, without those of a card inside of it (AGENT, in version 2.1)."""
    inside: list[str] | None = None
    is_agent = False
    for line in unfolded(lines):
        begins = MARKS.get(line.strip().upper()) if line[:1] in "BbEe" else None
        if begins is None:
            if inside is not None and not is_agent:
                inside.append(line)
                if len(inside) > MOST_PROPERTIES:
                    raise FileRefused(_("One card of this file is too large to be a person's."))
        elif is_agent or (begins and inside and inside[-1].upper().startswith("AGENT")):
            is_agent = begins
        else:
            if inside is not None:
                yield inside
            inside = [] if begins else None
    if inside is not None:
        raise FileRefused(_("The last card of this file has no end: the file was cut off."))


def unfolded(lines: Iterable[str]) -> Iterator[str]:
    """The lines with their continuations: those that begin with a blank, and those behind the soft
    line break of quoted-printable."""
    parts, length = list[str](), 0  # joined once: what grows line by line is copied as often
    is_soft = keeps_blanks = False
    for raw in lines:
        line = raw.rstrip("\r\n")
        if is_soft or line[:1] in FOLDS:
            length += len(line)
            if length < LONGEST_VALUE:  # the rest is a picture's, or refused for its length
                parts.append(line if is_soft or keeps_blanks else line[1:])
        else:
            if any(parts[:1]):
                yield "".join(parts)
            parts, length = [line], len(line)
            if line[:8].upper() == "VERSION:":
                keeps_blanks = line[8:].strip() == "2.1"  # folds in front of a blank of the text
        if is_soft := line[-1:] == "=" and is_quoted_printable("".join(parts[:1])):
            parts[-1] = parts[-1].removesuffix("=")
    if any(parts[:1]):
        yield "".join(parts)


def is_quoted_printable(line: str) -> bool:
    return "QUOTED-PRINTABLE" in line[:LONGEST_START].partition(":")[0].upper()


def parameters(head: str) -> frozenset[str]:
    """Everything that is said about a property, without the names: TYPE=CELL;PREF=1 -> cell, 1.

    The character set is kept as charset=NAME.
    """
    found: set[str] = set()
    for parameter in PARAMETER.findall(head):
        name, sign, value = parameter.lower().partition("=")
        if name == "charset":
            found.add(f"charset={value}")
        elif name == "pref":
            found.add("pref")
        else:
            found.update((value if sign else name).replace('"', "").split(","))
    return frozenset(found)


def from_quoted_printable(value: str, about: frozenset[str], encoding: str) -> str:
    """The text of =C3=96 in the character set that the property names, else UTF-8."""
    data = quopri.decodestring(value.encode(encoding, errors="replace"))
    named = next((one.partition("=")[2] for one in about if one.startswith("charset=")), "")
    named = named.strip('"') if CHARSETS.fullmatch(named.strip('"')) else "utf-8"
    for charset in (named, "utf-8", encoding):
        try:
            return data.decode(charset)
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("utf-8", errors="replace")


def unescaped(text: str) -> str:
    r"""The text without the escapes of RFC 6350 3.4: \n is a new line, \, a comma."""
    if "\\" not in text:
        return text
    return ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)
