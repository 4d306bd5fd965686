"""How names are compared: without case and accents, so that "ozgur" finds Özgür.

Everything that search and sorting keep beside a customer is made here, by `derived_values`, for
every way of writing: a single save, a bulk statement, an import. What somebody types into the
search field goes through the same `fold` and `split_words`.
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import NamedTuple

# Letters that Unicode does not decompose into a base letter and a mark, and two Persian ones that
# keyboards mix up with their Arabic twins.
UNDECOMPOSED = str.maketrans(
    {"ə": "e", "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "œ": "oe",
     "æ": "ae", "ħ": "h", "ŧ": "t", "ŋ": "n", "ĸ": "k", "ک": "ك", "ی": "ي", "ى": "ي"}
)  # fmt: skip
APOSTROPHES = set("'\u2018\u2019\u02bc\u02bb\u02b9\u00b4`\u2032\uff07")
KANA_VOICE_MARKS = {"\u3099", "\u309a"}  # they make another letter, not an accent
VARIATION_SELECTORS = {chr(code) for code in range(0xFE00, 0xFE10)} | {"\u0640"}  # and tatweel
BETWEEN_WORDS = re.compile(r"[\s,;\"()\[\]{}<>«»\u201c\u201d\u201e\u00b7/|\\‐-―−-]+")
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
# What an index row of PostgreSQL has room for (2,704 bytes), shared by its two long columns.
LONGEST_KEY, LONGEST_SEARCH_TEXT = 400, 2000  # bytes


def fold(text: str) -> str:
    """The text without case, marks, apostrophes and compatibility forms: Şəbnəm -> sebnem.

    Folding twice changes nothing. Digits of any script become 0-9, control characters go.
    """
    if text.isascii() and text.isprintable():
        return text.lower().replace("'", "").replace("`", "")
    decomposed = unicodedata.normalize("NFKD", text)
    folded = unicodedata.normalize("NFKD", decomposed.casefold().translate(UNDECOMPOSED))
    kept = "".join(filter(None, map(plain_letter, folded)))
    return unicodedata.normalize("NFC", kept).translate(UNDECOMPOSED)


@lru_cache(maxsize=4096)
def plain_letter(letter: str) -> str:
    """The letter as search keeps it: "" for marks and what is not seen, ASCII for a digit."""
    if letter in KANA_VOICE_MARKS:
        return letter
    if letter in APOSTROPHES or letter in VARIATION_SELECTORS or unicodedata.combining(letter):
        return ""
    if letter.isspace():
        return " "
    if unicodedata.category(letter) in {"Cc", "Cf", "Cs"}:
        return ""
    digit = unicodedata.decimal(letter, None)
    return letter if digit is None else str(digit)


def split_words(folded: str) -> list[str]:
    """The words of a folded name: hyphens, commas, quotes and brackets stand between words, a full
    stop ends one ("J. Smith-Jones" -> j, smith, jones)."""
    pieces = (piece.strip(".") for piece in BETWEEN_WORDS.split(folded))
    return [piece for piece in pieces if piece]


@lru_cache(maxsize=16_384)
def fold_name(name: str) -> tuple[str, tuple[str, ...], bool]:
    """The folded name, its words, and whether it is written in a script without blanks.

    Kept, because the names in a file come again and again.
    """
    folded = fold(name)
    return folded, tuple(split_words(folded)), bool(CJK.fullmatch(folded))


class Derived(NamedTuple):
    """What is kept beside a customer so that search and sorting can use an index."""

    name_key: str
    given_key: str
    search_text: str
    birthday: int | None


def derived_values(
    first_name: str, last_name: str, email: str, phone: str, date_of_birth: date | None
) -> Derived:
    """The sort keys (surname first, name first), the text of search, and month * 100 + day.

    `search_text` is "  " before each word, two spaces, so that a word start has trigrams of its own
    for one and two letters; the phone is its digits.
    """
    first, first_words, first_is_one_word = fold_name(first_name)
    last, last_words, last_is_one_word = fold_name(last_name)
    words = [phone.lstrip("+"), *fold(email).split(), *first_words, *last_words]
    if first_is_one_word and last_is_one_word:
        words.append(f"{last}{first}")  # these scripts write a full name as one word
    return Derived(
        cut(f"{last} {first}".strip(), LONGEST_KEY),
        cut(f"{first} {last}".strip(), LONGEST_KEY),
        cut("  ".join(["", *filter(None, words)]), LONGEST_SEARCH_TEXT),
        date_of_birth.month * 100 + date_of_birth.day if date_of_birth else None,
    )


def cut(text: str, longest: int) -> str:
    """The text, or as much of its beginning as fits into so many bytes of UTF-8."""
    if len(text) * 4 <= longest:
        return text
    return text.encode()[:longest].decode(errors="ignore")
