"""How a person or a message looks on a page: plain functions of their words."""

from zlib import crc32

from django import template

register = template.Library()

TONES = ("pine", "green", "amber", "red", "blue", "violet")
ICONS = {"success": "circle-check", "warning": "triangle-alert", "error": "circle-alert"}


@register.filter
def initials(name: str) -> str:
    """The first letters of the first and the last word: "Ada King Lovelace" gives "AL"."""
    letters = [
        letter for word in str(name).split() if (letter := next(filter(str.isalnum, word), ""))
    ]
    return "".join([*letters[:1], *letters[1:][-1:]]).upper()


@register.filter
def tone(name: str) -> str:
    """The colour of a person's avatar, the same for the same name on every page and machine."""
    return TONES[crc32(str(name).encode()) % len(TONES)]


@register.filter
def level_icon(level: str) -> str:
    """The icon of a message's level, such as "success"."""
    return ICONS.get(level, "info")


@register.filter
def undoes(tags: str | None, kind: str = "undo") -> int | None:
    """The change set that a message with these extra tags offers to undo: 7 for "undo:7".

    With another kind, the number that this one has: 3 for "apart:3"."""
    for tag in (tags or "").split():
        name, _, number = tag.partition(":")
        if name == kind and number.isdecimal():
            return int(number)
    return None


@register.filter
def within(path: str, place: str) -> bool:
    """Whether the address is the place or lies below it; an empty place holds nothing."""
    return bool(place) and path.startswith(place)
