"""From a message and its secrets to what a channel sends."""

import pytest
from django.conf import settings
from django.urls import reverse

from bookkinda.preferences import Preferences
from customers.models import Customer
from notifications import texts
from notifications.events import EVENTS, Event, NotWanted
from notifications.models import MessageTemplate
from notifications.rendering import languages_of, render
from tests.factories import CustomerFactory, DeliveryFactory, MessageFactory

pytestmark = pytest.mark.django_db
PASSWORD = "k7vmrqt29dxe"
SECRETS = {"customer_panel_password": PASSWORD}
HOSTILE = "<img src=x onerror=alert(1)>&\"'"


@pytest.fixture(autouse=True)
def access(monkeypatch: pytest.MonkeyPatch) -> Event:
    """An event with a secret, as Access to Customer Panel has."""
    event = Event(
        code="with-a-password",
        name="With a password",
        description="",
        group="Test",
        icon="key-round",
        shortcodes=(texts.PASSWORD,),
        texts=texts.PORTAL_ACCESS,
    )
    monkeypatch.setitem(EVENTS, event.code, event)
    return event


@pytest.fixture
def amelia() -> Customer:
    business = Preferences(business_name="Marlow & Finch", address="12 Harbour Street\nWhitby")
    business.save()
    return CustomerFactory(
        first_name="Amelia", last_name="Clarke", email="amelia@example.org", phone="+447700900142"
    )


def delivery_to(customer, channel="email"):
    message = MessageFactory(customer=customer, event="with-a-password")
    return DeliveryFactory(message=message, channel=channel, to="somebody@example.org")


def rendered(customer, channel="email"):
    delivery = delivery_to(customer, channel)
    return render(delivery.message, delivery, SECRETS)


def template(language="en", channel="email", **values):
    return MessageTemplate.objects.create(
        event="with-a-password", channel=channel, language=language, **values
    )


def test_an_email_has_a_subject_a_text_and_an_html_part(amelia):
    mail = rendered(amelia)

    assert mail.to == "somebody@example.org"
    assert mail.subject == "Your login for Marlow & Finch"
    assert "Hello Amelia," in mail.text
    assert f"Username: amelia@example.org\nPassword: {PASSWORD}\n" in mail.text
    assert "Marlow &amp; Finch" in mail.html
    assert PASSWORD in mail.html
    assert "12 Harbour Street" in mail.html
    assert mail.secrets == (PASSWORD,)


def test_an_address_alone_on_its_line_is_a_button_in_html_and_itself_in_text(amelia):
    mail = rendered(amelia)
    address = settings.PUBLIC_BASE_URL + reverse("portal:home")

    assert f"\n{address}\n" in mail.text
    assert f'href="{address}"' in mail.html
    assert "Open the Customer Panel</a>" in mail.html


def test_values_and_words_are_escaped_in_html_and_left_alone_in_text(amelia):
    amelia.first_name = HOSTILE
    amelia.save()
    template(subject="Hi {customer_first_name}", body=f"<b>{{customer_first_name}}</b> {HOSTILE}")

    mail = rendered(amelia)

    assert mail.text == f"<b>{HOSTILE}</b> {HOSTILE}"
    assert "<img src=x" not in mail.html
    assert "<b>" not in mail.html
    assert "&lt;img src=x onerror=alert(1)&gt;" in mail.html


def test_a_subject_never_has_a_line_end(amelia):
    Customer.objects.filter(pk=amelia.pk).update(first_name="A\r\nBcc: everybody@example.org")
    amelia.refresh_from_db()
    template(subject="Hello\n{customer_first_name}", body="{customer_panel_password}")

    assert rendered(amelia).subject == "Hello A Bcc: everybody@example.org"


def test_an_address_in_a_name_is_no_link(amelia):
    amelia.first_name = "https://evil.example/"
    amelia.save()
    template(body="Hi {customer_first_name}, see https://good.example/a?b=1.")

    html = rendered(amelia).html

    assert 'href="https://good.example/a?b=1"' in html
    assert 'href="https://evil.example' not in html


