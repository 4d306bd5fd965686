"""Class H: customers are carried off by somebody who may not export them.

Amelia CVE-2026-104992 and CVE-2026-107616; pretix CVE-2026-9712 (a file fetched by whoever knew
its number). The permission is one of its own, and a file belongs to whoever asked for it.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from customers.models import Customer, ExportRun
from tests.attacks.walking import Person, browser_of, pages
from tests.factories import CustomerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
# The words by which our own export is asked for, and those of others.
CHOSEN = {
    "form": "csv", "who": "all", "scope": "all", "query": "", "columns": ["email", "first_name"],
    "format": "csv", "action": "export", "confirmed": "1", "download": "1", "export": "csv",
}  # fmt: skip
SECRET = b"carried-off@example.org"


@pytest.fixture
def ada(db: None) -> Customer:
    return CustomerFactory(first_name="Ada", email=SECRET.decode())


def kept_for(user: User) -> ExportRun:
    """A file that the worker wrote for this person, ready to be fetched."""
    run = ExportRun(by=user, format="csv", file_name="c.csv", count=1)
    run.kept_until = timezone.now() + timedelta(hours=1)
    run.file.save("c.csv", ContentFile(SECRET))
    return run


def body(answer: Any) -> bytes:
    return b"".join(answer)


def fetch(browser: Client, run: ExportRun) -> Any:
    return browser.get(reverse("customers:export-file", args=[run.pk]))


@pytest.mark.parametrize("who", [None, "panel_user", "reader", "front_desk"])
def test_nobody_without_the_right_gets_a_file_of_customers_by_any_address(request, ada, who):
    """Every page there is; staff may read customers on pages, and get none of them as a file."""
    person = Person(request.getfixturevalue(who) if who else None)
    may_read = who in {"reader", "front_desk"}

    taken = []
    for name, path in list(pages()):
        for answer in (person.get(path, CHOSEN), person.post(path, CHOSEN)):
            is_page = answer.get("Content-Type", "").startswith("text/html")
            if SECRET in body(answer) and not (may_read and is_page):
                taken.append(name)

    assert taken == []
    # In the panel everybody may take a copy of their own data, and of nobody else's.
    assert not ExportRun.objects.exclude(customer__user=F("by")).exists()


@pytest.mark.parametrize("who", ["panel_user", "reader", "front_desk", "owner"])
def test_the_file_of_a_colleague_is_not_there_for_anybody_else(request, manager, who):
    """Not for the owner either: whoever may export makes a file of their own, which is noted."""
    run = kept_for(manager)
    browser = browser_of(request.getfixturevalue(who))

    answers = [
        browser.get(reverse(f"customers:{page}", args=[run.pk]), {"by": manager.pk, "pk": run.pk})
        for page in ("export-file", "export-run")
    ]

    assert {answer.status_code for answer in answers} <= {403, 404}
    assert not any(SECRET in body(answer) for answer in answers)
    assert SECRET in body(fetch(browser_of(manager), run))


def test_the_right_is_asked_for_at_the_moment_of_fetching(manager):
    run = kept_for(manager)
    browser = browser_of(manager)
    User.objects.filter(pk=manager.pk).update(role=Role.FRONT_DESK)

    assert fetch(browser, run).status_code == 403

    User.objects.filter(pk=manager.pk).update(role=Role.MANAGER, is_active=False)
    assert fetch(browser, run).status_code == 302


def test_a_file_is_not_there_after_its_time(manager):
    run = kept_for(manager)
    ExportRun.objects.filter(pk=run.pk).update(kept_until=timezone.now() - timedelta(seconds=1))

    assert fetch(browser_of(manager), run).status_code == 404


def test_a_kept_file_has_no_address_of_its_own(manager, ada):
    """Files lie outside of everything that is served, under names that nobody can guess."""
    run = kept_for(manager)
    browser = browser_of(manager)

    for folder in ("/media/", "/static/", "/", "/logo/", "/exports/", "/static/../"):
        for name in (str(run.file.name), f"{run.pk}", f"{run.pk}.csv", "c.csv"):
            assert browser.get(folder + name).status_code in {301, 302, 404}, folder + name
    assert len(str(run.file.name)) > 30


def test_every_export_is_written_down_with_who_and_how_many(as_manager, manager, ada):
    answer = as_manager.post(reverse("customers:export"), CHOSEN)
    assert SECRET in body(answer)

    run = ExportRun.objects.get()
    assert (run.by, run.count) == (manager, 1)
