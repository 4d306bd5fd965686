"""Several people press at the same moment, each by their own connection."""

from functools import partial

import pytest

from bookkinda.jobs import Job
from bookkinda.worker import run_due_jobs
from customers.bulk import begin_undoing
from customers.importing import steps
from customers.importing.fixing import fix_cell
from customers.importing.problems import NotNow
from customers.models import ChangeSet, Customer, ImportRun
from customers.undoing import CannotUndo
from tests.at_once import all_at_once as at_once
from tests.customers.importing.runs import checked, counts, save

pytestmark = pytest.mark.django_db(transaction=True)
State = ImportRun.State
all_at_once = partial(at_once, refusals=(NotNow, CannotUndo))
WRONG = "\n".join(["Name,E-mail", *(f"Name {n},wrong" for n in range(6))])


def again(run: ImportRun) -> ImportRun:
    """The same run, as another person has it."""
    return ImportRun.objects.get(pk=run.pk)


def test_four_presses_are_one_import():
    run = checked("Name\nAda\nBob\n")
    four = [again(run) for _press in range(4)]

    answers = all_at_once(*((steps.start_saving, one) for one in four))

    assert answers == {"done": 4}
    assert Job.objects.filter(kind=steps.SAVE).count() == 1
    run_due_jobs()
    assert Customer.objects.count() == 2


def test_people_who_fix_different_cells_at_once_all_have_theirs():
    run = checked(WRONG)
    ways = [
        (partial(fix_cell, by=None), again(run), line, 1, f"n{line}@example.org")
        for line in range(2, 5)
    ]

    answers = all_at_once(*ways)

    run.refresh_from_db()
    assert answers == {"done": 3}
    assert counts(run) == {"new": 3, "refused": 3}
    assert counts(save(run)) == {"new": 3, "refused": 3}


def test_two_who_make_their_rows_say_the_same_do_not_both_succeed():
    run = checked(WRONG)
    ways = [
        (partial(fix_cell, by=None), again(run), line, 1, "same@example.org") for line in (2, 3)
    ]

    all_at_once(*ways)

    run.refresh_from_db()
    assert counts(run) == {"new": 1, "refused": 5}


def test_an_import_goes_on_or_is_undone_but_not_both():
    run = save(checked("Name\nAda\nBob\n"))
    ImportRun.objects.update(state=State.STOPPED)
    act = run.change_set
    mine, theirs = again(run), again(run)

    all_at_once(
        (partial(begin_undoing, by=None, source=ChangeSet.Source.BACK_OFFICE), act),
        (steps.start_saving, mine),
    )

    theirs.refresh_from_db()
    if theirs.state == State.SAVING:
        assert not ChangeSet.objects.filter(undoes=act).exists()
    else:
        assert not Customer.objects.live().exists()
