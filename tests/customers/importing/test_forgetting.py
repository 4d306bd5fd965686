"""How long the rows of imported files stay, and what undoing an import does."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import User
from customers.erasing import erase_customers
from customers.importing.forgetting import forget_old_rows
from customers.models import ChangeSet, Customer, ImportRow, ImportRun
from customers.undoing import begin_undo, undo
from tests.customers.importing.conftest import run_import

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]
SOURCE = ChangeSet.Source.BACK_OFFICE


def test_rows_are_gone_after_thirty_days_and_the_run_stays(write: Write):
    run_import(write("Name\nAda\n"))
    forget_old_rows()
    assert ImportRow.objects.count() == 1

    ImportRun.objects.update(started_at=timezone.now() - timedelta(days=31))
    forget_old_rows()

    assert not ImportRow.objects.exists()
    assert ImportRun.objects.get().counts["new"] == 1


def test_a_dry_run_that_was_killed_is_gone_after_a_day():
    run = ImportRun.objects.create(file_name="x", digest="")
    ImportRow.objects.create(run=run, line=2, action="new", first_name="Ada")
    ImportRun.objects.update(started_at=timezone.now() - timedelta(days=2))

    forget_old_rows()

    assert not ImportRun.objects.exists()
    assert not ImportRow.objects.exists()


def test_rows_of_earlier_runs_of_a_file_are_gone_when_a_later_one_is_done(write: Write):
    path = write("Name\nAda\nBob\n")
    run_import(path)
    run_import(path)

    assert ImportRun.objects.count() == 2
    assert ImportRow.objects.count() == 2


def test_an_import_can_be_undone(write: Write, owner: User):
    Customer.objects.create(first_name="Old", email="old@example.org", note="before")
    path = write("Name,E-mail,Note\nAda,ada@example.org,\nOld,old@example.org,after\n")
    run_import(path, "--existing", "update")
    done = ChangeSet.objects.get()

    undo(done, by=owner, source=SOURCE, undoing=begin_undo(done, by=owner, source=SOURCE))

    assert Customer.objects.live().get().note == "before"
    assert run_import(path).counts == {"new": 1, "skipped": 1}


def test_erasing_reaches_staged_rows_also_refused_ones(write: Write, owner: User):
    run_import(write("Name,E-mail\nAda,ada@example.org\nAda L.,ADA@example.org\nBob,\n"))
    ada = Customer.objects.filter(email="ada@example.org")

    erase_customers(ada, by=owner, source=SOURCE)

    assert list(ImportRow.objects.values_list("first_name", flat=True)) == ["Bob"]
