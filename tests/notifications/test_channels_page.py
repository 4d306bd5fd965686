"""The settings page "Channels" and the page of the local mailbox."""

import pytest
from django.core.cache import cache
from django.utils import timezone

from bookkinda.jobs import Job
from bookkinda.preferences import Preferences
from bookkinda.sample.business import make_sample, remove_sample
from notifications import channel_states
from notifications.channels import channel_of, mailbox
from notifications.channels.base import Outgoing
from notifications.models import ChannelState
from notifications.trying import MOST_AN_HOUR
from tests.servers.smtp import smtp_server
from tests.servers.twilio import ACCOUNT, SMS_FROM, TOKEN, twilio_server

pytestmark = pytest.mark.django_db
CHANNELS, MAILBOX = "/backoffice/settings/channels/", "/backoffice/mailbox/"
SECRET = "kR7wTzQm4xHp"


@pytest.fixture(autouse=True)
def local(settings, tmp_path, client, owner):
    settings.LOCAL_MAILBOX = tmp_path / "mailbox"
    settings.EMAIL_BACKEND = "notifications.channels.mailbox.EmailBackend"
    client.force_login(owner)
    cache.clear()


@pytest.fixture
def twilio(settings):
    with twilio_server() as server:
        settings.TWILIO_API_URL = server.url
        settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = ACCOUNT, TOKEN
        settings.TWILIO_SMS_FROM = SMS_FROM
        yield server


def send_test(client, channel, **form):
    return client.post(f"{CHANNELS}{channel}/test/", form, follow=True)


def use_smtp(settings, port):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


def test_what_is_missing_is_named_by_its_variable(client):
    page = client.get(CHANNELS).text

    assert "EMAIL_URL" in page
    assert "TWILIO_AUTH_TOKEN" in page
    assert "kept in the mailbox" in page


def test_secrets_are_said_to_be_there_and_never_shown(client, settings):
    settings.IS_HTTPS = True
    use_smtp(settings, 587)
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "shop", "h1dden-1"
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = ACCOUNT, "h1dden-2"
    settings.TWILIO_SMS_FROM = SMS_FROM
    mail = client.get(CHANNELS).text
    settings.EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
    settings.ANYMAIL = {"MAILGUN_API_KEY": "h1dden-3", "WEBHOOK_SECRET": "h1dden-4"}
    provider = client.get(CHANNELS).text

    assert "smtp://shop:…@127.0.0.1:587" in mail
    assert "ANYMAIL_MAILGUN_API_KEY" in provider
    assert "/webhooks/mail/" in provider
    assert "/webhooks/twilio/inbound/" in provider
    assert "h1dden" not in mail + provider


def test_a_test_mail_goes_to_oneself_and_to_nobody_else(client, owner, settings):
    with smtp_server() as (port, mails):
        use_smtp(settings, port)
        page = send_test(client, "email", phone="x", to="victim@example.org")

    [mail] = mails
    assert mail["To"] == owner.email
    assert "is on its way" in page.text
    assert ChannelState.objects.get(channel="email").last_success_at


def test_a_test_sms_goes_to_the_number_that_was_typed(client, twilio):
    Preferences(country="GB").save()

    send_test(client, "sms", **{"sms-phone": "07700 900123"})

    assert [sent["To"] for sent in twilio.messages] == ["+447700900123"]


@pytest.mark.parametrize(
    ("channel", "form"),
    [
        ("sms", {"sms-phone": ""}),
        ("sms", {"sms-phone": "12"}),
        ("whatsapp", {"whatsapp-phone": "07700 900123", "whatsapp-content_sid": "HX1"}),
    ],
)
def test_a_test_that_can_not_go_says_so_at_the_field_and_keeps_what_was_typed(
    client, twilio, channel, form
):
    page = send_test(client, channel, **form)

    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert all(f'value="{value}"' in page.text for value in form.values() if value)
    assert twilio.messages == []


