"""A one-time password is in the message and nowhere else: not where data is kept, not in any log,
not in the report of an error, not on any page; whatever became of the message."""

import logging
import re
from base64 import b64encode
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import DataError, OperationalError, connection
from django.utils import timezone

from accounts.models import User
from bookkinda.preferences import Preferences
from bookkinda.worker import run_due_jobs
from customers.models import ChangeSet, Customer
from notifications import portal_access
from notifications.models import ChannelCode, Delivery, Message
from tests.factories import PASSWORD, CustomerFactory
from tests.notifications.overhearing import (
    Answer,
    betrayed,
    every_page_about,
    every_row,
    lead_to,
    providers,
    reports,
    spellings,
    switch_on,
)
from tests.notifications.test_sending import let_time_pass

pytestmark = pytest.mark.django_db
# They speak at the lowest level, so it is known that they were listened to.
LOGGERS = ["django.db.backends", "bookkinda.worker", "urllib3.connectionpool", "twilio.http_client"]


@pytest.fixture
def there(settings):
    with providers() as servers:
        lead_to(servers, settings)
        switch_on(ChannelCode.EMAIL, ChannelCode.SMS, ChannelCode.WHATSAPP)
        yield servers


@pytest.fixture
def everything_said(caplog, capfd, there):
    """What was logged at the lowest level, by everybody, and printed, and reported."""
    caplog.set_level(logging.CRITICAL, "mail.log")  # the mail server's own
    caplog.set_level(logging.DEBUG, "django")
    caplog.set_level(logging.DEBUG)
    connection.force_debug_cursor = True  # statements are logged with their values
    with reports() as written:
        yield lambda: "\n".join([caplog.text, *capfd.readouterr(), *written])
    connection.force_debug_cursor = False


def grant() -> Customer:
    ada = CustomerFactory(first_name="Ada", email="ada@example.org", phone="+447700900123")
    portal_access.allow(
        Customer.objects.filter(pk=ada.pk), by=None, source=ChangeSet.Source.BACK_OFFICE
    )
    return ada


def work() -> None:
    for _each in range(4):
        run_due_jobs()
        let_time_pass()


def taken(there):
    """Every channel takes it at once."""
    return 3


def taken_later(there):
    """No channel can take it at first; the second try makes a new password."""
    there.mailbox.next.append("451 4.3.0 Try again later")
    there.twilio.refuse(20429, 429, times=2)
    return 5


def taken_by_one(there):
    """Two refuse for good, one takes it."""
    there.mailbox.next.append("550 5.1.1 No such mailbox")
    there.twilio.refuse(21211)
    return 2


def refused(there):
    """Nobody ever takes it."""
    there.mailbox.next.append("550 5.1.1 No such mailbox")
    there.twilio.refuse(21211, times=2)
    return 2


def crashed(there):
    """The provider's client falls over an answer that it does not understand."""
    there.mailbox.next.append("451 4.3.0 Try again later")
    there.twilio.refused.extend([Answer(201, ["not", "what", "was", "agreed"])] * 2)
    return 5


def hung_up(there):
    """The connection ends before there is an answer."""
    there.mailbox.next.append("421 4.3.2 Shutting down")
    there.twilio.hang_up()
    there.twilio.hang_up()
    return 5


@pytest.mark.parametrize(
    "fate", [taken, taken_later, taken_by_one, refused, crashed, hung_up], ids=lambda f: f.__name__
)
def test_the_password_is_nowhere(client, owner, there, everything_said, fate):
    least = fate(there)
    ada = grant()

    work()

    client.force_login(owner)
    pks = {ada.pk, Message.objects.get().pk, ChangeSet.objects.get().pk}
    pages = every_page_about(client, pks=pks)
    assert len(there.heard) >= least
    assert betrayed(there.heard, every_row()) == []
    assert betrayed(there.heard, pages) == []
    said = everything_said()
    assert [logger for logger in LOGGERS if logger not in said] == []
    assert betrayed(there.heard, said) == []


def test_the_password_that_was_taken_opens_the_login_and_is_the_last_one(there):
    """So that the tests above look for the right words."""
    taken_later(there)
    ada = grant()

    work()

    first, last = there.heard[0], there.heard[-1]
    user = User.objects.get(customer=ada)
    assert user.check_password(last)
    assert not user.check_password(first)


