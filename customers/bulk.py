"""One act on many customers: at once when they are few, by the worker when they are not.

Acts of an app that stands above this one are registered from its `AppConfig.ready`.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import models, transaction
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.models import User
from bookkinda import jobs
from customers.archiving import archive_customers, restore_customers
from customers.erasing import erase_customers
from customers.history import Pause, no_pause, open_change_set
from customers.importing.taken import customers_of
from customers.models import Access, ChangeSet, Customer, ImportRun, Tag
from customers.querysets import CustomerQuerySet
from customers.search import find_archived, find_customers
from customers.tagging import tag_customers
from customers.undoing import begin_undo, undo

JOB = "customers.bulk"
AT_ONCE = 2_000  # customers in one request: a second or two
LOGINS_AT_ONCE = 500  # the same time: for each a login, a message and its job


class Action(models.TextChoices):
    DELETE = "delete", _("Delete")
    RESTORE = "restore", _("Restore")
    TAG = "tag", _("Tag")
    ERASE = "erase", _("Erase for good")
    ALLOW = "allow", _("Allow to login")
    REVOKE = "revoke", _("Revoke login")


PERMISSIONS: dict[str, str] = {
    Action.DELETE: roles.ARCHIVE,
    Action.RESTORE: roles.ARCHIVE,
    Action.TAG: roles.CHANGE,
    Action.ERASE: roles.ERASE,
    Action.ALLOW: roles.SEND,
    Action.REVOKE: roles.SEND,
}
KINDS = {
    Action.DELETE: ChangeSet.Kind.ARCHIVE,
    Action.RESTORE: ChangeSet.Kind.RESTORE,
    Action.TAG: ChangeSet.Kind.TAG,
    Action.ERASE: ChangeSet.Kind.ERASE,
    Action.ALLOW: ChangeSet.Kind.ALLOW,
    Action.REVOKE: ChangeSet.Kind.REVOKE,
}
IN_THE_ARCHIVE = (Action.RESTORE, Action.ERASE)
# Of apps above: called with the customers, by, source, change_set and pause.
registered: dict[str, Callable[..., object]] = {}


def register(action: Action, act: Callable[..., object]) -> None:
    """Let this function do what the action says."""
    registered[action] = act


def who_is_meant(
    action: str, *, query: str | None, pks: Sequence[int], run: int | None = None
) -> CustomerQuerySet:
    """The customers that an act is about: all whom an import brought and who never had a login, or
    all that match the query string, else those picked.

    Restore and erase look in the archive, everything else outside of it.
    """
    if run is not None:
        return customers_of(ImportRun.objects.get(pk=run)).filter(access=Access.NONE)
    archived = action in IN_THE_ARCHIVE
    if query is not None:
        params = QueryDict(query)
        found = find_archived(params) if archived else find_customers(params)
        return found.order_by("pk")
    picked: CustomerQuerySet = Customer.objects.filter(pk__in=pks)
    return picked.archived() if archived else picked.live()


def begin(
    action: str,
    *,
    by: User,
    source: ChangeSet.Source,
    query: str | None,
    pks: Sequence[int],
    tags: dict[str, list[int]],
    run: int | None = None,
) -> ChangeSet:
    """Do it, or let the worker do it: then the change set has a plan until it is done."""
    plan = {"action": action, "query": query, "pks": list(pks), "run": run, **tags}
    total = who_is_meant(action, query=query, pks=pks, run=run).count()
    with transaction.atomic():
        change_set = open_change_set(KINDS[Action(action)], by=by, source=source)
        hand_over(change_set, plan, total)
    return finish_if_few(change_set)


def begin_undoing(undone: ChangeSet, *, by: User, source: ChangeSet.Source) -> ChangeSet:
    """Undo it, or let the worker undo it. Raises CannotUndo."""
    if undone.kind == ChangeSet.Kind.MERGE:
        return undo(undone, by=by, source=source).change_set
    with transaction.atomic():
        change_set = begin_undo(undone, by=by, source=source)
        hand_over(change_set, {"action": "undo"}, undone.size)
    return finish_if_few(change_set)


def hand_over(change_set: ChangeSet, plan: dict[str, Any], total: int) -> None:
    """Write down what is to be done; the job holds an id only, because a search may be a name."""
    change_set.plan, change_set.total = plan, total
    if total > (LOGINS_AT_ONCE if plan["action"] in registered else AT_ONCE):
        payload = {"change_set": change_set.pk}
        change_set.job = jobs.enqueue(JOB, payload, priority=jobs.Job.Priority.BULK)
    change_set.save(update_fields=["plan", "total", "job"])


def finish_if_few(change_set: ChangeSet) -> ChangeSet:
    if change_set.job is None:
        carry_out(change_set)
        change_set.refresh_from_db()
    return change_set


def carry_out(change_set: ChangeSet, pause: Pause = no_pause) -> None:
    """Do what the plan says, or what is left of it: each part of it is done once."""
    plan = change_set.plan
    if plan is None:
        return
    act: dict[str, Any] = {
        "by": change_set.by, "source": ChangeSet.Source(change_set.source), "pause": pause,
    }  # fmt: skip
    if change_set.undoes is not None:
        undo(change_set.undoes, undoing=change_set, **act)
        return
    act["change_set"] = change_set
    customers = who_is_meant(
        plan["action"], query=plan["query"], pks=plan["pks"], run=plan.get("run")
    )
    match plan["action"]:
        case Action.DELETE:
            archive_customers(customers, **act)
        case Action.RESTORE:
            restore_customers(customers, **act)
        case Action.ERASE:
            erase_customers(customers, **act)
        case Action.TAG:
            add, remove = (Tag.objects.filter(pk__in=plan[key]) for key in ("add", "remove"))
            tag_customers(customers, add=list(add), remove=list(remove), **act)
        case action:
            registered[action](customers, **act)
