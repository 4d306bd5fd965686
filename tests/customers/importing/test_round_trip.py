"""Whatever an export writes, reading gives back: the identity, for each form of file.

The same through the database, with fewer examples, is in tests/customers/test_exporting.py.
"""

import os
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from customers.cells import join_names
from customers.exporting import Format, pieces
from customers.importing.checking import RowChecker, survey
from customers.importing.columns import match_columns
from customers.importing.reading import open_table
from customers.resources import GUARDED, Conventions, all_columns
from customers.values import Phone, clean_line, clean_text

TODAY = date(2026, 6, 1)
FORMS = {
    "commas": Format("csv", ","),
    "semicolons": Format("csv", ";"),
    "no mark": Format("csv", ",", with_mark=False),
    "workbook": Format("xlsx"),
    "cards": Format("vcf"),
}
TRAPS = [
    "=1+1", "+1", "-1", "@A1", "'=1", "''", "'", '"', '""', ";", ",", "a;=b", "a,\n+b", "\\", "\\n",
    "\\,", "a\\;b", "BEGIN:VCARD", "END:VCARD", "sep=;", "_x000D_", "&amp;", "]]>", "=C3=96",
    "\u2028", "a:b", "e\u0301", "ﬁ", "🎉\u200d", "محمد", "1,5", "007", "1e5", "None", "nan",
    "12/31", "\u00a0x", "a ::: b", "What is wrong", "Name",
]  # fmt: skip
LETTERS, TRAP = st.text(max_size=40), st.sampled_from(TRAPS)
TEXT = st.one_of(LETTERS, TRAP, st.lists(TRAP).map("".join))


def line(longest: int) -> Any:
    return TEXT.map(lambda text: clean_line(text[:longest], longest))


def phone_in(cell: str) -> Phone:
    number, _sign, extension = cell.partition(" ext. ")
    return Phone(number, extension)


PERSON = st.fixed_dictionaries(
    {
        "id": st.integers(1, 10**12).map(str),
        "external_id": line(100).filter(lambda text: not GUARDED.fullmatch(text)),
        "first_name": line(100).filter(bool),
        "last_name": line(100),
        "email": st.sampled_from(["", "a@example.org", "x.y+z@sub.example.org"]),
        "phone": st.sampled_from(["", "+447700900123", "+390612345678 ext. 12", "+905320000123"]),
        "gender": st.sampled_from(["", "female", "male", "other"]),
        "date_of_birth": st.none() | st.dates(date(1900, 1, 1), TODAY),
        "tags": st.lists(
            line(40).filter(bool), max_size=4, unique_by=str.lower
        ).map(join_names),
        "note": TEXT.map(lambda text: clean_text(text, 1000)),
        "language": st.sampled_from(["", "en", "tr", "pt-br", "zh-hans"]),
        "time_zone": st.sampled_from(["", "Europe/London", "UTC"]),
    }
)  # fmt: skip


def read_back(data: bytes, path: Path) -> list[dict[str, Any]]:
    path.write_bytes(data)
    table = open_table(path)
    mapped = match_columns(table.headers, {})
    order = survey(table, mapped, "GB").order
    conventions = Conventions("GB", order.day_first, TODAY)
    checker = RowChecker(table.headers, mapped, conventions, is_guarded=table.is_guarded)
    rows = checker.check_all(list(table.rows()))
    assert [row.problems for row in rows] == [[]] * len(rows)
    return [row.values for row in rows]


def as_stored(person: dict[str, Any]) -> dict[str, Any]:
    """What a row of the person says: what is not blank, each value as it is stored."""
    known = {name: value for name, value in person.items() if value}
    known["id"] = int(known["id"])
    if "phone" in known:
        known["phone"], known["phone_extension"] = phone_in(known["phone"])
    if "tags" in known:
        tags = next(column for column in all_columns() if column.name == "tags")
        known["tags"] = tags.widget.clean(known["tags"])
    return known


@pytest.mark.parametrize("form", FORMS)
@settings(
    max_examples=int(os.environ.get("ROUND_TRIPS", "15")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(people=st.lists(PERSON, min_size=1, max_size=12))
def test_what_was_exported_is_read_as_it_was(form: str, people: list[dict[str, Any]]):
    columns = [column for column in all_columns() if not column.is_readonly]
    batch = [[person[column.name] for person in people] for column in columns]
    data = b"".join(pieces(columns, [batch], FORMS[form]))

    with tempfile.TemporaryDirectory() as folder:
        found = read_back(data, Path(folder) / "export.bin")

    assert found == [as_stored(person) for person in people]
