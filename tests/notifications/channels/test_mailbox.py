"""The local mailbox: outside the database, readable by its owner only, without secrets."""

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone

from bookkinda.preferences import Preferences
from notifications.channels import channel_of, mailbox
from notifications.channels.base import ConfigurationFailure, Outgoing

pytestmark = pytest.mark.django_db
SECRET = "https://book.example.org/x/?a=1&b=2"
MAIL = Outgoing(
    to="ada@example.org",
    subject="Hello",
    text=f"Open {SECRET}",
    html='<a href="https://book.example.org/x/?a=1&amp;b=2">Open</a>',
    secrets=(SECRET,),
)


@pytest.fixture(autouse=True)
def place(settings, tmp_path):
    settings.LOCAL_MAILBOX = tmp_path / "mailbox"
    settings.EMAIL_BACKEND = "notifications.channels.mailbox.EmailBackend"
    return settings.LOCAL_MAILBOX


def everything_in(place):
    return "".join(path.read_text() for path in place.iterdir())


def test_a_message_is_kept_without_its_secret(place):
    accepted = channel_of("email").send(MAIL)

    [kept] = mailbox.newest(0, 10)
    assert (kept.to, kept.subject, kept.text) == (MAIL.to, "Hello", f"Open {mailbox.MASK}")
    assert kept.is_masked
    assert (accepted.provider, accepted.provider_id) == ("mailbox", kept.name)
    assert "b=2" not in everything_in(place)


def test_the_sample_business_shows_all_of_it():
    Preferences(sample_since=timezone.now()).save()

    channel_of("email").send(MAIL)
    channel_of("sms").send(Outgoing(to="+447700900123", text="kR7wTzQm4xHp", secrets=("kR7w",)))
    channel_of("whatsapp").send(
        Outgoing(to="+447700900123", variables=("kR7wTzQm4xHp",), first=Outgoing(to="", text="one"))
    )

    whatsapp, first, sms, mail = mailbox.newest(0, 10)
    assert SECRET in mail.text
    assert sms.text == "kR7wTzQm4xHp"
    assert whatsapp.variables == ("kR7wTzQm4xHp",)
    assert (first.to, first.text) == (whatsapp.to, "one")
    assert not mail.is_masked


def test_only_its_owner_may_read_it(place):
    channel_of("email").send(MAIL)

    assert place.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in place.iterdir()} == {0o600}


def test_a_mail_that_names_no_secret_is_kept_without_any_link(place):
    mail = EmailMultiAlternatives("Hello", f"Open {SECRET}", to=["ada@example.org"])
    mail.attach_alternative(MAIL.html, "text/html")

    get_connection().send_messages([mail])

    [kept] = mailbox.newest(0, 10)
    assert kept.text == f"Open {mailbox.MASK}"
    assert "book.example.org" not in everything_in(place)


def test_the_oldest_messages_make_room(monkeypatch):
    monkeypatch.setattr(mailbox, "MOST_KEPT", 3)
    for number in range(5):
        channel_of("sms").send(Outgoing(to="+447700900123", text=str(number)))

    assert [kept.text for kept in mailbox.newest(0, 10)] == ["4", "3", "2"]


@pytest.mark.parametrize("name", ["../secret-key", "x", "0" * 20 + "-" + "0" * 8, ""])
def test_nothing_but_a_message_of_the_mailbox_is_read(place, name):
    channel_of("email").send(MAIL)
    [kept] = place.iterdir()
    kept.rename(place.parent / "secret-key.json")

    assert mailbox.read(name) is None


def test_production_keeps_no_message(settings):
    settings.LOCAL_MAILBOX = None

    assert not mailbox.is_there()
    assert mailbox.names() == []
    with pytest.raises(ConfigurationFailure):
        channel_of("email").send(MAIL)
