"""Which letters the bytes of a text file mean.

Order: byte order mark, strict UTF-8, the zero bytes of UTF-16, and else the 8-bit code page of the
business's language, which is said aloud: guessing by statistics takes Turkish and French for Polish
and changes letters silently.
"""

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from customers.importing.problems import FileRefused

PIECE = 1024 * 1024
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
CODE_PAGES = {
    language: page
    for page, languages in {
        "cp1250": "pl cs sk hu hr sl ro bs sq",
        "cp1251": "ru uk bg sr mk be kk ky mn",
        "cp1253": "el",
        "cp1254": "tr az",
        "cp1255": "he",
        "cp1256": "ar fa ur",
        "cp1257": "et lv lt",
        "cp1258": "vi",
        "cp874": "th",
        "cp932": "ja",
        "cp936": "zh",
        "cp949": "ko",
    }.items()
    for language in languages.split()
}
UNSEEN = bytes(set(range(32)) - set(b"\t\n\r\f\x1a\x1b"))


@dataclass(frozen=True)
class TextFile:
    """A text file and how its bytes are read; `assumed` where that was not certain."""

    path: Path
    digest: str
    size: int
    encoding: str
    assumed: bool = False


def code_page(language: str) -> str:
    """The 8-bit code page that programs of this language write."""
    return CODE_PAGES.get(language.partition("-")[0].lower(), "cp1252")


def examine_text(path: Path, language: str, encoding: str = "") -> TextFile:
    """Read the file once: its digest, and an encoding in which all of it can be read.

    Raises FileRefused for what is no text, or not text in the encoding that was asked for.
    """
    with path.open("rb") as file:
        start = file.read(PIECE)
    certain = encoding or marked(start) or zero_pattern(start)
    refuse_binary(start, certain)
    candidates = [certain] if certain else ["utf-8", code_page(language)]
    for candidate in candidates:
        digest = digest_if_readable(path, candidate)
        if digest:
            assumed = not certain and candidate != "utf-8"
            return TextFile(path, digest, path.stat().st_size, candidate, assumed)
    raise FileRefused(
        _("The letters of this file cannot be read as %(encoding)s. Save it as CSV UTF-8.")
        % {"encoding": " / ".join(candidates)}
    )


def marked(start: bytes) -> str:
    """The encoding that a byte order mark names."""
    return next((name for mark, name in MARKS.items() if start.startswith(mark)), "")


def zero_pattern(start: bytes) -> str:
    """UTF-16 without a mark: every second byte of Latin letters is zero."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    half = max(len(start) // 2, 1)
    if odd > half * 0.3 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.3 and odd < half * 0.05:
        return "utf-16-be"
    return ""


def refuse_binary(start: bytes, encoding: str) -> None:
    """Raises FileRefused when too many bytes are ones that no text has."""
    if encoding.startswith(("utf-16", "utf-32")):
        return
    unseen = len(start) - len(start.translate(None, UNSEEN))
    if unseen > max(len(start) * 0.02, 16):
        raise FileRefused(
            _("This is not a table but some other kind of file. CSV or XLSX can be read.")
        )


def digest_if_readable(path: Path, encoding: str) -> str:
    """The SHA-256 of the file, or "" when it is not text in that encoding."""
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for piece in pieces(path):
            digest.update(piece)
            if not {"\n", "\r"} & set(decoder.decode(piece)) and len(piece) == PIECE:
                raise FileRefused(_("This file has a line of more than a million letters."))
        decoder.decode(b"", final=True)
    except UnicodeError:
        return ""
    return digest.hexdigest()


def pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
