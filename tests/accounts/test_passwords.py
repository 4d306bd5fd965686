"""Changing a password, and choosing another one when it is forgotten."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookkinda.jobs import Job
from bookkinda.worker import run_due_jobs
from notifications.login_mails import password_link
from tests.accounts.test_signing_in import deleted, is_in, sign_in, suspended, without_panel
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
FORGOTTEN = "/forgotten-password/"
NEW = "tea kettle 47 harbour"


def ask(client, email):
    return client.post(FORGOTTEN, {"email": email})


def link_in(message):
    return re.search(r"https?://\S+", message.body)[0]


def path_of(link):
    return link.removeprefix(settings.PUBLIC_BASE_URL)


def choose(client, path, password=NEW):
    page = client.get(path, follow=True)
    address = page.redirect_chain[-1][0] if page.redirect_chain else path
    return client.post(address, {"password1": password, "password2": password})


def change(client, old=PASSWORD, new=NEW, again=None):
    typed = {"oldpassword": old, "password1": new, "password2": again or new}
    return client.post("/account/password/", typed)


def test_asking_for_a_reset_answers_the_same_whether_the_account_exists(client, owner):
    known = ask(client, owner.email)
    unknown = ask(Client(), "nobody@example.org")

    assert (known.status_code, known["Location"]) == (302, "/forgotten-password/sent/")
    assert (unknown.status_code, unknown["Location"]) == (302, "/forgotten-password/sent/")
    assert known.content == unknown.content


def test_asking_for_a_reset_does_the_same_work_whether_the_account_exists(
    client, owner, panel_user
):
    counts = set()
    for email in (owner.email, panel_user.email, "nobody@example.org"):
        with CaptureQueriesContext(connection) as queries:
            ask(Client(), email)
        counts.add(len(queries))

    assert len(counts) == 1


def test_the_job_of_a_reset_holds_the_id_and_nothing_else(client, owner):
    ask(client, "OWNER@example.org")
    ask(client, "nobody@example.org")

    jobs = Job.objects.filter(kind="notifications.password_reset").order_by("pk")
    assert [job.payload for job in jobs] == [{"user": owner.pk}, {"user": None}]


def test_a_request_sends_no_mail_by_itself(client, owner):
    ask(client, owner.email)

    assert mail.outbox == []


def test_the_mail_goes_to_the_stored_address(client, owner):
    ask(client, "OWNER@EXAMPLE.org")
    run_due_jobs()

    assert [message.to for message in mail.outbox] == [["owner@example.org"]]


def test_a_look_alike_letter_gets_no_reset_mail(client):
    UserFactory(email="kate@example.org", role=Role.OWNER)

    ask(client, "\u212aate@example.org")
    run_due_jobs()

    assert mail.outbox == []


def test_nothing_is_sent_for_an_unknown_address(client):
    ask(client, "nobody@example.org")

    assert run_due_jobs() == 1
    assert mail.outbox == []


@pytest.mark.parametrize("refuse", [suspended, deleted, without_panel])
def test_who_may_not_sign_in_gets_no_reset_mail(client, panel_user, refuse):
    ask(client, panel_user.email)
    refuse(panel_user)
    run_due_jobs()

    assert mail.outbox == []


def test_the_link_does_not_follow_the_host_header(client, owner, settings):
    settings.ALLOWED_HOSTS = ["*"]

    client.post(FORGOTTEN, {"email": owner.email}, headers={"host": "evil.example"})
    run_due_jobs()

    message = mail.outbox[0]
    assert link_in(message).startswith(f"{settings.PUBLIC_BASE_URL}/forgotten-password/")
    assert "evil.example" not in message.message().as_string()


def test_a_forgotten_password_is_chosen_anew_by_the_link(client, owner):
    ask(client, owner.email)
    run_due_jobs()

    response = choose(client, path_of(link_in(mail.outbox[0])))

    assert response["Location"] == "/forgotten-password/done/"
    assert not is_in(client)
    sign_in(client, owner.email, NEW)
    assert is_in(client)


def test_the_key_leaves_the_address_line_before_anything_is_shown(client, owner):
    response = client.get(path_of(password_link(owner)))

    assert response.status_code == 302
    assert response["Location"].endswith("-set-password/")


def test_a_link_works_once(client, owner):
    path = path_of(password_link(owner))
    choose(client, path)

    page = Client().get(path)

    assert "This link does not work any more" in page.content.decode()
    choose(Client(), path, "another password 99")
    owner.refresh_from_db()
    assert owner.check_password(NEW)


def test_a_link_stops_working_after_an_hour(client, owner):
    path = path_of(password_link(owner))

    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        page = client.get(path)

    assert "This link does not work any more" in page.content.decode()


def test_signing_in_makes_an_earlier_link_worthless(client, owner):
    path = path_of(password_link(owner))
    sign_in(Client(), owner.email)

    assert "does not work any more" in client.get(path).content.decode()


@pytest.mark.parametrize("refuse", [suspended, deleted, without_panel])
def test_a_link_is_worthless_for_who_may_not_sign_in(client, panel_user, refuse):
    path = path_of(password_link(panel_user))
    refuse(panel_user)

    page = client.get(path)

    assert "does not work any more" in page.content.decode()


@pytest.mark.parametrize("key", ["x-y", "1-cabc-0", "zzzzzzzzzzzzzzzz-set-password", "1-%00"])
def test_an_invented_link_opens_nothing(client, owner, key):
    page = client.get(f"{FORGOTTEN}{key}/")

    assert page.status_code == 200
    assert "does not work any more" in page.content.decode()


def test_a_link_of_one_person_does_not_open_for_another(client, owner, manager):
    key = path_of(password_link(owner)).rstrip("/").rpartition("/")[2].partition("-")[2]
    theirs = path_of(password_link(manager)).rstrip("/").rpartition("/")[2].partition("-")[0]

    page = client.get(f"{FORGOTTEN}{theirs}-{key}/")

    assert "does not work any more" in page.content.decode()


def test_a_new_password_signs_out_everywhere(client, owner):
    thief = Client()
    sign_in(thief, owner.email)
    path = path_of(password_link(User.objects.get(pk=owner.pk)))

    choose(client, path)

    assert not is_in(thief)
    assert owner.usersession_set.count() == 0


def test_a_new_password_is_told_by_mail(client, owner):
    choose(client, path_of(password_link(owner)))
    run_due_jobs()

    assert [message.to for message in mail.outbox] == [["owner@example.org"]]
    assert "Your password was changed" in mail.outbox[0].subject


def test_changing_the_password_keeps_this_session_and_ends_the_others(client, owner):
    elsewhere = Client()
    sign_in(elsewhere, owner.email)
    sign_in(client, owner.email)

    assert change(client)["Location"] == "/account/"

    assert is_in(client)
    assert not is_in(elsewhere)
    assert owner.usersession_set.count() == 1
    sign_in(elsewhere, owner.email, NEW)
    assert is_in(elsewhere)


def test_a_changed_password_is_told_by_mail(client, owner):
    sign_in(client, owner.email)
    change(client)
    assert mail.outbox == []
    run_due_jobs()

    assert "Your password was changed" in mail.outbox[0].subject


def test_changing_the_password_needs_the_current_one(client, owner):
    sign_in(client, owner.email)

    page = change(client, old="a wrong guess")

    assert "This is not your current password." in page.content.decode()
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_changing_the_password_needs_the_token_of_our_own_page(owner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)

    assert change(client).status_code == 403


def test_the_new_password_must_be_another_one(client, owner):
    sign_in(client, owner.email)

    page = change(client, new=PASSWORD)

    assert "Choose another one" in page.content.decode()


@pytest.mark.parametrize(
    ("new", "again", "told"),
    [
        ("short 1", None, "too short"),
        ("1234567890", None, "entirely numeric"),
        ("password123", None, "too common"),
        ("owner@example.org", None, "too similar"),
        (NEW, "something else 12", "not the same"),
    ],
)
def test_a_weak_or_mistyped_password_is_refused_with_the_reason(client, owner, new, again, told):
    sign_in(client, owner.email)

    page = change(client, new=new, again=again)

    assert told in page.content.decode()


def test_a_password_far_too_long_is_refused_before_it_is_hashed(client, owner):
    sign_in(client, owner.email)

    page = change(client, new="x" * 100_000)

    assert page.status_code == 200
    assert "at most 1000 characters" in page.content.decode()
