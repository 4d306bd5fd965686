"""Which 8-bit code pages a text may be written in: those that read all of it, and make words of it.

Nothing is decided by statistics, which take Turkish and French for Polish; what is left is asked.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

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
        "gb18030": "zh",
        "cp949": "ko",
    }.items()
    for language in languages.split()
}
PAGES = {
    "cp1252": _("Western European (Windows-1252)"),
    "cp1250": _("Central European (Windows-1250)"),
    "cp1254": _("Turkish (Windows-1254)"),
    "cp1251": _("Cyrillic (Windows-1251)"),
    "cp1253": _("Greek (Windows-1253)"),
    "cp1257": _("Baltic (Windows-1257)"),
    "cp1255": _("Hebrew (Windows-1255)"),
    "cp1256": _("Arabic (Windows-1256)"),
    "cp1258": _("Vietnamese (Windows-1258)"),
    "cp874": _("Thai (Windows-874)"),
    "cp932": _("Japanese (Shift JIS)"),
    "gb18030": _("Chinese, simplified (GB 18030)"),
    "big5": _("Chinese, traditional (Big5)"),
    "cp949": _("Korean (Windows-949)"),
    "iso8859-2": _("Central European (ISO 8859-2)"),
    "cp850": _("Western European (DOS)"),
    "mac-roman": _("Western European (old Macintosh)"),
    "cp852": _("Central European (DOS)"),
    "mac-latin2": _("Central European (old Macintosh)"),
    "cp857": _("Turkish (DOS)"),
    "mac-turkish": _("Turkish (old Macintosh)"),
    "cp866": _("Cyrillic (DOS)"),
    "koi8-r": _("Cyrillic (KOI8-R)"),
}
SISTERS = {  # what older programs of the same languages write
    "cp1252": ("cp850", "mac-roman"),
    "cp1250": ("iso8859-2", "cp852", "mac-latin2"),
    "cp1254": ("cp857", "mac-turkish"),
    "cp1251": ("cp866", "koi8-r"),
}
MANY_BYTES = {"cp932", "gb18030", "big5", "cp949"}
MOST_IMPLAUSIBLE = 0.2  # of the words with special letters
MOST_SPECIAL = 0.6  # of the letters of a Latin word: more is another script read wrongly
BESIDE_LETTERS = set("'’‘“”„\"-–—.,()&/ª°º·®«»€£\u00a0")
EAST_ASIAN = {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "FULLWIDTH", "IDEOGRAPHIC"}
WORD_ENDS = re.compile(rb"""[ \t\r\n,;|"]+""")
ASCII = bytes(range(128))


def code_page(language: str) -> str:
    """The 8-bit code page that programs of this language write."""
    return CODE_PAGES.get(language.partition("-")[0].lower(), "cp1252")


def plausible_pages(words: Sequence[bytes], bytes_used: bytes, assumed: str) -> list[str]:
    """The pages in which the words are words, the assumed one first, whatever it makes of them,
    then those of the same languages.

    Of pages that read everything alike only the first is named.
    """
    found: dict[tuple[str, ...], str] = {}
    for page in dict.fromkeys([assumed, *SISTERS.get(assumed, ()), *PAGES]):
        reading = read_words(words, bytes_used, page)
        if reading and (page == assumed or is_plausible(reading[: len(words)])):
            found.setdefault(reading, page)
    return list(found.values())


def special_words(data: bytes) -> list[bytes]:
    """The words with bytes beyond ASCII, each once."""
    return list(dict.fromkeys(word for word in WORD_ENDS.split(data) if not word.isascii()))


def special_bytes(pieces: Iterable[bytes]) -> bytes:
    """Each byte beyond ASCII that stands anywhere, once."""
    used: set[int] = set()
    for piece in pieces:
        used.update(piece.translate(None, ASCII))
    return bytes(sorted(used))


def read_words(words: Sequence[bytes], bytes_used: bytes, page: str) -> tuple[str, ...]:
    """The words as the page reads them, and each special byte; () where it cannot read one."""
    alone = [] if page in MANY_BYTES else [bytes([byte]) for byte in bytes_used]
    try:
        return tuple(word.decode(page) for word in [*words, *alone])
    except UnicodeDecodeError:
        return ()


def is_plausible(words: Sequence[str]) -> bool:
    """Whether most of them could be words of some language."""
    strange = sum(not could_be_a_word(word) for word in words)
    return bool(words) and strange <= len(words) * MOST_IMPLAUSIBLE


def could_be_a_word(word: str) -> bool:
    """Letters of one script, no signs among them, no capital letter inside a small word."""
    if not all(map(is_wordlike, word)):
        return False
    scripts = {script_of(letter) for letter in word if letter.isalpha()}
    if len(scripts) > 1 or (scripts == {"LATIN"} and not is_latin_word(word)):
        return False
    return not any(
        before.islower() and after.isupper() and not after.isascii()
        for before, after in pairwise(word)
    )


def is_wordlike(letter: str) -> bool:
    if letter.isascii():
        return letter.isprintable()
    return letter in BESIDE_LETTERS or unicodedata.category(letter)[0] in "LM"


def is_latin_word(word: str) -> bool:
    """Whether it has as many plain letters as words of Latin script do."""
    letters = [letter for letter in word if letter.isalpha()]
    special = sum(not letter.isascii() for letter in letters)
    return len(letters) < 3 or special <= len(letters) * MOST_SPECIAL


@lru_cache(maxsize=2048)
def script_of(letter: str) -> str:
    """The script, as the letter's name in Unicode begins with it; one for those of East Asia."""
    script = unicodedata.name(letter, "?").partition(" ")[0]
    return "CJK" if script in EAST_ASIAN else script
