"""Prices, durations and moments in words."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from appointments import words

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("48.00", "GBP", "£48"),
        ("48.50", "EUR", "€48.50"),
        ("1250", "USD", "$1,250"),
        ("19.5", "CHF", "CHF\N{NO-BREAK SPACE}19.50"),
        ("0", "GBP", "Free"),
    ],
)
def test_a_price_has_its_currency_and_no_needless_zeros(amount, currency, said):
    assert words.money(Decimal(amount), currency) == said


def test_a_price_that_nobody_set_is_not_said():
    assert words.money(None, "GBP") == ""


@pytest.mark.parametrize(
    ("minutes", "said"), [(45, "45 min"), (60, "1 h"), (90, "1 h 30 min"), (0, "0 min")]
)
def test_a_duration_is_said_in_hours_and_minutes(minutes, said):
    assert words.duration(minutes) == said


def test_a_moment_is_said_on_the_clock_of_its_place():
    assert words.moment(NOON, ZoneInfo("Asia/Tokyo")) == "Thu 19 Nov, 21:00"
    assert words.day(NOON, LONDON) == "Thu 19 Nov 2026"


def test_a_span_over_midnight_names_the_day_on_which_it_ends():
    late = NOON.replace(hour=23)

    assert words.span(NOON, NOON.replace(hour=13), LONDON) == "12:00–13:00"
    assert words.span(late, datetime(2026, 11, 20, 0, 30, tzinfo=UTC), LONDON) == (
        "23:00–Fri 20 Nov, 00:30"
    )


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/London", "London (GMT)"),
        ("America/New_York", "New York (EST)"),
        ("Asia/Dubai", "Dubai (UTC+04)"),
        ("UTC", "UTC"),
    ],
)
def test_a_place_says_whose_clock_it_is(zone, said):
    assert words.place(ZoneInfo(zone), NOON) == said
