"""SMS and WhatsApp through Twilio's real client, to a stand-in that checks what it is sent."""

import json
import logging

import pytest
from twilio.http.request import Request
from twilio.http.response import Response
from twilio.rest import Client

from notifications.channels import channel_of
from notifications.channels.base import (
    ConfigurationFailure,
    Outgoing,
    PermanentFailure,
    TemporaryFailure,
)
from notifications.channels.codes import PHONE, sentence
from notifications.channels.twilio import HttpClient
from tests.servers.twilio import ACCOUNT, SMS_FROM, TOKEN, WHATSAPP_FROM, twilio_server

SECRET = "kR7wTzQm4xHp"
SMS = Outgoing(to="+447700900123", text=f"Password: {SECRET}", secrets=(SECRET,))
ADDRESS_FIRST = Outgoing(
    to="+447700900123", content_sid="HX" + "a" * 32, variables=("https://x.example", "ada@x.org")
)
WHATSAPP = Outgoing(
    to="+447700900123",
    content_sid="HX" + "b" * 32,
    variables=(SECRET,),
    secrets=(SECRET,),
    first=ADDRESS_FIRST,
)


@pytest.fixture
def twilio(settings):
    with twilio_server() as server:
        settings.TWILIO_API_URL = server.url
        settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = ACCOUNT, TOKEN
        settings.TWILIO_SMS_FROM, settings.TWILIO_WHATSAPP_FROM = SMS_FROM, WHATSAPP_FROM
        yield server


def test_an_sms_goes_from_our_number_and_its_number_at_twilio_is_known(twilio):
    accepted = channel_of("sms").send(SMS)

    [sent] = twilio.messages
    assert sent["To"] == "+447700900123"
    assert sent["From"] == SMS_FROM
    assert sent["Body"] == SMS.text
    assert (accepted.provider, accepted.provider_id) == ("twilio", sent["Sid"])


def test_a_messaging_service_sends_as_well_as_a_number(twilio, settings):
    settings.TWILIO_SMS_FROM = "MG" + "c" * 32

    channel_of("sms").send(SMS)

    [sent] = twilio.messages
    assert sent["MessagingServiceSid"] == "MG" + "c" * 32
    assert "From" not in sent


def test_twilio_reports_to_the_public_address(twilio, settings):
    settings.PUBLIC_BASE_URL, settings.IS_HTTPS = "https://book.example.org", True

    channel_of("sms").send(SMS)

    [sent] = twilio.messages
    assert sent["StatusCallback"] == "https://book.example.org/webhooks/twilio/status/"


def test_whatsapp_sends_the_address_first_and_the_password_by_a_template_of_its_own(twilio):
    accepted = channel_of("whatsapp").send(WHATSAPP)

    first, second = twilio.messages
    assert first["To"] == second["To"] == "whatsapp:+447700900123"
    assert first["From"] == second["From"] == f"whatsapp:{WHATSAPP_FROM}"
    assert json.loads(first["ContentVariables"]) == {"1": "https://x.example", "2": "ada@x.org"}
    assert json.loads(second["ContentVariables"]) == {"1": SECRET}
    assert "Body" not in second
    assert accepted.provider_id == second["Sid"]


def test_whatsapp_without_an_approved_template_is_refused_before_it_is_tried(twilio):
    with pytest.raises(PermanentFailure) as failed:
        channel_of("whatsapp").send(Outgoing(to="+447700900123", text="Hello"))

    assert failed.value.code == "no-template"
    assert twilio.messages == []


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, 21211, PermanentFailure),
        (400, 21614, PermanentFailure),
        (400, 21610, PermanentFailure),
        (400, 21408, PermanentFailure),
        (400, 63016, PermanentFailure),
        (400, 99999, PermanentFailure),
        (429, 20429, TemporaryFailure),
        (500, 20500, TemporaryFailure),
        (503, None, TemporaryFailure),
        (400, 21611, TemporaryFailure),
        (401, 20003, ConfigurationFailure),
        (401, None, ConfigurationFailure),
        (403, 20005, ConfigurationFailure),
        (404, 20404, ConfigurationFailure),
        (400, 21212, ConfigurationFailure),
        (400, 21606, ConfigurationFailure),
        (400, 63007, ConfigurationFailure),
    ],
)
@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_each_answer_of_twilio_is_sorted_by_what_helps(twilio, channel, status, code, kind):
    twilio.refuse(code, status)

    with pytest.raises(kind) as failed:
        channel_of(channel).send(SMS if channel == "sms" else WHATSAPP)

    assert failed.value.code == f"twilio-{code or status}"
    assert twilio.messages == []


