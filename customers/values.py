"""How a typed value becomes a stored one: the one set of rules that form, import and command share.

Each function takes what a person or a file wrote and returns what is stored, "" (or None) for a
blank one. A value that cannot be read raises ValidationError with a sentence that says how to mend
it; nothing is guessed and nothing is lost silently.
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from phonenumbers import (
    NumberParseException,
    PhoneMetadata,
    PhoneNumberFormat,
    ValidationResult,
)

from accounts.addresses import normalize_address
from customers.folding import fold
from customers.models import Gender

# Bidirectional overrides would let one name pass for another; joiners are needed for real scripts.
UNSEEN_BUT_NEEDED = {"\u200c", "\u200d", "\ufe0f"}
DAMAGED_BY_A_SPREADSHEET = re.compile(r"\d+(?:[.,]\d+e\+?|e\+)\d+", re.IGNORECASE)


class Phone(NamedTuple):
    """A phone number: E.164, and the extension that E.164 has no place for."""

    e164: str
    extension: str


def read_number(text: str) -> int | None:
    """A row's number out of an address or a form; None for what no database could hold."""
    return int(text) if text.isdecimal() and len(text) < 19 else None


def clean_line(text: str, longest: int) -> str:
    """One line without control characters, single blanks inside and none around."""
    return " ".join(clean_text(text, longest).split())


def clean_text(text: str, longest: int) -> str:
    """Text with its line breaks, NFC, without other control characters, blanks around taken off."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = "".join(letter for letter in text if is_kept(letter))
    text = text.strip()
    if len(text) > longest:
        raise ValidationError(
            _("This has %(length)s characters; %(longest)s fit."),
            params={"length": len(text), "longest": longest},
        )
    return text


def is_kept(letter: str) -> bool:
    """Whether a letter may be stored: what is seen, line breaks, tabs, blanks and joiners."""
    if letter.isprintable() or letter in "\n\t" or letter in UNSEEN_BUT_NEEDED:
        return True
    return unicodedata.category(letter) == "Zs"


def clean_email(text: str) -> str:
    """The address in its one normal spelling (accounts/addresses.py)."""
    return normalize_address(text) if text.strip() else ""


def clean_phone(text: str, country: str) -> Phone:
    """The number as E.164; without a country code it is one of `country` (ISO 3166 alpha-2)."""
    typed = text.strip()
    if not typed:
        return Phone("", "")
    if DAMAGED_BY_A_SPREADSHEET.fullmatch(typed.replace(" ", "")):
        raise ValidationError(
            _("A spreadsheet turned this phone number into %(value)s; its last digits are lost."),
            params={"value": typed},
        )
    try:
        number = phonenumbers.parse(typed, country)
    except NumberParseException:
        raise ValidationError(
            _("This is not a phone number. Write it like %(example)s."),
            params={"example": example_phone(country)},
        ) from None
    if not has_form_of_country(number):
        raise ValidationError(phone_problem(number, country))
    return Phone(phonenumbers.format_number(number, PhoneNumberFormat.E164), number.extension or "")


def has_form_of_country(number: phonenumbers.PhoneNumber) -> bool:
    """Whether the number has the length and form of its country's numbers.

    The library's stricter is_valid_number asks for a range that is known to be in use: it refuses
    ranges that are newer than its tables, and those reserved for examples (07700 900123).
    """
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return False
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(number.country_code or 0, region)
    general = metadata and metadata.general_desc
    form = (general and general.national_number_pattern) or ""
    return bool(re.fullmatch(form, phonenumbers.national_significant_number(number)))


def phone_problem(number: phonenumbers.PhoneNumber, country: str) -> str:
    """What is wrong with a number that has the form of one."""
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason in {ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY}:
        return _("This phone number is too short.")
    if reason == ValidationResult.TOO_LONG:
        return _("This phone number is too long.")
    return _(
        "There is no such phone number. Check the digits, or start with + and the country code, "
        "like %(example)s."
    ) % {"example": example_phone(country)}


def example_phone(country: str) -> str:
    """A number of the country in its international form."""
    example = phonenumbers.example_number(country)
    if example is None:
        return "+44 7700 900123"
    return str(phonenumbers.format_number(example, PhoneNumberFormat.INTERNATIONAL))


@lru_cache(maxsize=10_000)
def show_phone(e164: str, extension: str = "") -> str:
    """The number as people write it, with its country code: +44 7700 900123."""
    if not e164:
        return ""
    number = phonenumbers.parse(e164)
    shown = str(phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL))
    return f"{shown} ext. {extension}" if extension else shown


GENDERS = {
    word: gender
    for gender, words in {
        Gender.FEMALE: "female f woman w weiblich frau feminin féminin femme mujer femenino kadın "
        "kadin bayan k mrs ms miss frau kobieta femmina donna vrouw qadın",
        Gender.MALE: "male m man männlich herr mann masculin homme hombre masculino erkek bay e mr "
        "mężczyzna maschio uomo kişi",
        Gender.OTHER: "other o x divers diverse d autre otro otra diğer non-binary nonbinary nb "
        "andere inny altro",
        "": "- – — n/a na none unknown unbekannt inconnu desconocido bilinmiyor not-said "
        "prefer-not-to-say not-given undisclosed "
        "unspecified not-specified",
    }.items()
    for word in map(fold, words.split())
}


def clean_gender(text: str) -> str:
    """A value of Gender, read from the usual words of several languages."""
    word = fold("-".join(text.split()))
    if not word:
        return ""
    try:
        return GENDERS[word]
    except KeyError:
        raise ValidationError(
            _("This is not understood as a gender. Write female, male or other, or leave it blank.")
        ) from None


FUTURE_BIRTH = gettext_lazy("A date of birth cannot be in the future.")
OLDEST_BIRTH = date(1900, 1, 1)


def check_date_of_birth(born: date, today: date) -> None:
    """Raises ValidationError for a day in the future or before 1900."""
    if born > today:
        raise ValidationError(FUTURE_BIRTH)
    if born < OLDEST_BIRTH:
        raise ValidationError(_("A date of birth before 1900 is surely a slip of the pen."))
