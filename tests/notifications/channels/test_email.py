"""E-mail as a mail server on loopback takes it or refuses it, through the real client."""

from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest

from bookkinda.preferences import Preferences
from notifications.channels import channel_of
from notifications.channels import email as channel
from notifications.channels.base import (
    ConfigurationFailure,
    Outgoing,
    PermanentFailure,
    TemporaryFailure,
)
from notifications.channels.codes import sentence
from tests.servers.smtp import smtp_server
from tests.servers.web import Answer, web_server

pytestmark = pytest.mark.django_db
SMTP = "django.core.mail.backends.smtp.EmailBackend"
SECRET = "kR7wTzQm4xHp"
MAIL = Outgoing(
    to="ada@example.org",
    subject="Your login\r\nBcc: x@evil.example",
    text=f"Password: {SECRET}",
    html=f"<p>Password: <b>{SECRET}</b></p>",
    secrets=(SECRET,),
    reference="7",
)


@contextmanager
def silent_after_hello():
    """The port of a server that greets and then says nothing until it is left."""

    class Silent(StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 Hello\r\n")
            self.rfile.read()

    with ThreadingTCPServer(("127.0.0.1", 0), Silent) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def send(settings, port, message=MAIL, timeout=2):
    settings.EMAIL_BACKEND = SMTP
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_TIMEOUT = timeout
    return channel_of("email").send(message)


def test_a_mail_has_both_parts_and_the_name_of_the_business_and_no_second_receiver(settings):
    Preferences(business_name="Marlow & Finch").save()
    with smtp_server() as (port, mails):
        accepted = send(settings, port)

    [mail] = mails
    assert mail["To"] == "ada@example.org"
    assert mail["From"] == "Marlow & Finch <no-reply@127.0.0.1>"
    assert mail["Subject"] == "Your login Bcc: x@evil.example"
    assert mail["Bcc"] is None
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_body(["plain"]).get_content().strip() == MAIL.text
    assert mail.get_body(["html"]).get_content().strip() == MAIL.html
    assert (accepted.provider, accepted.provider_id) == ("smtp", mail["Message-ID"])


def test_two_tries_have_two_names_so_that_no_mailbox_takes_them_for_copies(settings):
    with smtp_server() as (port, mails):
        send(settings, port)
        send(settings, port)

    assert mails[0]["Message-ID"] != mails[1]["Message-ID"]


@pytest.mark.parametrize(
    ("answers", "kind", "code"),
    [
        ({"AUTH": "535 5.7.8 Bad login"}, ConfigurationFailure, "smtp-535"),
        ({"AUTH": "454 4.7.0 Later"}, TemporaryFailure, "smtp-454"),
        ({"MAIL": "530 5.7.0 Log in first"}, ConfigurationFailure, "smtp-530"),
        ({"MAIL": "553 Not your address"}, ConfigurationFailure, "smtp-sender"),
        ({"MAIL": "421 Busy"}, TemporaryFailure, "smtp-421"),
        ({"RCPT": "450 Greylisted"}, TemporaryFailure, "smtp-450"),
        ({"RCPT": "550 5.1.1 No such mailbox"}, PermanentFailure, "smtp-550"),
        ({"RCPT": "554 5.7.1 Relay access denied"}, ConfigurationFailure, "smtp-relay"),
        ({"RCPT": "550 5.4.5 Daily sending limit exceeded"}, TemporaryFailure, "smtp-quota"),
        ({"MAIL": "550 5.4.5 Daily sending limit exceeded"}, TemporaryFailure, "smtp-quota"),
        ({"DATA": "550 5.4.5 Daily sending limit exceeded"}, TemporaryFailure, "smtp-quota"),
        ({"DATA": "452 Full"}, TemporaryFailure, "smtp-452"),
        ({"DATA": "554 Spam"}, PermanentFailure, "smtp-554"),
    ],
)
def test_what_a_mail_server_answers_is_sorted_by_what_helps(settings, answers, kind, code):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "shop", "secret"
    with smtp_server(**answers) as (port, mails), pytest.raises(kind) as failed:
        send(settings, port)

    assert mails == []
    assert failed.value.code == code


def test_a_server_that_is_away_or_silent_or_unknown_is_told_apart(settings):
    with pytest.raises(TemporaryFailure) as away:
        send(settings, 1)
    settings.EMAIL_USE_TLS = True
    with smtp_server() as (port, _), pytest.raises(ConfigurationFailure) as no_tls:
        send(settings, port)
    settings.EMAIL_USE_TLS = False
    with web_server(lambda asked: Answer(200, {})) as url, pytest.raises(TemporaryFailure) as mute:
        send(settings, int(url.rpartition(":")[2]))

    assert away.value.code == "no-connection"
    assert no_tls.value.code == "smtp-not-offered"
    assert mute.value.code == "timeout"


def test_a_server_that_is_slow_at_each_step_does_not_outlast_the_lease(settings, monkeypatch):
    monkeypatch.setattr(channel, "LONGEST", 0.2)
    with silent_after_hello() as port, pytest.raises(TemporaryFailure) as failed:
        send(settings, port, timeout=60)

    assert failed.value.code == "smtp-closed"


def test_no_error_quotes_what_was_to_be_sent(settings):
    with smtp_server(RCPT=f"550 {SECRET}") as (port, _), pytest.raises(PermanentFailure) as failed:
        send(settings, port)

    assert SECRET not in repr(failed.value)
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__
    assert SECRET not in repr(MAIL)


def test_an_address_that_no_header_can_hold_is_not_tried_again(settings):
    with smtp_server() as (port, _), pytest.raises(PermanentFailure) as failed:
        send(settings, port, Outgoing(to="a\r\nBcc: x@evil.example", text="x"))

    assert failed.value.code == "mail-address"


def test_the_sentences_of_the_common_answers_say_what_helps():
    assert "EMAIL_URL" in sentence("smtp-535")
    assert "no such mailbox" in sentence("smtp-550")
    assert "(471)" in sentence("smtp-471")
    assert "can't take it now" in sentence("smtp-471")
    assert "refused" in sentence("smtp-571")
