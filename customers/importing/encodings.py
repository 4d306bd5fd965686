"""Which letters the bytes of a text file mean.

Order: byte order mark, strict UTF-8, the zero bytes of UTF-16, and else the 8-bit code page of the
business's language, which is said aloud: guessing by statistics takes Turkish and French for Polish
and changes letters silently. A file that this page cannot read is read in one that can.
"""

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from django.utils.translation import gettext as _

from customers.importing.code_pages import (
    code_page,
    plausible_pages,
    special_bytes,
    special_words,
)
from customers.importing.problems import FileRefused

PIECE = 1024 * 1024
WORDS_LOOKED_AT = 300
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
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


def examine_text(path: Path, language: str, encoding: str = "") -> TextFile:
    """Read the file once: its digest, and an encoding in which all of it can be read.

    Raises FileRefused for what is no text, or not text in the encoding that was asked for.
    """
    with path.open("rb") as file:
        start = file.read(PIECE)
    certain = encoding or marked(start) or zero_pattern(start)
    refuse_binary(start, certain)
    candidates = [certain] if certain else ["utf-8", code_page(language)]
    for candidate in chain(candidates, () if certain else other_pages(path, candidates[-1])):
        digest = digest_if_readable(path, candidate)
        if not digest and candidate == "utf-8":
            refuse_cut_off(path)
        if digest:
            assumed = not certain and candidate != "utf-8"
            return TextFile(path, digest, path.stat().st_size, candidate, assumed)
    raise FileRefused(
        _("The letters of this file cannot be read as %(encoding)s. Save it as CSV UTF-8.")
        % {"encoding": " / ".join(candidates)}
    )


def assumed(encoding: str) -> str:
    """What is said of a file whose letters were assumed."""
    return _(
        "The file is not Unicode; it was read as %(encoding)s. Look at a name with special "
        "letters, and choose another encoding if it is wrong."
    ) % {"encoding": encoding}


def refuse_cut_off(path: Path) -> None:
    """Raises FileRefused for Unicode whose last letter is not whole: an 8-bit page would read it,
    and every letter wrongly."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        letters = sum(not decoder.decode(piece).isascii() for piece in pieces(path))
    except UnicodeError:
        return
    if letters:
        raise FileRefused(_("This file is cut off in the middle of a letter. Fetch it again."))


def other_pages(path: Path, assumed: str) -> Iterator[str]:
    """Pages in which the text makes words, for a file that the assumed one cannot read."""
    words = [word for piece in pieces(path) for word in special_words(piece)[:WORDS_LOOKED_AT]]
    yield from plausible_pages(words[:WORDS_LOOKED_AT], special_bytes(pieces(path)), assumed)


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
