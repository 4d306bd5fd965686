"""Cells that are put right on the page before anything is imported."""

import pytest
from django.db.models import Count

from accounts.models import User
from customers.importing import steps
from customers.importing.fixing import fix_cell
from customers.importing.problems import NotNow
from customers.models import Customer, ImportRun
from tests.customers.importing.runs import check, checked, counts, problems, save
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
NAME, EMAIL, PHONE = 0, 1, 2


def stands(run: ImportRun) -> dict[int, str]:
    """Line -> what will become of it, and that the counts say so."""
    found = dict(run.rows.values_list("action").annotate(Count("line")).order_by())
    run.refresh_from_db()
    kept = {**run.counts, "skip": run.counts["skipped"]}
    assert found == {action: kept[action] for action in found}
    return dict(run.rows.order_by("line").values_list("line", "action"))


def test_a_cell_that_is_put_right_is_what_is_imported(owner: User):
    run = checked("Name,E-mail\nAda,ada@example\nBob,bob@example.org\n")
    assert "E-mail" in str(run.rows.get(line=2).problems)

    row = fix_cell(run, 2, EMAIL, "Ada@Example.org", by=owner)

    assert row.action == "new"
    assert counts(run) == {"new": 2}
    save(run)
    assert set(Customer.objects.values_list("email", flat=True)) == {
        "ada@example.org",
        "bob@example.org",
    }


def test_a_cell_that_is_still_wrong_says_what_is_wrong_with_it_now():
    run = checked("Name,E-mail\nAda,nonsense\n")

    row = fix_cell(run, 2, EMAIL, "still nonsense", by=None)

    assert row.action == "refused"
    assert row.cells == ["Ada", "still nonsense"]
    assert problems(run)[2]
    assert stands(run) == {2: "refused"}


def test_a_fix_can_make_the_row_a_customer_who_is_known():
    known = CustomerFactory(first_name="Ada", email="ada@example.org", phone="")
    run = checked("Name,E-mail,Phone\nAda,ada@,+44 7700 900121\n", existing="update")

    row = fix_cell(run, 2, EMAIL, "ada@example.org", by=None)

    assert (row.action, row.customer_id) == ("update", known.pk)
    assert stands(run) == {2: "update"}
    save(run)
    known.refresh_from_db()
    assert known.phone == "+447700900121"


def test_a_fix_that_says_what_another_row_says_needs_fixing_still():
    run = checked("Name,E-mail\nAda,nonsense\nBob,bob@example.org\n")

    fix_cell(run, 2, EMAIL, "bob@example.org", by=None)

    assert problems(run) == {2: "Row 3 has the same e-mail address."}
    assert stands(run) == {2: "refused", 3: "new"}
    fix_cell(run, 2, EMAIL, "ada@example.org", by=None)
    assert stands(run) == {2: "new", 3: "new"}


def test_rows_that_only_repeated_a_row_are_free_when_that_row_is_put_right():
    run = checked("Name,E-mail\nAda,x@example.org\nBob,x@example.org\nCy,x@example.org\n")
    assert stands(run) == {2: "new", 3: "refused", 4: "refused"}

    fix_cell(run, 2, EMAIL, "ada@example.org", by=None)

    assert stands(run) == {2: "new", 3: "new", 4: "refused"}
    assert problems(run) == {4: "Row 3 has the same e-mail address."}
    fix_cell(run, 3, EMAIL, "bob@example.org", by=None)
    assert stands(run) == {2: "new", 3: "new", 4: "new"}
    save(run)
    assert Customer.objects.count() == 3


def test_a_row_that_repeats_by_another_key_stays_where_it_is():
    run = checked(
        "Name,E-mail,External ID\nAda,x@example.org,A\nBob,x@example.org,B\nCy,c@example.org,B\n"
    )
    assert problems(run) == {
        3: "Row 2 has the same e-mail address.",
        4: "Row 3 has the same external ID.",
    }

    fix_cell(run, 2, EMAIL, "ada@example.org", by=None)

    assert stands(run) == {2: "new", 3: "new", 4: "refused"}


