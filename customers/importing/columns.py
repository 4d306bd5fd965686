"""Headers -> fields, by meaning: what programs and people in several languages call a column."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from customers.importing.headers import refuse_wide
from customers.importing.meanings import IGNORE, MEANINGS, NAME_ALONE, key_of, preset_of
from customers.importing.problems import FileRefused
from customers.resources import Column, all_columns


@dataclass(frozen=True)
class Mapped:
    """Which cell of a row is which field, and the headers that are not read."""

    cells: dict[int, Column]
    not_read: list[str] = field(default_factory=list)
    without_header: list[int] = field(default_factory=list)

    def position(self, name: str) -> int | None:
        """The cell that holds the field, if one does."""
        return next((at for at, column in self.cells.items() if column.name == name), None)


def match_columns(headers: Sequence[str], told: Mapping[str, str]) -> Mapped:
    """Give each column its field. `told` is what a person decided: header (or #3) -> field or "".

    Raises FileRefused when two columns are the same field, when `told` names a header or field
    that is not there, or when no column is a name, an e-mail or an ID.
    """
    refuse_wide(headers)
    names = meanings(headers)
    decided = decide(headers, told)
    settled = {name for name in decided.values() if name}
    names = [decided.get(at, None if name in settled else name) for at, name in enumerate(names)]
    refuse_twice(headers, names)
    columns = {column.name: column for column in all_columns()}
    cells = {at: columns[name] for at, name in enumerate(names) if name}
    if not {"first_name", "email", "external_id", "id"} & {
        column.name for column in cells.values()
    }:
        raise FileRefused(
            _("No column is known as the name. The headers are: %(headers)s.")
            % {"headers": ", ".join(header for header in headers if header)[:300]},
            hint=_('Say which: --map "Header=first_name".'),
        )
    return Mapped(
        cells,
        [header for at, header in enumerate(headers) if header and names[at] is None],
        [at for at, header in enumerate(headers) if not header and at not in cells],
    )


def meanings(headers: Sequence[str]) -> list[str | None]:
    """The field of each header, None where it is not known or another column is the field rather.

    "Name" is the surname beside "Vorname" or "Prénom", and the name where it stands alone. A mobile
    number goes before a phone at home. In the file of a program that we know, what it means by a
    header counts.
    """
    keys = [key_of(header) for header in headers]
    ours = {key_of(column.heading): column.name for column in all_columns()}
    ours[key_of(wrong_heading())] = IGNORE
    found = [MEANINGS.get(key) or (ours.get(key), 0) for key in keys]
    best: dict[str, int] = {}
    for name, rank in found:
        if name:
            best[name] = min(rank, best.get(name, rank))
    names = [None if name and rank > best[name] else name for name, rank in found]
    names = settle_names(names)
    preset = preset_of(keys)
    return [preset.get(key, name) for key, name in zip(keys, names, strict=True)]


def wrong_heading() -> str:
    """The heading of the column that the error file adds. It is not read."""
    return _("What is wrong")


def settle_names(names: list[str | None]) -> list[str | None]:
    """The fields with each "name" settled: the first name, the surname, or neither."""
    if NAME_ALONE not in names:
        return names
    has_first, has_last = "first_name" in names, "last_name" in names
    stands_for = "first_name" if not has_first else None if has_last else "last_name"
    return [stands_for if name == NAME_ALONE else name for name in names]


def decide(headers: Sequence[str], told: Mapping[str, str]) -> dict[int, str]:
    """What was told, by position. Raises FileRefused for a header or field that is not there."""
    fields = {column.name for column in all_columns() if not column.is_readonly}
    decided = {}
    for header, name in told.items():
        if name and name not in fields:
            raise FileRefused(
                _("There is no field %(name)s. The fields are: %(fields)s.")
                % {"name": name, "fields": ", ".join(sorted(fields))}
            )
        decided[find_header(headers, header)] = name
    return decided


def find_header(headers: Sequence[str], header: str) -> int:
    """The position of a header, in any spelling, or of #3 = the third column."""
    if re.fullmatch(r"#[1-9]\d*", header) and int(header[1:]) <= len(headers):
        return int(header[1:]) - 1
    if header in headers:
        return headers.index(header)
    keys = [key_of(known) for known in headers]
    if key_of(header) in keys:
        return keys.index(key_of(header))
    raise FileRefused(
        _("There is no column %(header)s. The headers are: %(headers)s.")
        % {"header": header, "headers": ", ".join(headers)[:300]}
    )


def refuse_twice(headers: Sequence[str], names: Sequence[str | None]) -> None:
    """Raises FileRefused when two columns claim one field."""
    for name in {name for name in names if name and names.count(name) > 1}:
        claims = [f"#{at + 1} {headers[at]}" for at in range(len(names)) if names[at] == name]
        raise FileRefused(
            _("More than one column is the %(field)s: %(columns)s.")
            % {"field": all_columns([name])[0].heading.lower(), "columns": ", ".join(claims)},
            hint=_('Say which: --map "#%(at)s=%(name)s".')
            % {"at": names.index(name) + 1, "name": name},
        )
