"""Short cuts of customers/values.py for what most cells of a big file look like.

A short cut only ever says "this is surely right, and this is its stored form"; everything else goes
to the rule itself. tests/customers/importing/test_quick.py proves that both say the same.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

from customers.values import Phone, clean_email, clean_phone

PLAIN_EMAIL = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}",
    re.ASCII,
)
LONGEST_PLAIN_EMAIL = 200
INTERNATIONAL = re.compile(r"\+[1-9][0-9 ().-]{5,24}", re.ASCII)
SEVERAL = " ::: "  # between the values that Google Contacts puts into one cell; the first is taken
SIGNS = str.maketrans("", "", "+ ().-")


def email_reader() -> Callable[[str], str]:
    """`clean_email`, quicker for plain addresses."""

    def read(text: str) -> str:
        text = text.strip()
        if len(text) <= LONGEST_PLAIN_EMAIL and PLAIN_EMAIL.fullmatch(text):
            return text.lower()
        return clean_email(text.partition(SEVERAL)[0])

    return read


def phone_reader(country: str) -> Callable[[str], Phone]:
    """`clean_phone` for numbers of that country, quicker for numbers that begin with +."""

    def read(text: str) -> Phone:
        text = text.strip()
        if not text:
            return Phone("", "")
        if INTERNATIONAL.fullmatch(text):
            digits = text.translate(SIGNS)
            if is_surely_valid(digits):
                return Phone("+" + digits, "")
        return clean_phone(text.partition(SEVERAL)[0], country)

    return read


def is_surely_valid(digits: str) -> bool:
    """Whether country code and number, digits only, are valid beyond doubt."""
    pattern = pattern_of(digits[:3])
    return len(digits) in pattern.lengths and bool(pattern.form.fullmatch(digits, pattern.start))


class Pattern(NamedTuple):
    """The lengths of a country's numbers with the country code, where they begin, their form."""

    lengths: frozenset[int]
    start: int
    form: re.Pattern[str]


NOTHING = Pattern(frozenset(), 0, re.compile(""))


@cache
def pattern_of(first: str) -> Pattern:
    """The pattern of the country code among the first three digits."""
    for length in (1, 2, 3):
        if int(first[:length]) in COUNTRY_CODE_TO_REGION_CODE:
            return kept_as_they_are(int(first[:length]))
    return NOTHING


def kept_as_they_are(code: int) -> Pattern:
    """The numbers of a country code that the library surely takes, and takes as they are.

    Left out, for the rule to decide: numbers that begin with zero, and numbers from which the
    library might take a national prefix.
    """
    region = COUNTRY_CODE_TO_REGION_CODE[code][0]
    metadata = PhoneMetadata.metadata_for_region(region, None)
    general = metadata and metadata.general_desc
    if not metadata or not general or not general.national_number_pattern:
        return NOTHING
    kept = "(?!0)"
    if metadata.national_prefix_for_parsing:
        kept += f"(?!(?:{metadata.national_prefix_for_parsing}))"
    start = len(str(code))
    return Pattern(
        frozenset(start + length for length in general.possible_length),
        start,
        re.compile(f"{kept}(?:{general.national_number_pattern})"),
    )
