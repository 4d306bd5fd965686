"""Class E: a password is changed by somebody who has not shown that it is theirs.

Amelia CVE-2026-2931, LatePoint CVE-2024-8911, CVE-2025-7052 (forged form: see class L) and
CVE-2026-118066 (a key compared with the words IS NOT NULL), TrueBooker CVE-2026-14364.
"""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.changing_address import change_address
from accounts.models import User
from bookkinda.preferences import Preferences
from bookkinda.worker import run_due_jobs
from customers.models import ChangeSet, EmailChange
from notifications import portal_access
from notifications.login_mails import password_link
from tests.accounts.test_passwords import FORGOTTEN, NEW, change, choose, path_of
from tests.accounts.test_signing_in import is_in, sign_in
from tests.factories import PASSWORD, CustomerFactory

pytestmark = pytest.mark.django_db
INVENTED = [
    "IS NOT NULL", "is not null", "NULL", "null", "None", "true", "1", "0", "*", "%", "_", "''",
    "' OR '1'='1", "[]", "{}", "\x00", "undefined", "set-password", "a" * 5000,
]  # fmt: skip


@pytest.fixture(autouse=True)
def no_limits_of_earlier_tests(db):
    cache.clear()


def works(user: User, password: str = PASSWORD) -> bool:
    return User.objects.get(pk=user.pk).check_password(password)


@pytest.mark.parametrize(
    "old", ["", " ", None, "a wrong guess", "IS NOT NULL", "\x00", PASSWORD[:-1]]
)
@pytest.mark.parametrize("who", ["panel_user", "owner"])
def test_a_password_is_not_changed_without_the_current_one(request, client, who, old):
    user = request.getfixturevalue(who)
    client.force_login(user)
    typed = {"password1": NEW, "password2": NEW, "new_password": NEW, "password": NEW}

    client.post("/account/password/", typed if old is None else {**typed, "oldpassword": old})

    assert works(user)


def test_the_page_of_the_first_password_changes_nobodys_who_has_chosen_one(client, panel_user):
    """It asks for no current password, so it must be closed to everybody else."""
    client.force_login(panel_user)

    client.post("/panel/password/", {"password1": NEW, "password2": NEW})

    assert works(panel_user)


def test_the_page_of_the_first_password_is_closed_to_staff_and_strangers(client, owner):
    form = {"password1": NEW, "password2": NEW, "user": owner.pk, "email": owner.email}
    client.post("/panel/password/", form)
    client.force_login(owner)
    client.post("/panel/password/", form)

    assert works(owner)


@pytest.mark.parametrize("key", INVENTED)
def test_no_invented_key_opens_a_reset_a_sign_in_or_a_confirmation(client, panel_user, key):
    Preferences(panel_sign_in="link").save()
    asked = EmailChange.objects.create(
        customer=panel_user.customer, address="new@example.org", source="panel", digest="",
        expires_at="2999-01-01T00:00Z",
    )  # fmt: skip
    client.post("/sign-in/mail/", {"email": panel_user.email})
    run_due_jobs()
    paths = [f"{FORGOTTEN}1-{key}/", f"{FORGOTTEN}{key}-{key}/", f"/sign-in/mail/link/{key}/",
             f"/panel/email/confirm/{key}/"]  # fmt: skip

    for path in paths:
        client.get(path)
        client.post(path, {"password1": NEW, "password2": NEW})

    assert works(panel_user)
    assert not is_in(client)
    assert EmailChange.objects.filter(pk=asked.pk).exists()


def test_ones_own_key_does_not_open_somebody_elses_reset(client, owner, panel_user):
    """The key waits in the session while the address line says whose password is chosen."""
    mine, theirs = path_of(password_link(panel_user)), path_of(password_link(owner))
    page = client.get(mine)
    assert page["Location"].endswith("-set-password/")
    victim = theirs.removeprefix(FORGOTTEN).partition("-")[0]

    client.post(f"{FORGOTTEN}{victim}-set-password/", {"password1": NEW, "password2": NEW})

    assert works(owner)


def test_a_key_is_dead_after_the_password_the_address_or_the_login_changed(owner, panel_user):
    by_password, by_suspension = password_link(owner), password_link(panel_user)
    choose(Client(), path_of(password_link(owner)), "another password 99")
    User.objects.filter(pk=panel_user.pk).update(is_active=False)

    choose(Client(), path_of(by_password))
    choose(Client(), path_of(by_suspension))

    assert works(owner, "another password 99")
    assert works(panel_user)


def test_a_key_that_was_mailed_to_the_old_address_dies_with_it(client, panel_user):
    link = password_link(panel_user)
    change_address(panel_user, "new@example.org")

    choose(client, path_of(link))

    assert works(panel_user)


def test_choosing_a_password_by_a_link_signs_nobody_in(client, owner):
    choose(client, path_of(password_link(owner)))

    assert works(owner, NEW)
    assert not is_in(client)


def test_staff_cannot_choose_a_password_for_a_customer(client, owner, panel_user):
    """They can have a new one sent to the customer; nobody types one for somebody else."""
    client.force_login(owner)
    client.post("/account/confirm/", {"password": PASSWORD})
    names = ["staff-link", "edit-staff", "suspend-staff", "forget-factor"]
    answers = [client.post(reverse(f"accounts:{name}", args=[panel_user.pk])) for name in names]

    assert [answer.status_code for answer in answers] == [404] * 4
    for page in ("edit", "resend-access", "allow-login"):
        client.post(
            reverse(f"customers:{page}", args=[panel_user.customer.pk]),
            {"password": NEW, "password1": NEW, "password2": NEW, "first_name": "Cora"},
        )
    assert not works(panel_user, NEW)


def test_a_session_that_began_with_a_sent_password_ends_when_a_newer_one_is_sent(client):
    """Whoever found the first message has no hand in what the second one brings."""
    ada = CustomerFactory(email="ada@example.org")
    portal_access.allow_one(ada, by=None, source=ChangeSet.Source.BACK_OFFICE)
    user = User.objects.get(email="ada@example.org")
    user.set_password("bcdfghjkmnpq")
    user.save()
    sign_in(client, user.email, "bcdfghjkmnpq")
    assert client.get("/panel/password/").status_code == 200

    run_due_jobs()

    client.post("/panel/password/", {"password1": NEW, "password2": NEW})
    assert not works(user, NEW)
    assert User.objects.get(pk=user.pk).one_time_until is not None


def test_the_current_password_cannot_be_guessed_on_the_page_that_changes_it(client, panel_user):
    client.force_login(panel_user)

    for guess in range(10):
        change(client, old=f"guess {guess}")
    change(client)

    assert works(panel_user)