def test_a_database_that_fails_after_the_provider_said_yes_reports_no_password(
    there, everything_said
):
    """The worst moment: the password is in memory, sent, and cannot be kept."""
    grant()

    def fail(execute, sql, params, many, context):
        if sql.startswith('UPDATE "accounts_user" SET "password"'):
            raise DataError(f"cannot write {sql}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail):
        run_due_jobs(1)

    assert len(there.heard) == 3
    said = everything_said()
    assert "DataError" in said
    assert "send_secret" in said
    assert "********************" in said, "Django's own report hides what it is told to hide."
    assert betrayed(there.heard, said) == []
    assert betrayed(there.heard, every_row()) == []


TYPED = "typed by a person 99"


@pytest.mark.parametrize(
    ("path", "sent", "failing"),
    [
        (
            "/sign-in/",
            {"login": "cora@example.org", "password": TYPED},
            'WHERE "accounts_user"."em',
        ),
        ("/account/password/", {"oldpassword": PASSWORD}, 'UPDATE "accounts_user" SET "password"'),
        ("/panel/password/", {}, 'UPDATE "accounts_user" SET "password"'),
        (
            "/panel/email/",
            {"email": "new@example.org", "password": PASSWORD},
            'INSERT INTO "customers_emailchange"',
        ),
        (
            "/account/confirm/",
            {"password": PASSWORD},
            'FROM "accounts_user" WHERE "accounts_user"."em',
        ),
    ],
)
def test_a_crash_while_a_password_is_typed_reports_no_password(
    client, panel_user, everything_said, path, sent, failing
):
    """At sign-in, and wherever one is asked for or chosen."""
    cache.clear()
    if path != "/sign-in/":
        client.force_login(panel_user)
    if path == "/panel/password/":
        later = timezone.now() + timedelta(days=1)
        User.objects.filter(pk=panel_user.pk).update(one_time_until=later)
    client.get("/account/")
    client.raise_request_exception = False

    def fail(execute, sql, params, many, context):
        if failing in sql:
            raise OperationalError("the disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail):
        answer = client.post(path, {"password1": TYPED, "password2": TYPED, **sent})

    said = everything_said()
    assert answer.status_code == 500
    assert "the disk is full" in said
    assert betrayed([TYPED, PASSWORD], said) == []


def forgot(client):
    client.post("/forgotten-password/", {"email": "cora@example.org"})


def wants_in(client):
    Preferences(panel_sign_in="link").save()
    client.post("/sign-in/mail/", {"email": "cora@example.org"})


def moves(client):
    client.force_login(User.objects.get(email="cora@example.org"))
    client.post("/panel/email/", {"email": "new@example.org", "password": PASSWORD})


@pytest.mark.parametrize("ask", [forgot, wants_in, moves])
def test_no_link_that_opens_something_is_anywhere_but_in_its_mail(
    client, panel_user, there, everything_said, ask
):
    """What is kept of them is a keyed hash or nothing; the first try fails, and makes another."""
    cache.clear()
    there.mailbox.next.append("451 4.3.0 Try again later")

    ask(client)
    work()

    links = re.findall(r"https?://\S{50,}", "\n".join(there.mailbox.said))
    ends = [link.rstrip("/").rpartition("/")[2] for link in links]
    keys = [end.partition("-")[2] if ask is forgot else end for end in ends]
    assert len(keys) == 2
    assert min(map(len, keys)) > 15
    assert betrayed(keys, every_row()) == []
    assert betrayed(keys, everything_said()) == []


def test_what_the_local_mailbox_keeps_opens_no_login(settings, tmp_path):
    """Without any provider a machine on which one develops keeps messages as files."""
    settings.LOCAL_MAILBOX = tmp_path
    settings.EMAIL_BACKEND = "notifications.channels.mailbox.EmailBackend"
    ada = grant()

    work()

    files = [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
    user = User.objects.get(customer=ada)
    assert Delivery.objects.filter(state=Delivery.State.SENT).exists()
    assert any("ada@example.org" in text for text in files)
    words = {
        word.strip("\"'<>.,:;\\") for text in files for word in text.replace("\\n", " ").split()
    }
    assert not [word for word in words if len(word) == 12 and user.check_password(word)]


def test_the_eye_of_these_tests_sees_a_secret_in_any_spelling():
    secret = "k7vmrqt29dxe"

    seen = [secret, f"({secret})".encode().hex()]
    seen += [b64encode(f"{'x' * more}{secret} y".encode()).decode() for more in range(3)]
    assert [text for text in seen if not betrayed([secret], f"before {text} after")] == []
    assert all(len(spelling) > 8 for spelling in spellings(secret))
