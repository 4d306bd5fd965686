"""Class K: words in the address line or in a form that become part of a question to the database.

Amelia CVE-2026-4668 (sort), Booknetic CVE-2026-39746 (conditions, signed out). Values travel beside
the text of a statement, never in it: every statement that any page asks is looked at.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.attacks.walking import Person, crashed, pages
from tests.customers.test_list import names_in
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db

MARK = "zqx"
ATTACK = MARK + "') OR 1=1 UNION SELECT password FROM accounts_user; --"  # noqa: S608 the attack
# What our pages read of an address line and of forms, and what others were attacked by.
NAMES = [
    "q", "sort", "page", "cursor", "per", "tag", "has", "birthday", "added_from", "added_to",
    "imported", "access", "never_in", "state", "channel", "event", "language", "kind", "by", "day",
    "customer", "before", "after", "since", "until", "spoken", "v", "next", "order", "order_by",
    "orderby", "dir", "filter", "where", "limit", "offset", "ids", "pk", "id", "scope", "query",
    "action", "columns", "who", "form", "delimiter", "word", "mode", "code", "key", "email",
    "login", "password", "field", "column", "line", "text", "add", "remove", "existing", "match",
]  # fmt: skip


@contextmanager
def statements() -> Iterator[list[str]]:
    """The texts of all statements, without the values that travel beside them."""
    asked: list[str] = []

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 Django's
        asked.append(str(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield asked


def injected(asked: list[str]) -> list[str]:
    return [sql for sql in asked if MARK in sql.lower()]


@pytest.mark.parametrize("who", ["nobody", "panel_user", "owner"])
def test_nothing_that_is_typed_becomes_part_of_a_statement(request, who):
    user: User | None = None if who == "nobody" else request.getfixturevalue(who)
    CustomerFactory(first_name=MARK)
    typed = dict.fromkeys(NAMES, ATTACK)
    there = list(pages())
    person = Person(user)

    answers = []
    with statements() as asked:
        for _name, path in there:
            answers.append((path, person.get(path, typed).status_code))
            answers.append((path, person.post(path, typed).status_code))

    assert len(asked) > 100
    assert injected(asked) == []
    assert crashed(answers) == []


LISTS = ["customers:list", "customers:archived", "customers:changes", "notifications:log"]


@pytest.mark.parametrize("name", LISTS)
def test_no_parameter_of_a_list_becomes_part_of_a_statement(as_owner: Client, name):
    """Each alone: what is refused beside it could keep it from being read."""
    CustomerFactory(first_name=MARK)

    with statements() as asked:
        answers = {one: as_owner.get(reverse(name), {one: ATTACK}).status_code for one in NAMES}

    assert injected(asked) == []
    assert set(answers.values()) == {200}


SORTS = [
    "password", "-user__password", "user__email", "name_key; DROP TABLE x", "?", "-?", "pk",
    "note", "search_text", "(SELECT 1)", "surname,password", "surname desc", "--surname", "",
]  # fmt: skip


@pytest.mark.parametrize("sort", SORTS)
def test_an_order_that_is_none_of_ours_is_the_usual_one(as_owner: Client, sort):
    for name in "CAB":
        CustomerFactory(first_name="X", last_name=name, note=f"{ord('D') - ord(name)}")

    answer = as_owner.get("/backoffice/customers/", {"sort": sort})

    assert names_in(answer.content.decode()) == ["A", "B", "C"]


def test_a_search_that_closes_its_quotes_finds_nobody(as_owner: Client):
    """Full-text queries are a language of their own: its quotes and operators are words here."""
    CustomerFactory(first_name="Ada")

    for words in ('x" OR "Ada', "x' OR '1'='1", "Ada) OR (x", "NOT x", "x OR Ada", "%", "_", "*"):
        answer = as_owner.get("/backoffice/customers/", {"q": words})
        assert answer.context["rows"] == [], words
