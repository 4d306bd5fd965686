"""A file from before a merge: who was merged away does not come back as a new customer."""

from collections.abc import Callable
from pathlib import Path

import pytest

from customers.archiving import archive_customers
from customers.merging import merge
from customers.models import ChangeSet, Customer
from customers.undoing import undo
from tests.customers.importing.conftest import run_import
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]
SOURCE = ChangeSet.Source.BACK_OFFICE


@pytest.fixture
def ada() -> Customer:
    customer: Customer = CustomerFactory(first_name="Ada", email="", external_id="A-1")
    return customer


@pytest.fixture
def adda() -> Customer:
    customer: Customer = CustomerFactory(first_name="Adda", email="", external_id="A-2")
    return customer


@pytest.fixture
def file(write: Write, adda: Customer) -> Callable[[str], Path]:
    def with_column(key: str) -> Path:
        cell = {"External ID": "A-2", "Bookkinda ID": adda.pk}[key]
        return write(f"{key},Name,Note\n{cell},Adda,old\n")

    return with_column


@pytest.mark.parametrize("key", ["External ID", "Bookkinda ID"])
def test_who_was_merged_away_is_skipped_or_refused_until_the_undo(
    file: Callable[[str], Path], ada: Customer, adda: Customer, key: str
) -> None:
    last: Customer = CustomerFactory(first_name="Adah")
    merge(ada, adda, by=None, source=SOURCE)
    second = merge(last, ada, by=None, source=SOURCE).change_set

    assert run_import(file(key)).counts == {"skipped": 1}
    answer = run_import(file(key), "--existing", "update")
    undo(second, by=None, source=SOURCE)
    again = run_import(file(key), "--existing", "update")

    assert (answer.counts, again.counts) == ({"refused": 1}, {"refused": 1})
    assert f"merged into the one with ID {last.pk}" in answer.out
    assert f"merged into the one with ID {ada.pk}" in again.out
    assert Customer.objects.count() == 3


def test_where_the_kept_one_is_deleted_too_the_row_is_somebody_new(
    file: Callable[[str], Path], ada: Customer, adda: Customer
) -> None:
    merge(ada, adda, by=None, source=SOURCE)
    archive_customers(Customer.objects.filter(pk=ada.pk), by=None, source=SOURCE)

    assert run_import(file("External ID")).counts == {"new": 1}
