"""Makes the files of the cases: archives, workbooks with any sheet inside, containers."""

import io
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

SHEET = "xl/worksheets/sheet1.xml"
HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = "</sheetData></worksheet>"


def text(content: str, encoding: str = "utf-8") -> bytes:
    return content.encode(encoding)


def workbook(
    *rows: list[Any], mac: bool = False, change: Callable[[Any], None] | None = None
) -> Callable[[], bytes]:
    """A workbook with these rows; `change` may do anything to it before it is saved."""

    def make() -> bytes:
        book = openpyxl.Workbook()
        if mac:
            book.epoch = CALENDAR_MAC_1904
        for row in rows:
            book.worksheets[0].append(row)
        if change:
            change(book)
        file = io.BytesIO()
        book.save(file)
        return file.getvalue()

    return make


def archive(files: dict[str, bytes], level: int = 6) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return file.getvalue()


def with_parts(parts: dict[str, bytes]) -> bytes:
    """A small workbook with these parts in place of its own or beside them."""
    with zipfile.ZipFile(io.BytesIO(workbook(["Name"], ["Ada"])())) as old:
        own = {name: old.read(name) for name in old.namelist()}
    return archive({**own, **parts})


def sheet(rows: str) -> Callable[[], bytes]:
    """A workbook whose sheet has these rows, in XML."""
    return lambda: with_parts({SHEET: (HEAD + rows + TAIL).encode()})


def cell(at: str, content: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{content}</t></is></c>'


def with_password() -> bytes:
    """A ZIP part that says it is encrypted."""
    data = bytearray(workbook(["Name"], ["Ada"])())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def container(*names: str) -> bytes:
    """The beginning of an OLE file with the names of its streams somewhere in it."""
    streams = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in names)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1016 + streams


def liar() -> bytes:
    """A sheet of 25 MB of blanks that says it has a thousand bytes."""
    blanks = HEAD.encode() + b" " * 25_000_000 + TAIL.encode()
    data = with_parts({SHEET: blanks})
    return data.replace(struct.pack("<I", len(blanks)), struct.pack("<I", 1_000))


def card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])