def test_the_logo_is_shown_as_a_picture_that_every_mail_program_knows(amelia):
    business = Preferences.load()
    business.logo = "logo/abc.webp"
    business.save()

    assert f'src="{settings.PUBLIC_BASE_URL}/logo/mail/abc.webp"' in rendered(amelia).html


def test_a_text_message_has_only_a_text(amelia):
    sms = rendered(amelia, "sms")

    assert sms.text.startswith("Marlow & Finch: your login is ready.")
    assert (sms.subject, sms.html, sms.content_sid) == ("", "", "")


def test_whatsapp_fills_the_variables_of_two_approved_templates(amelia):
    template(
        channel="whatsapp",
        content_sid="HX" + "1" * 32,
        variables=["customer_panel_password"],
        second_content_sid="HX" + "2" * 32,
        second_variables=["customer_first_name", "customer_panel_url", "business_phone"],
    )

    message = rendered(amelia, "whatsapp")

    assert message.content_sid == "HX" + "1" * 32
    assert message.variables == (PASSWORD,)
    assert message.first is not None
    assert message.first.content_sid == "HX" + "2" * 32
    assert message.first.variables == ("Amelia", settings.PUBLIC_BASE_URL + "/panel/", "–")


def test_without_an_approved_template_whatsapp_has_words_for_the_local_mailbox_alone(amelia):
    message = rendered(amelia, "whatsapp")

    assert message.content_sid == ""
    assert message.text.startswith(f"{PASSWORD} is your password.")
    assert message.first is not None
    assert PASSWORD not in message.first.text


@pytest.mark.parametrize(
    ("own", "business", "expected"),
    [
        ("", "en", ["en"]),
        ("de", "en", ["de", "en"]),
        ("pt-br", "en-gb", ["pt-br", "pt", "en-gb", "en"]),
        ("en", "en", ["en"]),
    ],
)
def test_the_order_of_languages(own, business, expected):
    assert languages_of(own, Preferences(language=business)) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (["pt-br", "pt", "de"], "pt-br"),
        (["pt", "de", "fr"], "pt"),
        (["de", "fr"], "de"),
        (["fr"], "en"),
        ([], "en"),
    ],
)
def test_the_first_language_that_the_owner_wrote_in_counts(amelia, written, expected):
    business = Preferences.load()
    business.language = "de"
    business.save()
    amelia.language = "pt-br"
    for language in written:
        template(language, subject=language, body="{customer_panel_password}", version=3)
    delivery = delivery_to(amelia)

    mail = render(delivery.message, delivery, SECRETS)

    assert delivery.language == expected
    assert f'lang="{expected}"' in mail.html
    assert delivery.template_version == (3 if expected in written else 0)
    assert (delivery.template is not None) == (expected in written)


def test_a_language_that_is_written_from_right_to_left_is_set_so(amelia):
    amelia.language = "ar"
    template("ar", subject="مرحبا", body="{customer_panel_password}")

    assert '<html lang="ar" dir="rtl">' in rendered(amelia).html


def test_an_event_cannot_put_its_own_values_in_the_place_of_the_common_ones(
    amelia, access, monkeypatch
):
    object.__setattr__(access, "values", lambda message: {"customer_email": "other@example.org"})

    assert "other@example.org" not in rendered(amelia).text


def test_what_was_to_be_said_to_an_erased_customer_is_not_wanted(amelia):
    delivery = delivery_to(None)

    with pytest.raises(NotWanted):
        render(delivery.message, delivery, SECRETS)


def test_what_is_sent_shows_no_secret_to_a_debugger(amelia):
    assert PASSWORD not in repr(rendered(amelia))
    assert PASSWORD not in repr(rendered(amelia, "whatsapp"))
