"""Customers as vCards: what other programs read, and that lines are written as RFC 2426 wants."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.models import ExportRun
from customers.vcard import LONGEST_LINE, escape, folded
from tests.customers.exports import export, somebody_known_well
from tests.factories import CustomerFactory


def unfolded(data: bytes) -> list[str]:
    """The lines as RFC 2426 2.6 puts them together again."""
    return data.replace(b"\r\n ", b"").decode().split("\r\n")


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text)


@pytest.mark.django_db
def test_a_card_has_everything_that_is_known(tmp_path: Path):
    customer = somebody_known_well(first_name="Özgür; Jr.", note="first, second\nC:\\third")

    lines = unfolded(export(tmp_path / "c.vcf"))

    kept = [line for line in lines if not re.match("X-BOOKKINDA-(ADDED|CHANGED)", line)]
    assert kept == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        r"N:Yılmaz;Özgür\; Jr.;;;",
        r"FN:Özgür\; Jr. Yılmaz",
        f"X-BOOKKINDA-ID:{customer.pk}",
        "X-BOOKKINDA-EXTERNAL-ID:007",
        "EMAIL;TYPE=INTERNET:o@example.org",
        "TEL;TYPE=VOICE:+905320000123 ext. 12",
        "X-GENDER:male",
        "BDAY:1990-12-31",
        r"NOTE:first\, second\nC:\\third",
        "X-BOOKKINDA-LANGUAGE:tr",
        "TZ;VALUE=text:Europe/Istanbul",
        r"CATEGORIES:Smith\, family,VIP",
        "END:VCARD",
        "",
    ]


@pytest.mark.django_db
def test_what_is_blank_or_not_chosen_has_no_line_but_the_name_always_has(tmp_path: Path):
    CustomerFactory(first_name="Ada", last_name="", email="", phone="+447700900123")

    data = export(tmp_path / "c.vcf", "--columns", "email,phone")

    assert data.decode().split("\r\n") == [
        "BEGIN:VCARD", "VERSION:3.0", "N:;Ada;;;", "FN:Ada", "TEL;TYPE=VOICE:+447700900123",
        "END:VCARD", "",
    ]  # fmt: skip
    run = ExportRun.objects.get()
    assert (run.format, run.count, run.file_name) == ("vcf", 1, "c.vcf")


@pytest.mark.django_db
def test_a_thousand_and_one_cards_are_a_thousand_and_one(tmp_path: Path):
    CustomerFactory.create_batch(1_001, first_name="Ada")

    lines = unfolded(export(tmp_path / "c.vcf"))

    assert lines.count("BEGIN:VCARD") == lines.count("END:VCARD") == 1_001


@pytest.mark.django_db
def test_there_is_no_template_of_a_vcard(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        export(tmp_path / "c.vcf", "--template")

    assert "no headings" in capsys.readouterr().err


@given(st.text(max_size=300))
def test_no_line_is_longer_than_75_bytes_and_put_together_it_is_the_same(text: str):
    line = "NOTE:" + escape(text.encode(errors="ignore").decode())

    data = folded(line).encode()

    pieces = data.split(b"\r\n")
    assert max(map(len, pieces)) <= LONGEST_LINE
    assert all(piece.decode() for piece in pieces)
    assert unfolded(data) == [line]


@given(st.text(alphabet=st.sampled_from(list("a,;:\\n\n\t =é🎉")), max_size=30))
def test_a_value_comes_back(text: str):
    assert "\n" not in escape(text)
    assert unescaped(escape(text)) == text


@given(st.text(max_size=30))
def test_no_value_breaks_a_line_or_hides_a_control_character(text: str):
    assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", escape(text))
