"""What people really send, and the answer expected for each record of it."""

import json
from pathlib import Path

import pytest

from customers.models import Customer, ImportRow
from tests.customers.importing.conftest import run_import

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent.parent.parent / "data"
FILE = DATA / "customers-messy.csv"
EXPECTED = json.loads((DATA / "customers-messy.expected.json").read_text(encoding="utf-8"))


def test_every_record_of_the_messy_file_gets_the_expected_answer():
    answer = run_import(FILE)

    assert answer.status == 1
    done = dict(ImportRow.objects.values_list("line", "action"))
    found = {
        row["line_of_record"]: done.get(row["line_of_record"], "ignored")
        for row in EXPECTED["rows"]
    }
    wanted = {
        row["line_of_record"]: row["expected"].partition(";")[0].partition(":")[0]
        for row in EXPECTED["rows"]
    }
    assert found == wanted
    counts = EXPECTED["counts"]
    assert answer.counts == {
        "new": counts["new"], "refused": counts["refused"], "blank": counts["ignored"]
    }  # fmt: skip


def test_refused_records_are_refused_for_what_is_wrong_with_them():
    problems = run_import(FILE).problems()

    for row, words in {
        12: "name is missing", 13: "not an e-mail", 14: "too short", 15: "spreadsheet",
        16: "no such day", 17: "future", 18: "Row 2", 20: "gender", 27: "more cells",
        29: "300 characters", 30: "before @",
    }.items():  # fmt: skip
        assert words in problems[row], problems[row]


def test_values_are_stored_as_they_were_meant():
    run_import(FILE)

    def get(email: str) -> Customer:
        return Customer.objects.get(email=email)

    assert get("sebnem@example.org").date_of_birth.isoformat() == "1992-04-03"
    assert get("siobhan.obrien@example.org").date_of_birth.isoformat() == "1979-02-01"
    assert get("jl.delacruz@example.org").note == 'says "call me"; twice'
    assert get("jl.delacruz@example.org").phone == "+447700900124"
    assert get("formula@example.org").first_name == "=1+1"
    assert get("zoe@example.org").full_name == "Zoë Lee"
    assert get("multi@example.org").note == "first line\nsecond line"
    assert get("bell@example.org").first_name == "Control"
    assert get("ozgur.yilmaz@example.org").name_key == "yilmaz ozgur"
    assert get("ada@example.org").birthday == 1210


def test_the_same_file_again_adds_nothing():
    run_import(FILE)
    before = list(Customer.objects.order_by("pk").values_list("pk", "version", "changed_at"))

    again = run_import(FILE)

    assert again.counts == {"skipped": 18, "refused": 11, "blank": 1}
    assert (
        list(Customer.objects.order_by("pk").values_list("pk", "version", "changed_at")) == before
    )


def test_the_same_file_with_other_options_adds_nothing():
    run_import(FILE)
    assert run_import(FILE, "--existing", "update").counts["unchanged"] == 18
    assert Customer.objects.count() == 18
