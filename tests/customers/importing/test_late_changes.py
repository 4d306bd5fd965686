"""What colleagues change between the check of a file and its merge."""

from collections.abc import Callable
from pathlib import Path

import pytest

from customers.importing.runs import ImportOptions, import_file
from customers.importing.staging import refused_rows
from customers.merging import merge
from customers.models import ChangeSet, Customer
from tests.customers.importing.runs import checked, counts, problems, save
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


def test_two_rows_that_turn_out_to_be_one_customer_do_not_overwrite_each_other():
    table = "Name,E-mail,Phone\nAda,ada@example.org,\nBob,,+447700900123\nCy,,\n"
    run = checked(table, match=["email", "phone"], existing="update")
    assert counts(run) == {"new": 3}
    both = CustomerFactory(email="ada@example.org", phone="+447700900123")

    save(run)

    assert counts(run) == {"new": 1, "update": 1, "refused": 1}
    assert problems(run) == {3: "Row 2 is the same customer."}
    both.refresh_from_db()
    assert both.first_name == "Ada"


def test_who_was_merged_away_after_the_check_is_said_to_be_merged_and_not_deleted():
    ada, adda = CustomerFactory(), CustomerFactory(email="adda@example.org", note="kept")
    run = checked("Name,E-mail,Note\nAdda,adda@example.org,old\n", existing="update")
    merge(ada, adda, by=None, source=ChangeSet.Source.BACK_OFFICE)

    save(run)

    assert problems(run) == {2: f"This customer was merged into the one with ID {ada.pk}."}
