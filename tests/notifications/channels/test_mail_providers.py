"""E-mail by providers of django-anymail, through its real client."""

import pytest

from bookkinda.preferences import Preferences
from notifications.channels import channel_of
from notifications.channels.base import (
    ConfigurationFailure,
    Outgoing,
    PermanentFailure,
    TemporaryFailure,
)
from tests.servers.mail_provider import KEY, mail_provider

pytestmark = pytest.mark.django_db
MAIL = Outgoing(to="ada@example.org", subject="Hello", text="Text", html="<p>", reference="7")


@pytest.fixture
def provider(settings):
    with mail_provider() as provider:
        use(settings, provider, "postmark")
        yield provider


def use(settings, provider, name, key=KEY):
    settings.EMAIL_BACKEND = f"anymail.backends.{name}.EmailBackend"
    settings.ANYMAIL = {
        "IGNORE_UNSUPPORTED_FEATURES": True,
        "POSTMARK_SERVER_TOKEN": key,
        "POSTMARK_API_URL": f"{provider.url}/",
        "MAILGUN_API_KEY": key,
        "MAILGUN_SENDER_DOMAIN": "example.org",
        "MAILGUN_API_URL": f"{provider.url}/v3",
    }


def send():
    return channel_of("email").send(MAIL)


def test_a_provider_that_takes_json_gets_both_parts_and_says_its_number(provider):
    accepted = send()

    [mail] = provider.mails
    assert (mail["To"], mail["TextBody"], mail["HtmlBody"]) == ("ada@example.org", "Text", "<p>")
    assert mail["Metadata"] == {"bookkinda": "7"}
    assert (accepted.provider, accepted.provider_id) == ("postmark", "pm-1")


def test_a_provider_that_takes_forms_is_told_the_same(provider, settings):
    use(settings, provider, "mailgun")

    accepted = send()

    [mail] = provider.mails
    assert (mail["to"], mail["text"], mail["html"]) == ("ada@example.org", "Text", "<p>")
    assert mail["o:tracking-clicks"] == "no"
    assert (accepted.provider, accepted.provider_id) == ("mailgun", "<mg-1@example.org>")


@pytest.mark.parametrize("wanted", [True, False])
def test_opens_are_counted_only_when_the_owner_switched_it_on(provider, wanted):
    Preferences(track_opens=wanted).save()

    send()

    [mail] = provider.mails
    assert mail["TrackOpens"] is wanted
    assert mail["TrackLinks"] == "None"  # a link may sign somebody in


def test_a_wrong_key_stops_the_channel(provider, settings):
    use(settings, provider, "postmark", key="wrong")

    with pytest.raises(ConfigurationFailure) as failed:
        send()

    assert failed.value.code == "mail-401"


def test_a_missing_key_stops_the_channel(provider, settings):
    settings.ANYMAIL = {}

    with pytest.raises(ConfigurationFailure) as failed:
        send()

    assert failed.value.code == "mail-settings"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, PermanentFailure),
        (402, ConfigurationFailure),
        (403, ConfigurationFailure),
        (413, PermanentFailure),
        (429, TemporaryFailure),
        (500, TemporaryFailure),
        (503, TemporaryFailure),
    ],
)
def test_what_a_provider_answers_is_sorted_by_what_helps(provider, status, kind):
    provider.answer_next(status, {"Message": "No"})

    with pytest.raises(kind) as failed:
        send()

    assert failed.value.code == f"mail-{status}"


def test_a_pause_that_the_provider_asks_for_is_handed_on(provider):
    provider.answer_next(429, {"Message": "Slower"}, Retry_After="17")

    with pytest.raises(TemporaryFailure) as failed:
        send()

    assert failed.value.after == 17


def test_a_refused_receiver_is_not_tried_again(provider):
    text = "Found inactive addresses: ada@example.org. Inactive recipients are ones that bounced."
    provider.answer_next(422, {"ErrorCode": 406, "Message": text})

    with pytest.raises(PermanentFailure) as failed:
        send()

    assert failed.value.code == "mail-rejected"


def test_a_provider_that_hangs_up_is_asked_again_later(provider):
    provider.answer_next(0, None)

    with pytest.raises(TemporaryFailure) as failed:
        send()

    assert failed.value.code == "no-connection"
