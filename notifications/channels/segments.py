"""Into how many parts a phone network cuts an SMS; each part is paid for.

3GPP TS 23.038: 160 signs of the GSM-7 alphabet in one part, 153 in each of several, some signs
count twice; one sign outside of it makes the whole text UCS-2, with 70 and 67.
"""

from typing import NamedTuple

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
TWICE = frozenset("\f^{}\\[~]|€")


class Segments(NamedTuple):
    """What a text costs."""

    units: int  # signs as the network counts them
    parts: int
    is_unicode: bool
    left: int  # units until one more part is needed
    odd: tuple[str, ...]  # the signs that make it UCS-2, each once


def segments(text: str) -> Segments:
    """The parts of a text; the empty text has one."""
    odd = tuple(dict.fromkeys(sign for sign in text if sign not in GSM_7 and sign not in TWICE))
    if odd:
        sizes = [len(sign.encode("utf-16-be")) // 2 for sign in text]
        return counted(sizes, 70, 67, odd)
    return counted([2 if sign in TWICE else 1 for sign in text], 160, 153, odd)


def counted(sizes: list[int], single: int, several: int, odd: tuple[str, ...]) -> Segments:
    """Signs are never cut in two: one that needs two units may leave a hole in its part."""
    units = sum(sizes)
    if units <= single:
        return Segments(units, 1, bool(odd), single - units, odd)
    parts, used = 1, 0
    for size in sizes:
        if used + size > several:
            parts, used = parts + 1, 0
        used += size
    return Segments(units, parts, bool(odd), several - used, odd)
