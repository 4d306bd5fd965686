"""What a person decides about a file: on the pages of the wizard and on the command line alike."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

EXISTING = ("skip", "update", "fill")


@dataclass(frozen=True)
class ImportOptions:
    """Two runs with the same options do the same.

    `existing` says what becomes of customers who are known, `match` by what they are known, `told`
    which field a column is (header, or #3 for the third -> name of a field, or "" for none).
    `country` is that of phone numbers without a country code; blank is that of the business.
    """

    existing: str = "skip"
    match: tuple[str, ...] = ("id", "external_id", "email")
    told: dict[str, str] = field(default_factory=dict)
    country: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    date_order: str = ""
    tags: tuple[str, ...] = ()
    clear_blanks: bool = False
    shared_email: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The options that a run keeps; what an older version did not know yet is as by default."""
        known = {one.name for one in fields(cls)}
        values: dict[str, Any] = {name: kept[name] for name in known & kept.keys()}
        for name in ("match", "tags"):
            if name in values:
                values[name] = tuple(values[name])
        return cls(**values)
