"""import_customers --allow-login: who of a file may log in afterwards, and never before."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from bookkinda.preferences import Preferences
from customers.models import Access, Customer
from notifications.models import Message
from notifications.portal_access import revoke
from tests.customers.importing.conftest import run_import
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]
FILE = "Name,E-mail\nAda,ada@example.org\nBob,\nCy,cy@example.org\nDee,nonsense\n"


def allowed() -> set[str]:
    return set(Customer.objects.filter(access=Access.INVITED).values_list("first_name", flat=True))


def test_an_import_alone_lets_nobody_log_in(write: Write):
    run_import(write(FILE))
    assert not allowed()
    assert not Message.objects.exists()


def test_everybody_who_was_taken_in_is_invited_and_the_rest_are_named(write: Write):
    answer = run_import(write(FILE), "--allow-login")

    told = answer.summary["allowed_to_login"]
    assert allowed() == {"Ada", "Cy"}
    assert Message.objects.count() == 2
    assert (told["allowed"], told["left_out"]) == (2, 1)
    assert told["reasons"] == {
        str(Customer.objects.get(first_name="Bob").pk): (
            "Needs an e-mail address: it is the username."
        )
    }
    assert answer.status == 1  # because of Dee


def test_a_person_is_told_in_words(write: Write):
    out = io.StringIO()
    call_command(
        "import_customers", str(write(FILE.replace("nonsense", ""))), "--allow-login", stdout=out
    )
    assert "Allowed to log in: 2 customers. The worker sends the passwords." in out.getvalue()
    assert "Left out: 2.\nBob: Needs an e-mail address" in out.getvalue()


def test_the_same_file_again_sends_nothing_twice_and_nothing_to_who_was_revoked(write: Write):
    run_import(write(FILE), "--allow-login")
    revoke(Customer.objects.filter(first_name="Cy"), by=None, source="command")

    for existing in ("skip", "update"):
        run_import(write(FILE), "--allow-login", "--existing", existing)

    assert allowed() == {"Ada"}
    assert Message.objects.count() == 2


def test_customers_whom_the_file_leaves_as_they_are_are_not_meant(write: Write):
    CustomerFactory(first_name="Ada", email="ada@example.org")
    run_import(write(FILE), "--allow-login")
    assert allowed() == {"Cy"}


def test_a_dry_run_sends_nothing_and_says_so(write: Write):
    answer = run_import(write(FILE), "--allow-login", "--dry-run")
    assert answer.status == 2
    assert "--dry-run does nothing" in answer.error
    assert not Customer.objects.exists()


def test_who_cannot_be_invited_is_imported_all_the_same(write: Write):
    Preferences(customer_panel_enabled=False).save()
    answer = run_import(write(FILE), "--allow-login")
    assert answer.summary["allowed_to_login"]["left_out"] == 3
    assert Customer.objects.count() == 3
