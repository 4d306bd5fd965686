"""Writes vCards, one for each customer: bounded memory, first bytes at once.

Version 3.0 (RFC 2426): what iPhone, Android, Google Contacts and Outlook all take; Outlook takes no
4.0. What version 3.0 has no property for stands in X- properties, which other programs pass over
and our import reads. The phone is written as in a table, with " ext. 12" behind it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from customers.cells import split_names
from customers.resources import Column, all_columns

NAME = ("first_name", "last_name")  # every card has them
PROPERTIES = {
    "email": "EMAIL;TYPE=INTERNET",
    "phone": "TEL;TYPE=VOICE",
    "date_of_birth": "BDAY",
    "note": "NOTE",
    "time_zone": "TZ;VALUE=text",
    "gender": "X-GENDER",
    "language": "X-BOOKKINDA-LANGUAGE",
    "external_id": "X-BOOKKINDA-EXTERNAL-ID",
    "id": "X-BOOKKINDA-ID",
    "created_at": "X-BOOKKINDA-ADDED",
    "changed_at": "X-BOOKKINDA-CHANGED",
    "last_visit_at": "X-BOOKKINDA-LAST-VISIT",
    "next_visit_at": "X-BOOKKINDA-NEXT-VISIT",
}
LONGEST_LINE = 75  # bytes without the line end
SPECIAL = re.compile(r"[\\,;\x00-\x1f\x7f]")
ESCAPES = {"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n", "\t": "\t"}
Batch = list[Sequence[Any]]


def with_name(columns: Sequence[Column]) -> list[Column]:
    """The columns and, at their end, those of the name that are missing."""
    chosen = [column.name for column in columns]
    return all_columns([*chosen, *(name for name in NAME if name not in chosen)])


def vcards(columns: Sequence[Column], batches: Iterable[Batch]) -> Iterator[bytes]:
    """The cards of each batch; among the columns are those of the name."""
    for batch in batches:
        cells = {
            column.name: values
            if column.widget.kind == "text"
            else [column.widget.render(value) for value in values]
            for column, values in zip(columns, batch, strict=True)
        }
        if "tags" in cells:
            cells["tags"] = [[escape(tag) for tag in split_names(cell)] for cell in cells["tags"]]
        names = list(cells)
        cards = (
            card(dict(zip(names, row, strict=True))) for row in zip(*cells.values(), strict=True)
        )
        yield "".join(cards).encode()


def card(cells: dict[str, Any]) -> str:
    """One customer; what is blank has no line."""
    first, last = cells["first_name"], cells["last_name"]
    lines = [
        "BEGIN:VCARD\r\nVERSION:3.0",
        folded(f"N:{escape(last)};{escape(first)};;;"),
        folded(f"FN:{escape(f'{first} {last}'.strip())}"),
    ]
    lines += [
        folded(f"{PROPERTIES[name]}:{escape(value)}")
        for name, value in cells.items()
        if value and name in PROPERTIES
    ]
    if cells.get("tags"):
        lines.append(folded(f"CATEGORIES:{','.join(cells['tags'])}"))
    lines.append("END:VCARD\r\n")
    return "\r\n".join(lines)


def escape(text: str) -> str:
    """A value as RFC 2426 5 wants it; control characters that no card can hold are left out."""
    if not SPECIAL.search(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return SPECIAL.sub(lambda found: ESCAPES.get(found[0], ""), text)


def folded(line: str) -> str:
    """The line in pieces of at most 75 bytes; each but the first begins with a blank (2.6)."""
    if len(line) * 4 <= LONGEST_LINE:
        return line
    data = line.encode()
    if len(data) <= LONGEST_LINE:
        return line
    pieces, start, longest = [], 0, LONGEST_LINE
    while len(data) - start > longest:
        end = start + longest
        while data[end] & 0xC0 == 0x80:  # not inside of a letter
            end -= 1
        pieces.append(data[start:end])
        start, longest = end, LONGEST_LINE - 1
    return b"\r\n ".join([*pieces, data[start:]]).decode()
