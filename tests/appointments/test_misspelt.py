"""Slips of the finger in an e-mail address."""

import pytest

from appointments.misspelt import probably_meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ann@gmial.com", "ann@gmail.com"),
        ("ann@gmai.com", "ann@gmail.com"),
        ("ann@gmaill.com", "ann@gmail.com"),
        ("ann@gnail.com", "ann@gmail.com"),
        ("ann@gmail.co", "ann@gmail.com"),
        ("ann@hotmial.co.uk", "ann@hotmail.co.uk"),
        ("ann@t-onlin.de", "ann@t-online.de"),
        ("ann@corner-shop.con", "ann@corner-shop.com"),
        ("ann@gmal.con", "ann@gmail.com"),
    ],
)
def test_a_slip_is_seen(typed, meant):
    assert probably_meant(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["ann@gmail.com", "ann@mail.com", "ann@email.com", "ann@gmx.net", "ann@corner-shop.co.uk"],
)
def test_an_address_that_people_have_is_not_questioned(typed):
    assert probably_meant(typed) == ""
