"""What a sheet has that a table has not: hidden rows and columns, merged cells, unstored formulas.

The parts are those of ECMA-376 part 1. A plain search through the sheet costs less than parsing it,
and reads no more of it than the archive says there is, which workbook.py bounds before.
"""

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
LARGEST_LIST = 4 * 1024 * 1024
PIECE = 1024 * 1024
OVERLAP = 4096  # longer than a cell, as a rule
UNSTORED = re.compile(rb"</f></c>|<f[^<>]*/></c>|</f><v\s*/></c>|</f><v></v></c>")
HIDDEN = re.compile(rb"<(row|col)\s[^<>]*?hidden=[\"'](?:1|true)[\"']")


def sentences_about(path: Path, sheet: str) -> Iterator[str]:
    """What was done about each, in a sentence."""
    try:
        found = count_oddities(path, sheet)
    except (KeyError, ParseError, ValueError, zipfile.BadZipFile, zlib.error):
        return  # a workbook of another make; what its reader made of it stands
    if number := found["formulas"]:
        yield ngettext(
            "%(number)s formula has no stored result and counts as blank. Open the workbook in a "
            "spreadsheet, save it, and choose it again.",
            "%(number)s formulas have no stored result and count as blank. Open the workbook in a "
            "spreadsheet, save it, and choose it again.",
            number,
        ) % {"number": f"{number:,}"}
    if found["row"] or found["col"]:
        yield _("Hidden rows (%(rows)s) and columns (%(columns)s) are read like the others.") % {
            "rows": f"{found['row']:,}",
            "columns": f"{found['col']:,}",
        }
    if found["merged"]:
        yield _("Of merged cells only the first has the text; the others are blank.")


def count_oddities(path: Path, sheet: str) -> Counter[str]:
    """How often each stands in the sheet."""
    found: Counter[str] = Counter()
    with zipfile.ZipFile(path) as archive:
        for piece in pieces(archive, part_of(archive, sheet)):
            if b"<f" in piece:
                found["formulas"] += len(UNSTORED.findall(piece))
            if b"hidden=" in piece:
                found.update(kind.decode() for kind in HIDDEN.findall(piece))
            found["merged"] += piece.count(b"<mergeCell ")
    return found


def part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """The name of the part that holds the sheet."""
    book = fromstring(read(archive, "xl/workbook.xml"))
    wanted = next(
        (
            value
            for one in book.iter()
            if one.tag in {f"{MAIN}sheet", f"{STRICT}sheet"} and one.get("name") == sheet
            for key, value in one.attrib.items()
            if key.endswith("}id")
        ),
        "",
    )
    links = fromstring(read(archive, "xl/_rels/workbook.xml.rels"))
    target = next((one.get("Target") or "" for one in links if one.get("Id") == wanted), "")
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(LARGEST_LIST)


def pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The part in pieces that each end behind a whole cell."""
    with archive.open(name) as part:
        rest = b""
        while data := part.read(PIECE):
            data = rest + data
            end = data.rfind(b"</c>", len(data) - OVERLAP)
            end = len(data) if end < 0 else end + len(b"</c>")
            yield data[:end]
            rest = data[end:]
        yield rest
