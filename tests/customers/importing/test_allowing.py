"""After an import: those whom it brought can be allowed to log in, and never before."""

import pytest
from django.test import Client

from accounts.models import User
from customers.editing import edit_customer
from customers.models import Access, ChangeSet, Customer, ImportRun
from notifications import portal_access
from notifications.models import Message
from tests.customers.importing.runs import checked, save
from tests.customers.pages import at, text_of
from tests.factories import CustomerFactory

SOURCE = ChangeSet.Source.BACK_OFFICE
FILE = """Name,E-mail
Ada,ada@example.org
Bea,
Cem,shared@example.org
Dan,dan@example.org
Eve,known@example.org
"""
pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


@pytest.fixture
def run(db: None) -> ImportRun:
    """An import that adds four and knows Eve, whose login was revoked."""
    eve = CustomerFactory(first_name="Eve", last_name="", email="known@example.org")
    these = Customer.objects.filter(pk=eve.pk)
    portal_access.allow(these, by=None, source=SOURCE)
    portal_access.revoke(these, by=None, source=SOURCE)
    Message.objects.all().delete()
    run = save(checked(FILE, existing="update"))
    Customer.objects.filter(first_name="Dan").update(email="shared@example.org")
    return run


def test_the_import_sends_nothing_and_offers_it_as_the_next_step(
    desk: Client, run: ImportRun
) -> None:
    page = desk.get(at("import-run", run.pk))

    assert not Message.objects.exists()
    assert "Nobody was sent a message. 3 of these customers have an e-mail address" in text_of(page)
    assert at("import-allow-login", run.pk) in page.content.decode()


def test_those_who_qualify_are_allowed_and_the_others_listed_with_the_reason(
    desk: Client, run: ImportRun
) -> None:
    page = text_of(desk.get(at("import-allow-login", run.pk)))
    assert "Allow and send to 1" in page
    assert "Bea Left out Needs an e-mail address" in page
    assert "Cem Left out Dan, who is chosen too, has the same e-mail address." in page
    assert "1 customer of this import had a login before and is left as they are." in page

    done = desk.post(at("import-allow-login", run.pk), follow=True)

    assert list(Message.objects.values_list("customer__first_name", flat=True)) == ["Ada"]
    assert "Sending the passwords" in text_of(done)
    assert "3 left as they are" in text_of(done)
    assert "Bea Needs an e-mail address" in text_of(done)
    assert Customer.objects.get(first_name="Eve").access == Access.REVOKED


def test_pressed_twice_it_is_sent_once(desk: Client, run: ImportRun) -> None:
    desk.post(at("import-allow-login", run.pk))
    desk.post(at("import-allow-login", run.pk))

    assert Message.objects.count() == 1


def test_an_address_that_is_mended_afterwards_qualifies(desk: Client, run: ImportRun) -> None:
    desk.post(at("import-allow-login", run.pk))
    bea = Customer.objects.get(first_name="Bea")
    edit_customer(bea, by=None, source=SOURCE, expected_version=1, email="bea@example.org")

    desk.post(at("import-allow-login", run.pk))

    assert Message.objects.filter(customer=bea).count() == 1


def test_after_undo_nobody_is_allowed(desk: Client, run: ImportRun) -> None:
    desk.post(at("import-undo", run.pk))

    assert "What next" not in text_of(desk.get(at("import-run", run.pk)))
    refused = desk.post(at("import-allow-login", run.pk), follow=True)
    assert "This import was undone." in text_of(refused)
    assert not Message.objects.exists()


def test_a_check_that_was_not_imported_leads_back_to_the_check(desk: Client, db: None) -> None:
    run = checked(FILE)

    assert desk.get(at("import-allow-login", run.pk)).url == at("import-check", run.pk)
    assert desk.post(at("import-allow-login", run.pk)).url == at("import-check", run.pk)
    assert not Message.objects.exists()
