"""What a file is by its first bytes, whatever its name says; and why it cannot be read."""

from pathlib import Path

from django.utils.translation import gettext as _

from customers.importing.encodings import PIECE

SIGNATURES = {
    b"\xd0\xcf\x11\xe0": "old",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"%PDF": "pdf",
    b"\x1f\x8b": "packed",
    b"7z\xbc\xaf": "packed",
    b"Rar!": "packed",
    b"BZh": "packed",
    b"\xfd7zXZ": "packed",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"GIF8": "picture",
}
FIRST_WORDS = {
    b"begin:vcard": "cards",
    b"begin:vcalendar": "calendar",
    b"{\\rtf": "document",
    b'{"': "json",
    b"[{": "json",
    b"<!doctype html": "html",
    b"<html": "html",
    b"<table": "html",
    b"<head": "html",
    b"<meta": "html",
    b"<?xml": "xml",
}
SENTENCES = {
    "old": lambda: _(
        "This is an old Excel file (.xls) or one with a password. Save it as .xlsx without one."
    ),
    "locked": lambda: _("This workbook has a password. Save it without one."),
    "pdf": lambda: _("This is a PDF. Export the table itself, as CSV or XLSX."),
    "packed": lambda: _("This file is packed. Unpack it first."),
    "picture": lambda: _("This is a picture and not a table."),
    "calendar": lambda: _("This is a calendar. People come as CSV, XLSX or vCard (.vcf)."),
    "document": lambda: _("This is a text document. Put its table into a sheet, as CSV or XLSX."),
    "json": lambda: _("This is JSON. Save the table as CSV or XLSX."),
    "html": lambda: _(
        "This is a web page, whatever its name says. Open it in a spreadsheet and save it as .xlsx."
    ),
    "xml": lambda: _("This is XML. Open it in a spreadsheet and save it as .xlsx."),
}
LOCKED = "EncryptedPackage".encode("utf-16-le")  # how [MS-OFFCRYPTO] 2.3.4 names the workbook in it


def kind_of(path: Path) -> str:
    """One of SENTENCES, "zip", "cards", or "" for what may be text."""
    with path.open("rb") as file:
        start = file.read(2048)
    for signature, kind in SIGNATURES.items():
        if start.startswith(signature):
            return "locked" if kind == "old" and is_locked(path) else kind
    text = start.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    found = next((kind for words, kind in FIRST_WORDS.items() if text.startswith(words)), "")
    return "html" if found == "xml" and b"<html" in text else found


def is_locked(path: Path) -> bool:
    """Whether the container of an old Excel file holds a new one under a password."""
    with path.open("rb") as file:
        before = b""
        while piece := file.read(PIECE):
            if LOCKED in before + piece:
                return True
            before = piece[-len(LOCKED) :]
    return False
