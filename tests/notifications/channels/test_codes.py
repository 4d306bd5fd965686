"""A code is never all that staff get to read."""

import re
from pathlib import Path

import pytest

from notifications.channels import codes
from notifications.channels.codes import sentence
from notifications.channels.twilio import OF_THE_MOMENT, OF_THE_SETTINGS

ROOT = Path(codes.__file__).resolve().parents[1]
RAISED = re.compile(r'(?:NotWanted|Failure)\(\s*"([a-z-]+)"')
NAMED = re.compile(r'^[A-Z_]+ = "([a-z]+(?:-[a-z]+)*)"', re.M)
NO_CODES = {"portal-access", "mailbox", "twilio", "en"}


def codes_in_the_source():
    for path in ROOT.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        yield from RAISED.findall(text)
        yield from NAMED.findall(text)


@pytest.mark.parametrize("code", sorted(set(codes_in_the_source()) - NO_CODES))
def test_every_code_that_we_write_has_a_sentence_of_its_own(code):
    assert code in codes.SENTENCES


@pytest.mark.parametrize("code", sorted(codes.SENTENCES))
def test_a_sentence_is_one(code):
    said = sentence(code)

    assert said[0].isupper()
    assert said.endswith((".", "?"))


@pytest.mark.parametrize("number", sorted(OF_THE_SETTINGS | OF_THE_MOMENT))
def test_every_number_that_we_tell_apart_is_said_somehow(number):
    assert sentence(f"twilio-{number}").endswith(".")


@pytest.mark.parametrize("code", ["who-knows", "smtp-", "twilio-x", "mail-999", "RuntimeError"])
def test_an_unknown_code_is_said_as_it_is(code):
    assert code.removeprefix("mail-") in sentence(code)


def test_no_code_is_no_sentence():
    assert sentence("") == ""