def test_a_test_that_fails_says_why_and_a_wrong_login_stops_the_channel(client, twilio):
    twilio.refuse(20003, 401)

    page = send_test(client, "sms", **{"sms-phone": "+447700900123"}).text

    assert "TWILIO_AUTH_TOKEN" in page
    assert "Try again" in page
    state = ChannelState.objects.get(channel="sms")
    assert state.stopped_code == "twilio-20003"


def test_a_test_that_goes_sets_a_stopped_channel_going_again(client, twilio):
    channel_states.stop("sms", "twilio-20003")

    send_test(client, "sms", **{"sms-phone": "+447700900123"})

    assert ChannelState.objects.get(channel="sms").stopped_at is None


def test_try_again_lets_a_stopped_channel_try(client):
    channel_states.stop("sms", "twilio-20003")

    page = client.post("/backoffice/notifications/health/sms/", {"settings": "1"}, follow=True)

    assert page.redirect_chain == [(CHANNELS, 302)]
    assert "Nothing goes by this channel now" not in page.text


def test_tests_are_not_sent_by_the_thousand(client, twilio):
    for _ in range(MOST_AN_HOUR + 2):
        page = send_test(client, "sms", **{"sms-phone": "+447700900123"})

    assert len(twilio.messages) == MOST_AN_HOUR
    assert "Try again later" in page.text


def test_a_channel_that_does_not_exist_is_not_found(client):
    assert client.post(f"{CHANNELS}pigeon/test/").status_code == 404


def test_the_owner_decides_whether_opened_mails_are_counted(client):
    client.post(CHANNELS, {"track_opens": "on"})
    assert Preferences.load().track_opens

    client.post(CHANNELS, {})
    assert not Preferences.load().track_opens


def a_login():
    return channel_of("email").send(
        Outgoing(
            to="ada@example.org",
            subject="Your login",
            text=f"Password: {SECRET}",
            html=f"<script>alert(1)</script><p>{SECRET}</p>",
            secrets=(SECRET,),
        )
    )


def test_the_mailbox_shows_no_password_of_a_real_business(client):
    name = a_login().provider_id

    pages = [client.get(f"{MAILBOX}{path}").text for path in ("", f"{name}/", f"{name}/letter/")]

    assert "Your login" in pages[0]
    assert mailbox.MASK in pages[1]
    assert SECRET not in "".join(pages)


def test_the_mailbox_of_the_sample_shows_it_and_goes_with_the_sample(client, owner):
    owner.delete()
    sample = make_sample()
    client.force_login(sample.owner)
    name = a_login().provider_id

    page = client.get(f"{MAILBOX}{name}/").text
    assert SECRET in page
    assert "because this is the sample business" in page
    remove_sample()
    assert mailbox.names() == []
    assert client.get(f"{MAILBOX}{name}/").status_code == 404


def test_a_mail_is_shown_where_no_script_runs(client):
    Preferences(sample_since=timezone.now()).save()
    name = a_login().provider_id

    letter = client.get(f"{MAILBOX}{name}/letter/")

    policy = letter.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy  # so the default counts: none
    assert "sandbox allow-same-origin allow-popups" in policy
    assert "allow-scripts" not in policy
    assert letter.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_production_has_no_mailbox(client, settings):
    settings.LOCAL_MAILBOX = None
    use_smtp(settings, 587)

    assert client.get(MAILBOX).status_code == 404
    assert client.post(MAILBOX).status_code == 404
    assert MAILBOX not in client.get(CHANNELS).text


def test_the_mailbox_can_be_emptied(client):
    a_login()

    page = client.post(MAILBOX, follow=True).text

    assert "Nothing was sent yet" in page
    assert mailbox.names() == []


@pytest.mark.parametrize("page", ["x", "-1", "0", "99999999999999999999", "²", "9" * 5_000])
def test_odd_pages_of_the_mailbox_are_harmless(client, page):
    assert client.get(MAILBOX, {"page": page}).status_code == 200


def test_no_test_writes_a_job(client, twilio):
    send_test(client, "sms", **{"sms-phone": "+447700900123"})

    assert not Job.objects.exists()
