"""Class L: another site's page sends a form in the name of whoever is signed in here.

LatePoint CVE-2026-2324 and CVE-2026-9719 (settings), Customer Booking's bulk delete. Every address
of the permission table is tried, so a page that is new is tried from its first day on.
"""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from accounts.models import User
from customers.models import Customer
from tests.attacks.walking import browser_of, pages

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

# Providers call these, and prove who they are by a signature instead.
SIGNED = re.compile(r"/webhooks/")
# These may stand inside of other sites, where there is no cookie; their forms carry a signed note.
FRAMED = re.compile(r"/book/(?!manage/)")
# What is written when somebody merely looks: which session it was, and counted attempts.
NOTED = {"django_session", "usersessions_usersession", "bookkinda_cache"}


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but those that note a visit."""
    tables = [name for name in connection.introspection.table_names() if name not in NOTED]
    with connection.cursor() as cursor:
        found = {}
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 names of tables
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [table for table in before if before[table] != after[table]]


@pytest.mark.parametrize("who", ["owner", "panel_user"])
def test_no_address_takes_a_form_that_another_sites_page_sent(request, who):
    person: User = request.getfixturevalue(who)
    there = [each for each in pages() if not (SIGNED.match(each[1]) or FRAMED.match(each[1]))]
    browser = browser_of(person, enforce_csrf_checks=True)
    before = rows()

    taken = []
    for name, path in there:
        answer = browser.post(path, {"confirmed": "1"})
        if answer.status_code != 403:
            taken.append((name, answer.status_code))

    assert len(there) > 80
    assert taken == []
    assert changed(before, rows()) == []


@pytest.mark.parametrize("who", ["owner", "panel_user"])
def test_the_framed_booking_page_takes_no_form_without_its_own_note(request, who):
    """Neither a guessed one nor the token of the rest of the house opens anything. That a session
    alone is not enough either: tests/appointments/test_booking_page_visitors.py."""
    person: User = request.getfixturevalue(who)
    there = [each for each in pages() if FRAMED.match(each[1])]
    browser = browser_of(person, enforce_csrf_checks=True)
    token = str(browser.get("/account/sessions/").context["csrf_token"])
    before = rows()

    taken = []
    for name, path in there:
        for note in ("", "x", token):
            form = {"token": note, "csrfmiddlewaretoken": token, "email": "mallory@example.org",
                    "first_name": "Mallory", "start": "2027-01-04T10:00:00+00:00"}  # fmt: skip
            answer = browser.post(path, form)
            if answer.status_code not in {403, 405}:
                taken.append((name, answer.status_code))

    assert len(there) > 4
    assert taken == []
    assert changed(before, rows()) == []


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_no_other_method_goes_without_the_token_either(owner, method):
    send = getattr(browser_of(owner, enforce_csrf_checks=True), method)

    answers = {path: send(path).status_code for _, path in pages() if not SIGNED.match(path)}

    assert {path: status for path, status in answers.items() if status not in {403, 405}} == {}


@pytest.mark.parametrize("who", ["owner", "panel_user"])
def test_a_link_or_an_image_that_leads_to_any_page_of_ours_changes_nothing(request, who):
    """A GET needs no token, so it must not do anything."""
    person: User = request.getfixturevalue(who)
    there = list(pages())
    browser = browser_of(person)
    before = rows()

    acted = []
    for name, path in there:
        browser.get(path, {"confirmed": "1", "action": "delete", "scope": "all"})
        if tables := changed(before, after := rows()):
            acted.append((name, tables))
            before = after

    assert acted == []


def test_a_token_of_somebody_elses_browser_is_none(owner):
    """The cookie of the victim and the token of the attacker do not belong together."""
    attacker = Client(enforce_csrf_checks=True)
    token = attacker.get("/sign-in/").context["csrf_token"]
    victim = browser_of(owner, enforce_csrf_checks=True)
    victim.get("/backoffice/customers/add/")

    sent = {"first_name": "Mallory", "csrfmiddlewaretoken": str(token)}
    answer = victim.post("/backoffice/customers/add/", sent)

    assert answer.status_code == 403
    assert not Customer.objects.exists()


def test_the_cookie_of_a_session_is_not_sent_along_from_another_site(client, owner):
    client.post("/sign-in/", {"login": owner.email, "password": "correct horse battery"})

    cookie = client.cookies["bookkinda_session"]

    assert cookie["samesite"] == "Lax"
    assert cookie["httponly"]


def test_nobody_is_signed_in_by_a_form_of_another_site(owner):
    """Signed in as the attacker, the victim would type customers into a stranger's business."""
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/sign-in/", {"login": owner.email, "password": "correct horse battery"})

    assert answer.status_code == 403
    assert not Session.objects.exists()
