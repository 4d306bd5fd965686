"""How names are compared: without case and accents, so that "ozgur" finds Özgür.

Everything that search and sorting keep beside a customer is made here, by `derived_values`, for
every way of writing: a single save, a bulk statement, an import.
"""

import unicodedata
from datetime import date
from typing import NamedTuple

# Letters that Unicode does not decompose into a base letter and a mark.
UNDECOMPOSED = str.maketrans(
    {"ə": "e", "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "œ": "oe",
     "æ": "ae", "ħ": "h", "ŧ": "t", "ŋ": "n", "ĸ": "k"}
)  # fmt: skip


def fold(text: str) -> str:
    """The text without case, marks and compatibility forms: Şəbnəm -> sebnem."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(UNDECOMPOSED))
    kept = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", kept).translate(UNDECOMPOSED)


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
    first, last = fold(first_name), fold(last_name)
    words = [*first.split(), *last.split(), *([email] if email else []), phone.lstrip("+")]
    return Derived(
        name_key=f"{last} {first}".strip(),
        given_key=f"{first} {last}".strip(),
        search_text="".join(f"  {word}" for word in words if word),
        birthday=date_of_birth.month * 100 + date_of_birth.day if date_of_birth else None,
    )
