"""What customers are told about their own login, as it arrives at a real mail server."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts.changing_address import change_address
from accounts.models import User
from bookkinda.jobs import Job, RunningJob
from bookkinda.preferences import Preferences
from bookkinda.worker import run_due_jobs
from customers import changing_email
from customers.models import ChangeSet, Customer, EmailChange
from notifications import outbox
from notifications.events import EVENTS
from notifications.login_messages import CONFIRM_EMAIL, PASSWORD_CHANGED, PASSWORD_RESET
from notifications.models import Delivery, Message
from notifications.sending import read, ready
from tests.accounts.test_passwords import NEW, ask, change, choose, path_of
from tests.accounts.test_signing_in import is_in, sign_in
from tests.servers.smtp import smtp_server

pytestmark = pytest.mark.django_db
SOURCE = ChangeSet.Source.BACK_OFFICE


def words_in(message):
    """The plain part, of a mail from the wire or from Django's own list."""
    if hasattr(message, "get_body"):
        return message.get_body(["plain"]).get_content()
    return message.body


def link_in(message, place):
    return path_of(re.search(rf"https?://\S+{place}\S+/", words_in(message))[0])


def confirm_path_in(message):
    return link_in(message, "/panel/email/confirm/")


@pytest.fixture
def mails(settings):
    """The mails that a real server on loopback took."""
    with smtp_server() as (port, taken):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield taken


@pytest.fixture
def cora(panel_user) -> Customer:
    return panel_user.customer


def ask_for(customer, address="new@example.org"):
    changing_email.ask(customer, address, by=None, source=SOURCE)


def tables():
    """Every value of the tables that a secret could have got into."""
    models = (Job, Message, Delivery, EmailChange, User)
    return "".join(str(list(model.objects.values())) for model in models)


def test_a_customer_who_forgot_the_password_is_mailed_in_the_owners_words(client, cora, mails):
    Preferences(business_name="Marlow & Finch").save()
    ask(client, "CORA@example.org")
    run_due_jobs()

    [mail] = mails
    assert mail["To"] == "cora@example.org"
    assert mail["Subject"] == "Choose a new password for Marlow & Finch"
    assert "Hello Cora" in words_in(mail)
    choose(client, link_in(mail, "/forgotten-password/"))
    sign_in(client, "cora@example.org", NEW)
    assert is_in(client)
    message = Message.objects.get(event="password-reset")
    assert (message.customer, message.deliveries.get().state) == (cora, Delivery.State.SENT)


def test_a_customer_is_told_of_a_changed_password(client, cora, mails):
    sign_in(client, "cora@example.org")
    change(client)
    run_due_jobs()

    [mail] = mails
    assert mail["Subject"] == "Your password was changed"


def test_the_owner_may_switch_off_news_but_not_what_nobody_can_sign_in_without():
    switched = {code for code, event in EVENTS.items() if not event.required}
    ours = {"password-reset", "password-changed", "email-changed", "confirm-email", "sign-in"}

    assert ours & switched == {"password-changed"}
    assert outbox.workflow_of(CONFIRM_EMAIL).channels == ["email"]


def test_what_is_told_about_a_login_waits_for_no_quiet_hour_and_no_opt_out():
    codes = ("password-reset", "password-changed", "email-changed", "confirm-email", "sign-in")
    assert all(EVENTS[code].is_credential for code in codes)
    assert PASSWORD_CHANGED.make_secret is None


def test_the_new_address_gets_the_link_and_the_old_one_the_news(cora, mails):
    ask_for(cora)
    run_due_jobs()
    Client().post(confirm_path_in(mails[0]))
    run_due_jobs()

    assert [mail["To"] for mail in mails] == ["new@example.org", "cora@example.org"]
    assert "new@example.org" not in words_in(mails[1])
    assert [each.to for each in Delivery.objects.order_by("pk")] == [
        "new@example.org",
        "cora@example.org",
    ]


def test_the_link_to_confirm_is_in_no_table(cora, mails):
    ask_for(cora)
    run_due_jobs()

    token = confirm_path_in(mails[0]).rstrip("/").rpartition("/")[2]
    assert len(token) == 43
    assert token not in tables()


def test_a_change_that_was_cancelled_in_time_is_not_mailed(cora, mails):
    ask_for(cora)
    changing_email.cancel(cora)
    run_due_jobs()

    assert mails == []


def test_of_two_asked_for_at_once_only_the_last_address_is_mailed(cora, mails):
    ask_for(cora, "first@example.org")
    ask_for(cora, "second@example.org")
    run_due_jobs()

    assert [mail["To"] for mail in mails] == ["second@example.org"]
    assert "is confirmed" in Client().post(confirm_path_in(mails[0])).text
    cora.refresh_from_db()
    assert cora.email == "second@example.org"


def test_an_outage_loses_neither_link(cora, mails, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    ask_for(cora)
    run_due_jobs()
    assert mails == []

    settings.EMAIL_PORT = port
    Job.objects.update(run_after="2020-01-01T00:00Z")
    Delivery.objects.update(next_try_at=None)
    run_due_jobs()

    assert "is confirmed" in Client().post(confirm_path_in(mails[0])).text


def test_a_reset_link_for_an_address_that_changes_as_it_is_sent_opens_nothing(panel_user):
    message = outbox.queue(PASSWORD_RESET, panel_user.customer)
    sending = read(RunningJob(1, {"message": message.pk}, 1, 1, timedelta(minutes=2)))
    assert [each.to for each in ready(sending)] == ["cora@example.org"]
    change_address(User.objects.get(pk=panel_user.pk), "new@example.org")

    link = sending.event.make_secret(sending.message).values["password_reset_url"]

    page = Client().get(path_of(link), follow=True)
    assert "password1" not in page.content.decode()
