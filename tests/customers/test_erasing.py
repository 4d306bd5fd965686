"""Erase for good reaches every copy of the person."""

from datetime import date
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from accounts.models import User
from bookkinda.jobs import Job
from bookkinda.worker import run_due_jobs
from customers import bulk, dependents, history
from customers.archiving import archive_customers, restore_customers
from customers.editing import add_customer, edit_customer
from customers.erasing import erase_customers
from customers.models import ChangeSet, Customer, ExportRun, ImportRow, ImportRun, Note
from customers.search import find_customers
from tests.customers.test_history import Visits
from tests.factories import CustomerFactory, TagFactory, UserFactory

SOURCE = ChangeSet.Source.BACK_OFFICE
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def whole_database() -> str:
    """Every value of every table as one text, those that Django does not know of included."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        rows = []
        for name in names:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")  # noqa: S608
            rows += [str(value) for row in cursor.fetchall() for value in row]
    return "\n".join(rows).lower()


@pytest.fixture
def zelda(manager: User) -> Customer:
    """Somebody who left traces everywhere."""
    zelda = add_customer(
        by=manager, source=SOURCE, first_name="Zelda", last_name="Quixworth",
        email="zelda@first.example", phone="+447700900999", note="quixnote",
        date_of_birth=date(1977, 7, 7), external_id="quix-1", tags=[TagFactory(name="VIP")],
        photo=ContentFile(b"quixpicture one"),
    )  # fmt: skip
    edit_customer(
        zelda, by=manager, source=SOURCE, expected_version=1, email="zelda@second.example",
        photo=ContentFile(b"quixpicture two"), last_name="Quixmarried",
    )  # fmt: skip
    zelda.refresh_from_db()
    zelda.user = UserFactory(email="zelda@second.example", name="Zelda Quixmarried")
    zelda.save(update_fields=["user"])
    edit_customer(
        zelda, by=zelda.user, source=ChangeSet.Source.PANEL, expected_version=2, note="quixown"
    )
    Note.objects.create(customer=zelda, author=manager, author_name="Max", text="quixdated")
    run = ImportRun.objects.create(file_name="customers.csv", digest="0")
    staged = [
        {"customer": zelda, "first_name": "Zelda", "last_name": "Quixworth"},
        {"email": "zelda@first.example", "first_name": "Zelda"},
        {"phone": "+447700900999", "first_name": "Zelda"},
        {"action": "refused", "cells": ["Zelda", " ZELDA@second.example ", "quixcell"]},
        {"action": "refused", "cells": {"Name": "Zelda", "Phone": "(07700) 900-999"}},
    ]
    for line, values in enumerate(staged):
        ImportRow.objects.create(run=run, line=line, **{"action": "new", **values})
    ExportRun.objects.create(query={"q": "zelda quix", "tag": ["3"]}, by=manager)
    return zelda


def test_erasing_leaves_nothing_of_the_person_in_any_table_or_folder(
    zelda: Customer, owner: User, media: Path
) -> None:
    words = ["zelda", "quix", "7700900999", "900-999", "1977-07"]
    assert all(word in whole_database() for word in words)
    assert sum(path.is_file() for path in media.rglob("*")) == 2

    done = erase_customers(Customer.objects.filter(pk=zelda.pk), by=owner, source=SOURCE)

    left = whole_database()
    assert [word for word in words if word in left] == []
    assert not any(path.is_file() for path in media.rglob("*"))
    done.change_set.refresh_from_db()
    assert (done.change_set.kind, done.change_set.size) == ("erase", 1)
    assert not done.change_set.changes.exists()


def test_the_pieces_of_a_name_leave_the_index_of_search_as_soon_as_the_worker_comes() -> None:
    CustomerFactory.create_batch(5)
    qix = CustomerFactory(first_name="Qixwyz", last_name="Vopjek")
    CustomerFactory.create_batch(5)
    everybody = set(find_customers({"q": "example"}))

    erase_customers(Customer.objects.filter(pk=qix.pk), by=None, source=SOURCE)
    run_due_jobs()

    rest = whole_database()
    assert not [piece for piece in ("qix", "ixw", "xwy", "vop", "opj") if piece in rest]
    assert set(find_customers({"q": "example"})) == everybody - {qix}


def test_erasing_one_person_leaves_everybody_else_as_they_were(
    zelda: Customer, owner: User, media: Path
) -> None:
    bob = add_customer(
        by=owner, source=SOURCE, first_name="Bob", email="bob@example.org",
        photo=ContentFile(b"bob"),
    )  # fmt: skip
    run = ImportRun.objects.get()
    row = ImportRow.objects.create(
        run=run, line=90, action="refused", cells=["Bob", "bob@example.org", "7700", "999", ""]
    )
    export = ExportRun.objects.create(query={"q": "bob"}, by=owner)

    erase_customers(Customer.objects.filter(pk=zelda.pk), by=owner, source=SOURCE)

    assert list(Customer.objects.all()) == [bob]
    assert bob.changes.count() == 1
    assert list(ImportRow.objects.all()) == [row]
    export.refresh_from_db()
    assert export.query == {"q": "bob"}
    assert (media / bob.photo.name).read_bytes() == b"bob"


def test_the_filters_of_an_export_are_no_trace_of_anybody(zelda: Customer, owner: User) -> None:
    filters = {"q": [], "tag": [7], "has": ["email"]}
    export = ExportRun.objects.create(query=filters, by=owner)

    erase_customers(Customer.objects.filter(pk=zelda.pk), by=owner, source=SOURCE)

    export.refresh_from_db()
    assert export.query == filters


@pytest.mark.parametrize(
    "sought",
    ["+44 7700 900123", "07700 900", "(07700) 900123", "Zoë Smith-Jones", "'zoe'", "Maiden"],
)
def test_the_search_of_an_export_is_forgotten_however_it_was_spelt(sought: str) -> None:
    zoe = CustomerFactory(first_name="Zoë", last_name="Maiden", phone="+447700900123")
    edit_customer(zoe, by=None, source=SOURCE, expected_version=1, last_name="Smith-Jones")
    theirs = ExportRun.objects.create(format="csv", query={"q": [sought]})
    other = ExportRun.objects.create(format="csv", query={"q": ["Zoë Somebody-Else"]})

    erase_customers(Customer.objects.all(), by=None, source=SOURCE)

    theirs.refresh_from_db()
    other.refresh_from_db()
    assert theirs.query == {"q": ""}
    assert other.query == {"q": ["Zoë Somebody-Else"]}


def test_refused_rows_that_name_the_person_in_any_cell_or_sentence_are_forgotten() -> None:
    CustomerFactory(email="zoe@example.org")
    run = ImportRun.objects.create(file_name="people.csv", digest="d")
    for line, cells, sentence in (
        (2, ["Zoë <zoe@example.org>"], "This is not an e-mail address."),
        (3, ["7"], "This customer logs in with zoe@example.org; change that there."),
        (4, ["bob@example.org"], "The name is missing."),
    ):
        problems = [["E-mail", sentence]]
        ImportRow.objects.create(
            run=run, line=line, action="refused", cells=cells, problems=problems
        )

    erase_customers(Customer.objects.all(), by=None, source=SOURCE)

    assert list(ImportRow.objects.values_list("line", flat=True)) == [4]


def test_a_colleague_who_was_a_customer_too_keeps_the_account(owner: User, manager: User) -> None:
    CustomerFactory(user=manager)

    erase_customers(Customer.objects.all(), by=owner, source=SOURCE)

    assert User.objects.filter(pk=manager.pk, is_active=True).exists()


def test_dependent_apps_forget_the_person(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, bob = CustomerFactory.create_batch(2)
    visits = Visits(ada, bob)
    monkeypatch.setattr(dependents, "registered", [visits])
    assert dependents.hand_out(ada) == {"visits": 1}

    erase_customers(Customer.objects.filter(pk=ada.pk), by=owner, source=SOURCE)
    assert visits.expected == {bob.pk}

    dependents.move(bob, ada)
    assert visits.expected == {ada.pk}


def test_many_are_erased_in_short_transactions_and_one_history(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "CHUNK", 3)
    CustomerFactory.create_batch(7)
    archive_customers(Customer.objects.all(), by=owner, source=SOURCE)

    done = erase_customers(Customer.objects.archived(), by=owner, source=SOURCE)

    assert done.change_set.size == 7
    assert not Customer.objects.exists()


def test_who_is_restored_while_others_are_erased_stays(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "CHUNK", 1)
    _first, second = CustomerFactory.create_batch(2)
    everybody = Customer.objects.all()
    archive_customers(everybody, by=owner, source=SOURCE)

    def restore_the_second() -> None:
        restore_customers(Customer.objects.filter(pk=second.pk), by=owner, source=SOURCE)

    erased = erase_customers(
        everybody.archived(), by=owner, source=SOURCE, pause=restore_the_second
    )

    assert list(Customer.objects.live()) == [second]
    assert erased.change_set.size == 1


def test_the_dump_of_these_tests_sees_every_table() -> None:
    """Else the first test of this file would promise nothing."""
    with connection.cursor() as cursor:
        names = set(connection.introspection.table_names(cursor))

    assert set(connection.introspection.django_table_names()) <= names


def test_the_search_of_an_act_that_stopped_is_forgotten_and_widens_nothing() -> None:
    failed = Job.objects.create(kind="customers.bulk", state=Job.State.FAILED)
    plan = {"action": "delete", "query": "q=Zoe&has=email", "pks": []}
    act = ChangeSet.objects.create(kind="archive", source=SOURCE, plan=plan, job=failed)
    CustomerFactory(first_name="Zoë")
    CustomerFactory(first_name="Bob")

    erase_customers(Customer.objects.filter(first_name="Zoë"), by=None, source=SOURCE)
    act.refresh_from_db()
    assert act.plan == {"action": "delete", "query": None, "pks": []}
    bulk.carry_out(act)

    assert act.size == 0
    assert Customer.objects.live().count() == 1
