"""Into how many parts a phone network cuts an SMS."""

import pytest

from notifications.channels.segments import segments


@pytest.mark.parametrize(
    ("text", "units", "parts", "is_unicode", "left"),
    [
        ("", 0, 1, False, 160),
        ("a" * 160, 160, 1, False, 0),
        ("a" * 161, 161, 2, False, 145),
        ("a" * 306, 306, 2, False, 0),
        ("a" * 307, 307, 3, False, 152),
        ("€" * 80, 160, 1, False, 0),
        ("€" * 81, 162, 2, False, 143),
        ("ë", 1, 1, True, 69),
        ("ë" * 70, 70, 1, True, 0),
        ("ë" * 71, 71, 2, True, 63),
        ("😀" * 35, 70, 1, True, 0),
        ("😀" * 36, 72, 2, True, 61),
        ("éàüÄß@£", 7, 1, False, 153),
    ],
)
def test_an_sms_is_counted_as_networks_count_it(text, units, parts, is_unicode, left):
    counted = segments(text)

    assert (counted.units, counted.parts) == (units, parts)
    assert (counted.is_unicode, counted.left) == (is_unicode, left)


def test_a_sign_that_needs_two_units_is_not_cut_at_the_end_of_a_part():
    assert segments("a" * 152 + "€" + "a" * 152).parts == 3


def test_the_signs_that_make_an_sms_dearer_are_named():
    assert segments("Zoë’s “visit”").odd == ("ë", "’", "“", "”")
