"""The mails about one's own login, as they arrive at a real mail server."""

import re

import pytest
from django.conf import settings

from accounts.models import User
from accounts.notices import News, enqueue_news
from accounts.roles import Role
from accounts.staff import add_staff
from bookkinda.jobs import Job
from bookkinda.preferences import Preferences
from bookkinda.worker import run_due_jobs
from notifications.log import Query, page_of_log
from notifications.models import Delivery, Message
from notifications.outbox import SEND
from notifications.retrying import try_again
from tests.accounts.test_passwords import NEW, ask, choose, path_of
from tests.accounts.test_signing_in import is_in, sign_in
from tests.servers.smtp import smtp_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def mails(settings):
    """The mails that a real server on loopback took."""
    with smtp_server() as (port, taken):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield taken


def parts(mail):
    return [mail.get_body([kind]).get_content() for kind in ("plain", "html")]


def link_in(text):
    return re.search(rf"{re.escape(settings.PUBLIC_BASE_URL)}/forgotten-password/[^\s\"<]+", text)[
        0
    ]


def test_a_forgotten_password_is_chosen_by_a_mail_over_smtp(client, owner, mails):
    Preferences(business_name="Marlow & Finch").save()
    ask(client, owner.email)

    run_due_jobs()

    [mail] = mails
    assert mail["To"] == "owner@example.org"
    assert mail["Subject"] == "Choose a new password · Marlow & Finch"
    assert mail["From"] == "Marlow & Finch <no-reply@127.0.0.1>"
    plain, html = parts(mail)
    assert link_in(plain) == link_in(html)
    assert "Marlow & Finch" in plain
    assert "Marlow &amp; Finch" in html
    choose(client, path_of(link_in(plain)))
    sign_in(client, owner.email, NEW)
    assert is_in(client)


def test_an_unknown_address_gets_no_mail_over_smtp(client, mails):
    ask(client, "nobody@example.org")

    assert run_due_jobs() == 1

    assert mails == []


def test_names_with_line_ends_and_markup_do_no_harm(client, owner, mails):
    Preferences(business_name='A\r\nBcc: x@evil.example "<b>').save()
    add_staff("new@example.org", role=Role.MANAGER, name="<script>alert(1)</script>")

    run_due_jobs()

    [mail] = mails
    assert mail["Bcc"] is None
    assert mail["To"] == "new@example.org"
    assert "<script>" not in parts(mail)[1]


@pytest.mark.parametrize("news", News)
def test_every_news_about_a_login_has_a_mail_that_says_what_to_do(owner, mails, news):
    enqueue_news(owner, news)

    run_due_jobs()

    [mail] = mails
    plain, html = parts(mail)
    assert mail["Subject"].rpartition(" · ")[0].strip() in plain
    assert f"{settings.PUBLIC_BASE_URL}/forgotten-password/" in html


def test_a_mail_server_that_is_away_leaves_the_job_waiting(client, owner, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    ask(client, owner.email)

    run_due_jobs()

    assert Job.objects.get(kind=SEND).state == Job.State.QUEUED
    assert Delivery.objects.get().code == "no-connection"


def test_no_key_is_left_in_any_table(client, owner, mails):
    ask(client, owner.email)
    run_due_jobs()
    key = link_in(parts(mails[0])[0]).rstrip("/").rpartition("-")[2]

    rows = [*Job.objects.values(), *Message.objects.values(), *Delivery.objects.values()]

    assert key not in f"{rows}"


def test_a_mail_about_a_login_is_a_message_of_its_person(client, owner, mails):
    ask(client, owner.email)

    run_due_jobs()

    message = Message.objects.get()
    assert (message.event, message.user, message.customer) == ("staff-password-reset", owner, None)
    delivery = message.deliveries.get()
    assert (delivery.state, delivery.to) == (Delivery.State.SENT, owner.email)
    assert delivery.provider_id == mails[0]["Message-ID"]


def test_an_unknown_address_leaves_no_message(client, mails):
    ask(client, "nobody@example.org")

    run_due_jobs()

    assert not Message.objects.exists()


def test_staff_who_were_suspended_meanwhile_get_no_mail(client, owner, mails):
    ask(client, owner.email)
    run_due_jobs(most=1)
    User.objects.update(is_active=False)

    run_due_jobs()

    assert mails == []
    assert Delivery.objects.get().state == Delivery.State.SKIPPED


def test_a_mail_about_a_login_is_in_the_log_and_can_be_tried_again(client, owner, mails):
    ask(client, owner.email)
    run_due_jobs()
    Delivery.objects.update(state=Delivery.State.FAILED, code="smtp-550")

    try_again(Message.objects.get(), by=owner)
    run_due_jobs()

    [newer, older] = page_of_log(Query(with_staff=True)).deliveries
    assert (newer.state, older.state) == (Delivery.State.SENT, Delivery.State.FAILED)
    assert link_in(parts(mails[1])[0])
    assert page_of_log(Query(with_staff=False)).deliveries == []
