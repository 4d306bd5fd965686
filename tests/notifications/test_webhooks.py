"""The addresses at which providers report, called as they call them."""

import hmac
import json
from base64 import b64encode

import pytest
from django.test import Client
from twilio.request_validator import RequestValidator

from bookkinda.preferences import Preferences
from notifications.models import ChannelCode, Delivery, Message, OptOut
from tests.factories import CustomerFactory
from tests.servers.twilio import SMS_FROM, TOKEN, WHATSAPP_FROM

pytestmark = pytest.mark.django_db
PUBLIC = "https://book.example.org"
STATUS, INBOUND, MAIL = "/webhooks/twilio/status/", "/webhooks/twilio/inbound/", "/webhooks/mail/"
State = Delivery.State
PHONE = "+447700900123"
LOGIN = "reports:s3cret-words"


@pytest.fixture(autouse=True)
def production_like(settings):
    """Behind a proxy: the web server itself is called by another name and by http."""
    settings.PUBLIC_BASE_URL = PUBLIC
    settings.TWILIO_AUTH_TOKEN = TOKEN
    settings.TWILIO_SMS_FROM, settings.TWILIO_WHATSAPP_FROM = SMS_FROM, WHATSAPP_FROM
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"WEBHOOK_SECRET": LOGIN}


@pytest.fixture
def delivery():
    return sent("twilio", "SM1", ChannelCode.SMS)


def sent(provider, provider_id, channel):
    customer = CustomerFactory(phone=PHONE)
    message = Message.objects.create(event="birthday", customer=customer)
    return Delivery.objects.create(
        message=message,
        channel=channel,
        state=State.SENT,
        provider=provider,
        provider_id=provider_id,
    )


def state_of(delivery):
    delivery.refresh_from_db()
    return delivery.state


def from_twilio(path, *, token=TOKEN, base=PUBLIC, **form):
    """As Twilio signs it (its own library computes it)."""
    signature = RequestValidator(token).compute_signature(f"{base}{path}", form)
    client = Client(enforce_csrf_checks=True)
    return client.post(path, form, headers={"X-Twilio-Signature": signature})


def from_mail_provider(event, login=LOGIN):
    client = Client(enforce_csrf_checks=True)
    proof = b64encode(login.encode()).decode()
    return client.post(
        MAIL,
        json.dumps(event),
        content_type="application/json",
        headers={"Authorization": f"Basic {proof}"},
    )


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("queued", State.SENT),
        ("sent", State.SENT),
        ("delivered", State.DELIVERED),
        ("undelivered", State.FAILED),
        ("failed", State.FAILED),
        ("nonsense", State.SENT),
    ],
)
def test_twilio_says_what_became_of_a_message(delivery, status, state):
    answer = from_twilio(STATUS, MessageSid="SM1", MessageStatus=status)

    assert answer.status_code == 204
    assert state_of(delivery) == state


def test_twilio_says_why_a_message_did_not_arrive(delivery):
    from_twilio(STATUS, MessageSid="SM1", MessageStatus="undelivered", ErrorCode="30003")

    assert state_of(delivery) == State.FAILED
    assert delivery.code == "twilio-30003"


def test_who_answered_stop_at_twilio_gets_no_more_sms(delivery):
    from_twilio(STATUS, MessageSid="SM1", MessageStatus="failed", ErrorCode="21610")

    opt_out = OptOut.objects.get()
    assert opt_out.customer == delivery.message.customer
    assert (opt_out.channel, opt_out.reason) == ("sms", OptOut.Reason.STOP)


@pytest.mark.parametrize(("wanted", "state"), [(True, State.OPENED), (False, State.DELIVERED)])
def test_that_a_message_was_read_is_kept_only_when_the_owner_wants_it(delivery, wanted, state):
    Preferences(track_opens=wanted).save()

    from_twilio(STATUS, MessageSid="SM1", MessageStatus="read")

    assert state_of(delivery) == state


@pytest.mark.parametrize("forged", [{"token": "x" * 32}, {"base": "https://evil.example"}])
def test_nobody_else_reports_in_the_name_of_twilio(delivery, forged):
    answer = from_twilio(STATUS, MessageSid="SM1", MessageStatus="failed", **forged)
    unsigned = Client().post(STATUS, {"MessageSid": "SM1", "MessageStatus": "failed"})

    assert answer.status_code == unsigned.status_code == 403
    assert state_of(delivery) == State.SENT


def test_without_a_token_of_ours_no_signature_is_good(delivery, settings):
    settings.TWILIO_AUTH_TOKEN = ""

    answer = from_twilio(STATUS, token="", MessageSid="SM1", MessageStatus="failed")

    assert answer.status_code == 403


def test_a_signature_of_another_message_is_not_good_for_this_one(delivery):
    signature = RequestValidator(TOKEN).compute_signature(
        f"{PUBLIC}{STATUS}", {"MessageSid": "SM2", "MessageStatus": "failed"}
    )

    answer = Client().post(
        STATUS,
        {"MessageSid": "SM1", "MessageStatus": "failed"},
        headers={"X-Twilio-Signature": signature},
    )

    assert answer.status_code == 403
    assert state_of(delivery) == State.SENT


def test_reading_a_webhook_with_a_browser_is_refused():
    assert Client().get(STATUS).status_code == 405
    assert Client().get(MAIL).status_code == 405


