"""The proof that the short cuts say what the rules say."""

from typing import Any

import phonenumbers
import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from customers.importing.dates import YEAR_LAST, begins_with_year, is_without_year
from customers.importing.quick import email_reader, is_surely_valid, phone_reader
from customers.values import clean_email, clean_phone

CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


def outcome(read: Any, *arguments: Any) -> Any:
    try:
        return read(*arguments)
    except ValidationError as error:
        return error.messages


@settings(max_examples=3_000, deadline=None)
@given(
    code=st.sampled_from(CODES),
    number=st.text(alphabet="0123456789", min_size=3, max_size=13),
    sign=st.sampled_from(["", " ", "-", " (", ") ", ".", "  "]),
    at=st.integers(0, 8),
)
def test_a_number_gets_the_same_answer_as_from_the_rule(code: int, number: str, sign: str, at: int):
    text = f"+{code}{number[:at]}{sign}{number[at:]}"

    assert outcome(phone_reader("GB"), text) == outcome(clean_phone, text, "GB")


@pytest.mark.parametrize("code", CODES)
def test_numbers_of_every_country_get_the_same_answer(code: int):
    """Around the example of each kind of number: the same, longer, shorter, with prefixes."""
    read = phone_reader("GB")
    for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]:
        for kind in phonenumbers.PhoneNumberType.values():
            sample = phonenumbers.example_number_for_type(region, kind)
            if sample is None:
                continue
            national = phonenumbers.national_significant_number(sample)
            for digits in (
                national, national[:-1], f"{national}0", f"0{national}", f"1{national}",
                f"8{national}", national[::-1],
            ):  # fmt: skip
                text = f"+{code} {digits}"
                assert outcome(read, text) == outcome(clean_phone, text, "GB"), text


def test_the_short_cut_is_taken_for_usual_numbers():
    assert is_surely_valid("447700900123")
    assert is_surely_valid("994501234567")
    assert is_surely_valid("12125550123")
    assert not is_surely_valid("4412")


ADDRESS = st.one_of(
    st.emails(),
    st.text(alphabet="abAB01.-_+@ \u212aİı", max_size=30),
    st.from_regex(r"\A[a-zA-Z0-9.+_-]{1,70}@[a-z0-9.-]{1,80}\.[a-z]{1,30}\Z"),
)


@settings(max_examples=3_000, deadline=None)
@given(ADDRESS)
@example("Ken@example.org")
@example(f"{'a' * 65}@example.org")
@example(f"a@{'b' * 63}.org")
@example(f"a@{'b' * 64}.org")
@example("a@-b.org")
@example("a@b-.org")
@example("a@example.c-m")
@example(" A@Example.ORG ")
def test_an_address_gets_the_same_answer_as_from_the_rule(text: str):
    assert outcome(email_reader(), text) == outcome(clean_email, text)


@settings(max_examples=1_000, deadline=None)
@given(st.text(alphabet="0123456789-/. T:", max_size=16))
@example("1-12-1990 ")
@example(" 12-1-1990")
@example("1990-12-31")
def test_what_begins_with_a_year_leaves_no_doubt_of_the_order(text: str):
    if begins_with_year(text):
        assert not YEAR_LAST.fullmatch(text.strip())
        assert not is_without_year(text.strip())
