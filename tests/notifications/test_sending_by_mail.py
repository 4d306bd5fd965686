"""The outbox and a real mail server: what it takes, puts off, refuses, and when it is away."""

import re
import sqlite3
from threading import Timer

import psycopg
import pytest
from django.db import connection

from bookkinda.jobs import Job
from bookkinda.worker import run_due_jobs
from customers.models import ChangeSet, Customer
from notifications import outbox, portal_access, sending
from notifications.models import ChannelCode, ChannelState, Message
from tests.factories import CustomerFactory
from tests.notifications.test_sending import let_time_pass, states
from tests.servers.postgresql import free_port
from tests.servers.smtp import smtp_server

pytestmark = pytest.mark.django_db
DESK = ChangeSet.Source.BACK_OFFICE


@pytest.fixture
def by_smtp(settings):
    """Lets mails go to the server on this port."""

    def use(port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "shop", "secret"

    return use


@pytest.fixture
def ada(db):
    return CustomerFactory(first_name="Ada", email="ada@example.org")


@pytest.fixture
def event(tell):
    return tell(on=(ChannelCode.EMAIL,))


def text_of(mail):
    return mail.get_body(["plain"]).get_content()


def password_in(mail):
    return re.findall(r"\b[bcdfghjkmnpqrtvwxy346789]{12}\b", text_of(mail))[0]


def allow(customer):
    portal_access.allow(Customer.objects.filter(pk=customer.pk), by=None, source=DESK)
    customer.refresh_from_db()
    return Message.objects.get(customer=customer)


def test_a_grant_arrives_and_its_password_works(ada, by_smtp):
    message = allow(ada)

    with smtp_server() as (port, mails):
        by_smtp(port)
        run_due_jobs()

    [mail] = mails
    ada.user.refresh_from_db()
    assert mail["To"] == "ada@example.org"
    assert ada.user.check_password(password_in(mail))
    assert states(message) == {"email": ("sent", "")}
    assert message.deliveries.get().provider_id == mail["Message-ID"]


def test_what_is_put_off_is_sent_later_with_another_password(ada, by_smtp):
    message = allow(ada)
    with smtp_server(DATA="451 4.3.0 Try again later") as (port, _mails):
        by_smtp(port)
        run_due_jobs()
    assert states(message) == {"email": ("queued", "smtp-451")}
    assert not ada.user.has_usable_password()

    let_time_pass()
    with smtp_server() as (port, mails):
        by_smtp(port)
        run_due_jobs()

    ada.user.refresh_from_db()
    assert ada.user.check_password(password_in(mails[0]))
    assert states(message) == {"email": ("sent", "")}


def test_an_address_that_does_not_exist_is_not_tried_again(ada, by_smtp, event):
    message = outbox.queue(event, ada)

    with smtp_server(RCPT="550 5.1.1 No such mailbox") as (port, _mails):
        by_smtp(port)
        run_due_jobs()

    assert states(message) == {"email": ("failed", "smtp-550")}
    assert Job.objects.get().state == Job.State.DONE


def test_a_refused_password_of_the_mail_server_stops_mail_until_it_is_mended(by_smtp, event):
    messages = [outbox.queue(event, person) for person in CustomerFactory.create_batch(3)]
    with smtp_server(AUTH="535 5.7.8 Bad credentials") as (port, _mails):
        by_smtp(port)
        run_due_jobs()
    assert ChannelState.objects.get(channel="email").stopped_code == "smtp-535"
    assert {states(each)["email"] for each in messages} == {("queued", "channel-stopped")}

    with smtp_server() as (port, mails):
        by_smtp(port)
        sending.try_now("email")
        run_due_jobs()

    assert len(mails) == 3
    assert {states(each)["email"] for each in messages} == {("sent", "")}


def test_a_server_that_is_away_is_waited_for(ada, by_smtp, event):
    message = outbox.queue(event, ada)
    by_smtp(free_port())
    run_due_jobs()
    assert states(message) == {"email": ("queued", "no-connection")}

    let_time_pass()
    with smtp_server() as (port, mails):
        by_smtp(port)
        run_due_jobs()

    assert [mail["To"] for mail in mails] == ["ada@example.org"]
    assert states(message) == {"email": ("sent", "")}


def test_a_single_mail_overtakes_a_hundred(ada, by_smtp, event):
    outbox.queue_many(event, CustomerFactory.create_batch(100))
    outbox.queue(event, ada)

    with smtp_server() as (port, mails):
        by_smtp(port)
        run_due_jobs()

    assert mails[0]["To"] == "ada@example.org"
    assert len(mails) == 101
    assert len({mail["To"] for mail in mails}) == 101


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_as_the_mail_is_taken_makes_nobody_get_two(ada, ways, event):
    message = outbox.queue(event, ada)
    ways.email.answers = [away_for_a_moment]

    run_due_jobs()

    assert ways.email.asked == 1
    assert states(message) == {"email": ("sent", "")}


def away_for_a_moment():
    """SQLite: somebody writes for longer than we wait. PostgreSQL: our connection is ended."""
    if connection.vendor == "postgresql":
        with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid]
            )
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 20")
    other = sqlite3.connect(connection.settings_dict["NAME"], check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    Timer(0.8, other.close).start()