@pytest.mark.parametrize("word", ["STOP", " stop ", "Unsubscribe"])
def test_stop_and_start_by_sms_mark_the_customer(word):
    ada = CustomerFactory(phone=PHONE)

    answer = from_twilio(INBOUND, From=PHONE, To=SMS_FROM, Body=word)

    assert answer.text == "<Response/>"
    assert OptOut.objects.get().customer == ada
    from_twilio(INBOUND, From=PHONE, To=SMS_FROM, Body="Start")
    assert not OptOut.objects.exists()


def test_stop_by_whatsapp_is_of_whatsapp_alone():
    CustomerFactory(phone=PHONE)

    from_twilio(
        INBOUND,
        From=f"whatsapp:{PHONE}",
        To=f"whatsapp:{WHATSAPP_FROM}",
        Body="x",
        OptOutType="STOP",
    )

    assert OptOut.objects.get().channel == "whatsapp"


@pytest.mark.parametrize(
    "form", [{"Body": "Please stop by at ten"}, {"Body": "STOP", "To": "+15005550001"}, {}]
)
def test_other_words_and_other_receivers_mark_nobody(form):
    CustomerFactory(phone=PHONE)

    answer = from_twilio(INBOUND, **{"From": PHONE, "To": SMS_FROM, **form})

    assert answer.status_code == 200
    assert not OptOut.objects.exists()


def postmark(kind, **values):
    return {"RecordType": kind, "MessageID": "pm-1", "Recipient": "ada@example.org", **values}


@pytest.fixture
def mail():
    return sent("postmark", "pm-1", ChannelCode.EMAIL)


def test_a_mail_provider_says_what_became_of_a_mail(mail):
    answer = from_mail_provider(postmark("Delivery", DeliveredAt="2026-11-22T04:00:00Z"))

    assert answer.status_code == 200
    assert state_of(mail) == State.DELIVERED


def test_a_mail_that_came_back_says_why(mail):
    from_mail_provider(postmark("Bounce", Type="HardBounce", Email="ada@example.org"))

    assert state_of(mail) == State.BOUNCED
    assert mail.code == "mail-bounced"


@pytest.mark.parametrize(("wanted", "state"), [(True, State.OPENED), (False, State.DELIVERED)])
def test_opens_of_mails_are_kept_only_when_the_owner_wants_them(mail, wanted, state):
    Preferences(track_opens=wanted).save()

    from_mail_provider(postmark("Open", ReceivedAt="2026-11-22T04:00:00Z"))

    assert state_of(mail) == state


def test_who_marks_a_mail_as_spam_gets_no_more_of_them(mail):
    from_mail_provider(postmark("SpamComplaint", Email="ada@example.org"))

    assert OptOut.objects.get().channel == "email"
    assert OptOut.objects.get().reason == OptOut.Reason.PROVIDER


def from_mailgun(key):
    """As Mailgun signs it: over a time and a word of its own."""
    at, word = "1795322735", "a" * 50
    signature = hmac.new(key.encode(), f"{at}{word}".encode(), "sha256").hexdigest()
    data = {
        "event": "failed",
        "severity": "permanent",
        "reason": "bounce",
        "timestamp": 1795322735.1,
        "recipient": "ada@example.org",
        "message": {"headers": {"message-id": "mg-1@example.org"}},
    }
    signed = {"timestamp": at, "token": word, "signature": signature}
    return from_mail_provider({"signature": signed, "event-data": data})


def test_a_provider_that_signs_is_asked_for_its_signature_as_well(settings):
    settings.EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
    settings.ANYMAIL = {"WEBHOOK_SECRET": LOGIN, "MAILGUN_WEBHOOK_SIGNING_KEY": "signing-key"}
    mail = sent("mailgun", "<mg-1@example.org>", ChannelCode.EMAIL)

    assert from_mailgun("guess").status_code == 403
    assert state_of(mail) == State.SENT
    assert from_mailgun("signing-key").status_code == 200
    assert state_of(mail) == State.BOUNCED


def test_without_the_key_of_the_signature_reports_are_refused_and_the_log_names_it(
    settings, caplog
):
    settings.EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"

    assert from_mailgun("signing-key").status_code == 503
    assert "MAILGUN_WEBHOOK_SIGNING_KEY" in caplog.text


def test_a_mail_report_needs_the_shared_secret(mail, settings):
    event = postmark("Bounce", Type="HardBounce", Email="ada@example.org")

    assert from_mail_provider(event, login="reports:guess").status_code == 403
    assert Client().post(MAIL, event, content_type="application/json").status_code == 403
    settings.ANYMAIL = {}
    assert from_mail_provider(event).status_code == 404
    assert state_of(mail) == State.SENT


def test_a_mail_server_has_no_reports(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    assert from_mail_provider(postmark("Open")).status_code == 404


@pytest.mark.parametrize("event", [[], {}, {"RecordType": "Delivery"}, "x", 7, None])
def test_a_report_that_makes_no_sense_harms_nobody(mail, event):
    assert from_mail_provider(event).status_code in {200, 400}
    assert state_of(mail) == State.SENT


def test_a_report_without_an_end_of_brackets_harms_nobody(mail):
    proof = b64encode(LOGIN.encode()).decode()
    headers = {"Authorization": f"Basic {proof}"}

    answer = Client().post(MAIL, "[" * 9_000, content_type="application/json", headers=headers)

    assert answer.status_code == 400
