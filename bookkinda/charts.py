"""Columns of a small chart, as places in an SVG. Colours and fonts are the style sheet's."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

WIDTH, HEIGHT = 360, 168
TOP, FOOT = 22, 24  # room for the number above a column and for the words below it
WIDEST = 34
GAP = 2  # between the two parts of a column


@dataclass(frozen=True)
class Column:
    """What a column stands for. `more` is drawn on top of `count`, in another way; `is_least`
    says that there may be more than were counted."""

    label: str
    count: int
    more: int = 0
    is_now: bool = False
    is_least: bool = False


class Part(NamedTuple):
    """A rectangle of a column."""

    kind: str  # "count" or "more"
    y: float
    height: float


@dataclass(frozen=True)
class Drawn:
    """A column with its place: `x` and `width` of the rectangles, the middle for its words."""

    column: Column
    x: float
    width: float
    parts: list[Part]
    number_y: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def number(self) -> str:
        """What stands above: the count without what is drawn on top of it; nothing over an empty
        place, which is seen as it is."""
        count = f"{self.column.count}{'+' if self.column.is_least else ''}"
        return count if self.parts else ""


@dataclass(frozen=True)
class Chart:
    """A chart ready to be written."""

    columns: list[Drawn]
    width: int = WIDTH
    height: int = HEIGHT
    base: int = HEIGHT - FOOT
    words_y: int = HEIGHT - 7

    @property
    def has_more(self) -> bool:
        return any(drawn.column.more for drawn in self.columns)


def draw(each: Iterable[Column]) -> Chart:
    """The columns side by side; the highest one fills the height. Of nothing, a bare line."""
    columns = list(each)
    most = max((column.count + column.more for column in columns), default=0) or 1
    room = WIDTH / max(len(columns), 1)
    width = round(min(WIDEST, room * 0.62), 1)
    drawn = []
    for index, column in enumerate(columns):
        parts = stacked(column, (HEIGHT - TOP - FOOT) / most)
        top = parts[-1].y if parts else HEIGHT - FOOT
        x = round(room * index + (room - width) / 2, 1)
        drawn.append(Drawn(column, x, width, parts, round(top - 6, 1)))
    return Chart(drawn)


def stacked(column: Column, unit: float) -> list[Part]:
    """The rectangles of a column from the base line up; `unit` is the height of one."""
    parts: list[Part] = []
    base = float(HEIGHT - FOOT)
    for kind, number in (("count", column.count), ("more", column.more)):
        if number:
            gap = GAP if parts else 0
            height = round(max(number * unit - gap, 1), 1)
            base = round(base - gap - height, 1)
            parts.append(Part(kind, base, height))
    return parts