def test_who_answered_stop_is_told_apart(twilio):
    twilio.refuse(21610)
    with pytest.raises(PermanentFailure) as stopped:
        channel_of("sms").send(SMS)
    twilio.refuse(21614)
    with pytest.raises(PermanentFailure) as landline:
        channel_of("sms").send(SMS)

    assert stopped.value.opts_out
    assert not landline.value.opts_out


def test_a_message_that_failed_as_it_was_taken_is_no_success(twilio):
    twilio.answers({"sid": "SM9", "status": "failed", "error_code": 30002})

    with pytest.raises(ConfigurationFailure) as failed:
        channel_of("sms").send(SMS)

    assert failed.value.code == "twilio-30002"


def test_a_wrong_token_stops_the_channel(twilio, settings):
    settings.TWILIO_AUTH_TOKEN = "wrong"

    with pytest.raises(ConfigurationFailure) as failed:
        channel_of("sms").send(SMS)

    assert failed.value.code == "twilio-20003"


def test_twilio_that_is_away_or_hangs_up_is_asked_again_later(twilio, settings):
    twilio.hang_up()
    with pytest.raises(TemporaryFailure) as hung_up:
        channel_of("sms").send(SMS)
    settings.TWILIO_API_URL = "http://127.0.0.1:1"
    with pytest.raises(TemporaryFailure) as away:
        channel_of("sms").send(SMS)

    assert hung_up.value.code == away.value.code == "no-connection"
    assert twilio.messages == []  # one try each: the worker tries again, not the client


def test_neither_the_log_nor_the_error_holds_the_message_the_number_or_the_token(twilio, caplog):
    caplog.set_level(logging.DEBUG)
    channel_of("sms").send(SMS)
    channel_of("whatsapp").send(WHATSAPP)
    twilio.refuse(21211)

    with pytest.raises(PermanentFailure) as failed:
        channel_of("sms").send(SMS)

    told = f"{caplog.text}{failed.value!r}{SMS!r}{WHATSAPP!r}"
    assert SECRET not in told
    assert TOKEN not in told
    assert SMS.to not in caplog.text
    assert failed.value.__suppress_context__


def test_the_client_remembers_nothing_of_what_it_sent(twilio):
    http = HttpClient()
    client = Client(ACCOUNT, TOKEN, http_client=http)

    client.messages.create(to=SMS.to, from_=SMS_FROM, body=SMS.text)

    assert twilio.messages[0]["Body"] == SMS.text
    assert [value for value in vars(http).values() if isinstance(value, Request | Response)] == []


def test_every_code_that_twilio_is_known_to_answer_has_a_sentence_of_its_own():
    assert len(set(map(str, PHONE.values()))) > 40
    assert "STOP" in sentence("twilio-21610")
    assert "TWILIO_AUTH_TOKEN" in sentence("twilio-20003")
    assert "99999" in sentence("twilio-99999")


def test_a_channel_without_settings_says_so_in_production(settings):
    settings.LOCAL_MAILBOX = None

    for code in ("sms", "whatsapp"):
        assert not channel_of(code).is_configured()
        with pytest.raises(ConfigurationFailure) as failed:
            channel_of(code).send(SMS)
        assert failed.value.code == "not-configured"
