"""What colleagues change between the check of a file and its merge."""

from collections.abc import Callable
from pathlib import Path

import pytest

from customers.importing.runs import ImportOptions, import_file
from customers.importing.staging import refused_rows
from customers.models import ChangeSet, Customer
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


def test_an_external_id_given_away_after_the_check_costs_its_own_row_only(write: Write):
    CustomerFactory(email="known@example.org")
    one, two = CustomerFactory.create_batch(2)
    path = write("Name,E-mail,External ID\nKnown,known@example.org,X\nNew,,Y\nGood,,Z\n")

    def give_away(stage: str, done: int, total: int) -> None:
        if stage == "checking":
            Customer.objects.filter(pk=one.pk).update(external_id="X")
            Customer.objects.filter(pk=two.pk).update(external_id="Y")

    work = import_file(
        path, name="late.csv", options=ImportOptions(existing="update"), by=None,
        source=ChangeSet.Source.COMMAND, progress=give_away,
    )  # fmt: skip

    assert {name: number for name, number in work.counts.items() if number} == {
        "new": 1,
        "refused": 2,
    }
    refused = {row.line: row for row in refused_rows(work.run.pk)}
    assert {line: row.cells for line, row in refused.items()} == {
        2: ["Known", "known@example.org", "X"],
        3: ["New", "", "Y"],
    }
    assert f"ID {two.pk} has this external ID" in str(refused[3].problems)
    assert Customer.objects.get(external_id="Z").first_name == "Good"