def test_rows_without_any_key_repeat_each_other_and_are_freed():
    run = checked("Name,Surname\nAda,Byron\nAda,Byron\n")
    assert stands(run) == {2: "new", 3: "refused"}

    fix_cell(run, 3, 1, "Lovelace", by=None)

    assert stands(run) == {2: "new", 3: "new"}


def test_shared_addresses_repeat_only_with_the_same_name():
    run = checked(
        "Name,E-mail\nAda,x@example.org\nAda,x@example.org\nBob,nonsense\n", shared_email=True
    )

    fix_cell(run, 4, EMAIL, "x@example.org", by=None)
    assert stands(run) == {2: "new", 3: "refused", 4: "new"}
    fix_cell(run, 4, NAME, "Ada", by=None)
    assert stands(run) == {2: "new", 3: "refused", 4: "refused"}


def test_what_was_put_right_stays_when_the_file_is_checked_again():
    run = checked("Name,E-mail\nAda,nonsense\nBob,bob@example.org\n")
    fix_cell(run, 2, EMAIL, "ada@example.org", by=None)

    check(run)

    assert counts(run) == {"new": 2}
    assert fix_cell(run, 2, EMAIL, "lovelace@example.org", by=None).email == "lovelace@example.org"


def test_who_changes_a_cell_that_somebody_else_changed_is_told(owner: User, manager: User):
    run = checked("Name,E-mail\nAda,nonsense\n")
    fix_cell(run, 2, EMAIL, "ada@example.org", by=owner, seen="nonsense")

    with pytest.raises(NotNow, match="ada@"):
        fix_cell(run, 2, EMAIL, "byron@example.org", by=manager, seen="nonsense")
    fix_cell(run, 2, EMAIL, "ada@example.org", by=manager, seen="nonsense")

    assert run.rows.get(line=2).email == "ada@example.org"


def test_a_row_that_is_imported_already_cannot_be_fixed():
    run = checked("Name,E-mail\nAda,nonsense\nBob,bob@example.org\n")
    fix_cell(run, 2, EMAIL, "ada@example.org", by=None)
    run.rows.filter(line=2).update(done=True)

    with pytest.raises(NotNow, match="imported already"):
        fix_cell(run, 2, EMAIL, "byron@example.org", by=None)


def test_a_row_that_needs_no_fixing_a_missing_row_and_a_missing_column_are_refused():
    run = checked("Name,E-mail\nAda,nonsense\nBob,bob@example.org\n")

    for line, column in ((3, EMAIL), (9, EMAIL), (2, 2), (2, -1)):
        with pytest.raises(NotNow):
            fix_cell(run, line, column, "x@example.org", by=None)

    assert not run.fixes.exists()


@pytest.mark.parametrize("state", ["uploaded", "checking", "saving", "done"])
def test_nothing_is_fixed_before_the_check_nor_while_it_is_imported(state: str):
    run = checked("Name,E-mail\nAda,nonsense\n")
    ImportRun.objects.filter(pk=run.pk).update(state=state)

    with pytest.raises(NotNow):
        fix_cell(run, 2, EMAIL, "ada@example.org", by=None)


def test_a_row_that_is_too_long_can_be_put_right():
    run = checked("Name,E-mail\nAda,ada@example.org,oops\n")

    fix_cell(run, 2, 2, "", by=None)

    assert stands(run) == {2: "new"}


def test_a_stopped_import_takes_what_was_put_right_when_it_goes_on():
    run = checked("Name,E-mail\nAda,nonsense\nBob,bob@example.org\n")
    steps.start_saving(run)
    steps.stop(run)
    fix_cell(run, 2, EMAIL, "ada@example.org", by=None)

    save(run)

    assert run.state == ImportRun.State.DONE
    assert Customer.objects.count() == 2
