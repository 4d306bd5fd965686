"""Acts that ended before their end: a request that was killed, a job that the worker gave up."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from bookkinda.jobs import Job
from customers import bulk, history
from customers.bulk import Action
from customers.models import ChangeSet, Customer
from customers.undoing import CannotUndo
from tests.factories import CustomerFactory

SOURCE = ChangeSet.Source.BACK_OFFICE
pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The process is gone."""


def die() -> None:
    raise Killed


@pytest.fixture
def half_deleted(manager: User, monkeypatch: pytest.MonkeyPatch) -> ChangeSet:
    """A bulk delete of two, killed between its two transactions a while ago."""
    monkeypatch.setattr(history, "CHUNK", 1)
    CustomerFactory.create_batch(2)
    act = history.open_change_set(ChangeSet.Kind.ARCHIVE, by=manager, source=SOURCE)
    bulk.hand_over(act, {"action": Action.DELETE, "query": "", "pks": []}, 2)
    with pytest.raises(Killed):
        bulk.carry_out(act, die)
    act.at = timezone.now() - timedelta(minutes=5)
    act.save()
    assert Customer.objects.live().count() == 1
    return act


def test_what_was_done_of_a_killed_act_can_be_undone(
    client: Client, manager: User, half_deleted: ChangeSet
) -> None:
    client.force_login(manager)
    page = client.get(reverse("customers:change", args=[half_deleted.pk]))
    assert page.context["failed"]
    assert page.context["undoable"]

    client.post(reverse("customers:undo", args=[half_deleted.pk]))

    assert Customer.objects.live().count() == 2


def test_an_act_that_is_still_under_way_cannot_be_undone(
    manager: User, half_deleted: ChangeSet
) -> None:
    half_deleted.job = Job.objects.create(kind=bulk.JOB, state=Job.State.RUNNING)
    half_deleted.save()

    with pytest.raises(CannotUndo):
        bulk.begin_undoing(half_deleted, by=manager, source=SOURCE)


def test_an_undo_that_stopped_goes_on_and_a_finished_one_does_not(manager: User) -> None:
    CustomerFactory.create_batch(2)
    deleted = bulk.begin(Action.DELETE, by=manager, source=SOURCE, query="", pks=[], tags={})
    undoing = history.open_change_set(
        ChangeSet.Kind.UNDO, by=manager, source=SOURCE, undoes=deleted
    )
    undoing.plan, undoing.at = {"action": "undo"}, timezone.now() - timedelta(minutes=5)
    undoing.save()

    assert bulk.begin_undoing(deleted, by=manager, source=SOURCE) == undoing
    assert Customer.objects.live().count() == 2
    with pytest.raises(CannotUndo):
        bulk.begin_undoing(deleted, by=manager, source=SOURCE)
