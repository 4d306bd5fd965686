"""An address opens one account, and a former address opens none."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from accounts import mailed_sign_in
from accounts.changing_address import change_address
from accounts.models import User
from bookkinda.preferences import Preferences
from bookkinda.worker import run_due_jobs
from tests.accounts.test_passwords import ask
from tests.accounts.test_signing_in import is_in, sign_in

pytestmark = pytest.mark.django_db


def rows(user):
    return list(EmailAddress.objects.filter(user=user).values_list("email", "verified", "primary"))


def test_a_new_user_has_one_verified_address(owner):
    assert rows(owner) == [("owner@example.org", True, True)]


def test_after_a_change_only_the_new_address_signs_in(client, owner):
    change_address(owner, "Olive@Example.org")

    sign_in(client, "owner@example.org")
    assert not is_in(client)
    sign_in(client, "olive@example.org")
    assert is_in(client)
    assert rows(owner) == [("olive@example.org", True, True)]


def test_after_a_change_reset_mails_go_to_the_new_address_only(client, owner):
    change_address(owner, "olive@example.org")

    ask(client, "owner@example.org")
    ask(client, "olive@example.org")
    run_due_jobs()

    assert [message.to for message in mail.outbox] == [["olive@example.org"]]


def test_a_change_ends_the_sessions(client, owner):
    sign_in(client, owner.email)

    change_address(owner, "olive@example.org")

    assert not is_in(client)


def test_a_stale_row_of_the_library_opens_nothing(owner):
    EmailAddress.objects.create(user=owner, email="old@example.org", verified=True)
    client = Client()

    sign_in(client, "old@example.org")
    ask(client, "old@example.org")
    run_due_jobs()

    assert not is_in(client)
    assert mail.outbox == []


@pytest.mark.parametrize("address", ["manager@example.org", "MANAGER@Example.ORG"])
def test_an_address_of_somebody_else_is_refused_and_nothing_changes(owner, manager, address):
    with pytest.raises(ValidationError):
        change_address(owner, address)

    owner.refresh_from_db()
    assert owner.email == "owner@example.org"
    assert rows(owner) == [("owner@example.org", True, True)]


def test_the_database_refuses_the_same_address_in_another_case(owner):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="OWNER@example.org")])


def test_a_link_that_went_to_the_old_address_signs_nobody_in(panel_user):
    Preferences(panel_sign_in="link").save()
    token, digest = mailed_sign_in.make_token()
    mailed_sign_in.keep(mailed_sign_in.ask("cora@example.org"), digest)
    late = mailed_sign_in.ask("cora@example.org")  # its mail is being sent at this moment

    change_address(panel_user, "new@example.org")

    assert mailed_sign_in.use_link(token) is None
    assert not mailed_sign_in.keep(late, digest)
