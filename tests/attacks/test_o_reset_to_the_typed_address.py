"""Class O: the mail with the key goes to the address that was typed, not to the one that is stored.

LogixFast CVE-2026-113616. Also what is near to it: two addresses in one field, a line end that
begins another header, and a host name from the request in the link.
"""

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from bookkinda.preferences import Preferences
from bookkinda.worker import run_due_jobs
from customers import changing_email
from customers.models import ChangeSet, Customer
from notifications import portal_access
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
STORED = "cora@example.org"
TYPED = [
    "CORA@EXAMPLE.ORG", " cora@example.org ", "cora@example.org,thief@example.org",
    "cora@example.org;thief@example.org", "cora@example.org thief@example.org",
    "cora@example.org\nBcc: thief@example.org", "cora@example.org\r\nTo: thief@example.org",
    "cora@example.org%0ABcc:thief@example.org", "Cora <cora@example.org>",
    '"cora@example.org"@thief.example', "cora@example.org@thief.example", "cora+x@example.org",
    "cora@example.org.thief.example", "cora@example.org\x00@thief.example",
    "thief@thief.example(cora@example.org)", "c\u043era@example.org", "cora@examp\u217ce.org",
    "cora@\uff45xample.org", "cora@example\u3002org", "cora@xn--example-.org",
    ["cora@example.org", "thief@example.org"], ["thief@example.org", "cora@example.org"],
]  # fmt: skip


@pytest.fixture(autouse=True)
def links_by_mail(db):
    cache.clear()
    Preferences(panel_sign_in="link").save()


def receivers() -> set[str]:
    """Everybody whom any header or envelope names."""
    return {address for message in mail.outbox for address in message.recipients()}


@pytest.mark.parametrize("path", ["/forgotten-password/", "/sign-in/mail/"])
@pytest.mark.parametrize("typed", TYPED)
def test_whatever_is_typed_the_mail_goes_to_the_stored_address_or_nowhere(panel_user, path, typed):
    Client().post(path, {"email": typed})
    run_due_jobs()

    assert receivers() <= {STORED}
    for message in mail.outbox:
        assert "thief" not in message.message().as_string()


@pytest.mark.parametrize("path", ["/forgotten-password/", "/sign-in/mail/"])
def test_other_fields_that_name_an_address_are_not_read(panel_user, path):
    more = {"to": "thief@example.org", "cc": "thief@example.org", "user": panel_user.pk}

    Client().post(path, {"email": STORED, "email2": "thief@example.org", **more})
    run_due_jobs()

    assert receivers() == {STORED}


@pytest.mark.parametrize(
    "header", ["host", "x-forwarded-host", "x-forwarded-server", "x-original-host", "forwarded",
               "referer", "origin"],
)  # fmt: skip
def test_the_link_leads_to_the_public_address_whatever_the_request_says(
    panel_user, settings, header
):
    settings.ALLOWED_HOSTS = ["*"]
    settings.USE_X_FORWARDED_HOST = False
    for path in ("/forgotten-password/", "/sign-in/mail/"):
        Client().post(path, {"email": STORED}, headers={header: "thief.example"})
    run_due_jobs()

    assert len(mail.outbox) == 2
    for message in mail.outbox:
        assert "thief.example" not in message.message().as_string()
        assert settings.PUBLIC_BASE_URL in message.body


def test_a_reset_after_the_address_changed_goes_to_the_new_one_only(panel_user):
    Client().post("/forgotten-password/", {"email": STORED})
    cora = panel_user.customer
    changing_email.move_login(cora, "new@example.org")
    Customer.objects.filter(pk=cora.pk).update(email="new@example.org")

    run_due_jobs()

    assert STORED not in receivers()


def test_a_one_time_password_goes_to_no_address_that_a_request_names(as_manager):
    ada = CustomerFactory(first_name="Ada", email="ada@example.org")
    thief = {"email": "thief@example.org", "to": "thief@example.org", "phone": "+447700900666"}

    as_manager.post(f"/backoffice/customers/{ada.pk}/allow-login/", thief)
    run_due_jobs()

    assert receivers() == {"ada@example.org"}
    portal_access.resend(ada, by=None, source=ChangeSet.Source.BACK_OFFICE)
    run_due_jobs()
    assert receivers() == {"ada@example.org"}
