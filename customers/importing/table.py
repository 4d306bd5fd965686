"""What every file becomes: headers, and rows that can be gone through more than once."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_ROWS = 1_000_000

Row = tuple[int, list[str]]


@dataclass
class Table(ABC):
    """A table that can be gone through more than once. Rows are numbered as spreadsheets do."""

    headers: list[str]
    digest: str
    about: str
    notes: list[str] = field(default_factory=list)
    most_rows: int = MOST_ROWS
    delimiter: str = ","
    is_guarded: bool = False  # whether a leading ' stands for "no formula" (cells.py)
    spare: dict[int, list[int]] = field(default_factory=dict)  # headers.stand_ins

    @abstractmethod
    def rows(self) -> Iterator[Row]:
        """Each row below the headers, blank ones too, with its number."""
