"""The editor of templates: saving, refusals, languages, versions, preview and test."""

from http import HTTPStatus

import pytest
from django.core.cache import cache
from django.urls import reverse

from bookkinda.preferences import Preferences
from notifications import trying
from notifications.channels.base import PermanentFailure
from notifications.models import Message, MessageTemplate, TemplateVersion, Workflow
from notifications.texts import PORTAL_ACCESS
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
BODY = "Hello {customer_first_name}, {customer_panel_password}"
HTMX = {"HTTP_HX_REQUEST": "true"}
SIDS = {"content_sid": "HX" + "1" * 32, "second_content_sid": "HX" + "2" * 32}


@pytest.fixture
def back_office(client, owner, ways):
    Preferences(business_name="Marlow & Finch").save()
    cache.clear()
    client.force_login(owner)
    return client


def page(channel="email", name="template", event="portal-access", language="en"):
    return reverse(f"notifications:{name}", args=[event, channel]) + f"?language={language}"


def typed(**values):
    return {"subject": "Hi", "body": BODY, "version": "0", **values}


def errors(answer, field):
    return " ".join(answer.context["form"].errors.get(field, []))


def test_the_default_text_is_shown_until_the_owner_writes_one(back_office):
    assert str(PORTAL_ACCESS["email"].subject) in back_office.get(page()).text

    back_office.post(page(), typed(subject="Welcome to {business_name}"))

    answer = back_office.get(page())
    assert "Welcome to {business_name}" in answer.text
    assert "Version 1, saved by Olive Owner" in answer.text


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"body": "Hello {customer_name}"}, "body", "{customer_name} is not a shortcode"),
        ({"body": "Hello"}, "body", "{customer_panel_password} is missing"),
        ({"subject": "{customer_panel_password}"}, "subject", "cannot stand in the subject"),
        ({"subject": ""}, "subject", "Write a subject"),
        ({"subject": "x" * 201}, "subject", "200 fit"),
        ({"body": ""}, "body", "Write something first"),
        ({"body": BODY + "x" * 10_000}, "body", "10000 fit"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    back_office, values, field, says
):
    answer = back_office.post(page(), typed(**values))

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert says in errors(answer, field)
    assert answer.context["form"][field].value() == values[field]
    assert not MessageTemplate.objects.exists()


def test_the_password_is_refused_in_every_other_message(back_office):
    answer = back_office.post(page(event="birthday"), typed())

    assert "works only in Access to Customer Panel" in errors(answer, "body")
    assert not MessageTemplate.objects.exists()


def test_a_subject_is_one_line_whatever_is_posted(back_office):
    back_office.post(page(), typed(subject="Hello\r\nBcc: everybody@example.org"))

    assert MessageTemplate.objects.get().subject == "Hello Bcc: everybody@example.org"


def test_who_saves_over_a_newer_text_is_told_first_and_loses_nothing(back_office):
    back_office.post(page(), typed(subject="First"))

    answer = back_office.post(page(), typed(subject="Second"))

    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Somebody saved another text" in answer.text
    assert answer.context["form"]["subject"].value() == "Second"
    assert MessageTemplate.objects.get().subject == "First"
    again = answer.context["form"]["version"].value()
    back_office.post(page(), typed(subject="Second", version=again))
    assert MessageTemplate.objects.get().subject == "Second"


def test_an_earlier_version_is_shown_and_counts_when_it_is_saved_again(back_office):
    for number, subject in enumerate(("First", "Second")):
        back_office.post(page(), typed(subject=subject, version=number))

    answer = back_office.get(f"{page()}&version=1")

    assert answer.context["form"]["subject"].value() == "First"
    assert answer.context["form"]["version"].value() == 2
    assert MessageTemplate.objects.get().subject == "Second"


def test_only_the_newest_versions_are_kept(back_office, monkeypatch):
    monkeypatch.setattr("notifications.wording.KEPT_VERSIONS", 2)
    for number in range(4):
        back_office.post(page(), typed(version=number))

    assert list(TemplateVersion.objects.values_list("version", flat=True)) == [3, 4]


def test_the_default_text_is_put_in_the_fields_and_saved_by_nobody_but_the_owner(back_office):
    back_office.post(page(), typed(subject="Mine"))

    answer = back_office.get(f"{page()}&text=default")

    assert answer.context["form"]["subject"].value() == str(PORTAL_ACCESS["email"].subject)
    assert MessageTemplate.objects.get().subject == "Mine"


def test_another_language_begins_with_the_words_that_count_until_then(back_office):
    back_office.post(page(), typed(subject="Mine"))

    answer = back_office.get(page(language="de"))

    assert answer.context["form"]["subject"].value() == "Mine"
    assert "There is no text in Deutsch (German) yet" in answer.text
    back_office.post(page(language="de"), typed(subject="Meins"))
    assert set(MessageTemplate.objects.values_list("language", "subject")) == {
        ("en", "Mine"),
        ("de", "Meins"),
    }


def test_languages_that_customers_speak_are_offered(back_office):
    CustomerFactory(language="pl")

    assert "Your customers also speak:" in back_office.get(page()).text


def test_a_language_nobody_knows_is_not_found(back_office):
    assert back_office.get(page(language="tlh")).status_code == HTTPStatus.NOT_FOUND


def test_a_removed_text_makes_place_for_the_next_one(back_office):
    back_office.post(page(language="de"), typed(subject="Meins"))
    assert "Remove the text in" in back_office.get(page(name="remove-words", language="de")).text

    back_office.post(page(name="remove-words", language="de"))

    assert not MessageTemplate.objects.exists()


def test_whatsapp_takes_two_approved_templates_and_what_fills_them(back_office):
    back_office.post(
        page("whatsapp"),
        {**SIDS, "version": "0", "variable0": "customer_email", "variable1": "customer_panel_url"},
    )

    template = MessageTemplate.objects.get()
    assert template.variables == ["customer_panel_password"]
    assert template.second_variables == ["customer_email", "customer_panel_url"]
    assert (template.content_sid, template.second_content_sid) == tuple(SIDS.values())


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"content_sid": "HX123"}, "content_sid", "begins with HX"),
        ({"content_sid": ""}, "content_sid", "required"),
        ({"second_content_sid": ""}, "second_content_sid", "required"),
        ({"second_content_sid": SIDS["content_sid"]}, "second_content_sid", "the other one"),
        ({"variable0": "", "variable1": "customer_email"}, "variable0", "Choose what fills it"),
        ({"variable0": "customer_panel_password"}, "variable0", "Select a valid choice"),
    ],
)
def test_what_whatsapp_would_refuse_is_refused_here(back_office, values, field, says):
    given = {**SIDS, "version": "0", "variable0": "customer_email", **values}

    answer = back_office.post(page("whatsapp"), given)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert says in errors(answer, field)


def test_the_last_template_of_whatsapp_stays_while_it_is_on(back_office, settings):
    settings.LOCAL_MAILBOX = None
    back_office.post(page("whatsapp"), {**SIDS, "version": "0"})
    Workflow.objects.create(event="portal-access", channels=["whatsapp"])

    answer = back_office.post(page("whatsapp", "remove-words"), follow=True)

    assert "Switch WhatsApp off for this message first" in answer.text
    assert MessageTemplate.objects.exists()


def test_the_preview_shows_a_real_customer_and_a_sample_password(back_office):
    ada = CustomerFactory(first_name="Ada <b>", email="ada@example.org")
    CustomerFactory(first_name="Bob")

    answer = back_office.post(page(name="preview"), typed(customer=ada.pk))

    assert "Ada &lt;b&gt;" in answer.text
    assert "k7vmrqt29dxe" in answer.text
    assert not MessageTemplate.objects.exists()
    assert not Message.objects.exists()


def test_the_preview_says_at_once_what_would_be_refused(back_office):
    answer = back_office.post(page(name="preview"), typed(body="Hi {nobody}"))

    assert "{nobody} is not a shortcode" in answer.text


def test_the_preview_of_an_sms_counts_its_parts(back_office):
    answer = back_office.post(page("sms", "preview"), typed(body="x" * 161))
    assert "161 of 306 characters · 2 SMS parts · GSM-7" in answer.text

    answer = back_office.post(page("sms", "preview"), typed(body="Zoë ✓"))
    assert "5 of 70 characters · 1 SMS part · Unicode" in answer.text


@pytest.mark.parametrize("asked", ["0", "99999", "x", "9" * 30, "-1"])
def test_the_preview_of_a_customer_who_is_not_there_takes_another(back_office, asked):
    CustomerFactory(first_name="Ada")

    answer = back_office.post(page(name="preview"), typed(customer=asked))

    assert "Hello Ada" in answer.text


def test_a_test_goes_to_oneself_with_a_sample_password(back_office, ways, owner):
    CustomerFactory(first_name="Ada")

    answer = back_office.post(
        page(name="test"), typed(test_to="victim@example.org", email="x@example.org"), **HTMX
    )

    [mail] = ways.email.taken
    assert mail.to == owner.email
    assert mail.text == "Hello Ada, k7vmrqt29dxe"
    assert "The test is on its way" in answer.text
    assert not MessageTemplate.objects.exists()


def test_a_test_by_telephone_needs_a_number(back_office, ways):
    wrong = back_office.post(page("sms", "test"), typed(test_to="call me"), **HTMX)
    assert "not a phone number" in wrong.text
    missing = back_office.post(page("sms", "test"), typed(test_to=""), **HTMX)
    assert "Type the number" in missing.text

    back_office.post(page("sms", "test"), typed(test_to="07700 900123"))
    assert [sms.to for sms in ways.sms.taken] == ["+447700900123"]


def test_a_test_that_fails_says_why_and_keeps_what_was_typed(back_office, ways):
    ways.email.answers = [PermanentFailure("no-template")]

    answer = back_office.post(page(name="test"), typed(subject="Draft"))

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "approved template" in answer.context["test_error"]
    assert 'value="Draft"' in answer.text


def test_a_wrong_text_is_not_sent_as_a_test(back_office, ways):
    back_office.post(page(name="test"), typed(body="Hi {nobody}"))

    assert ways.email.taken == []


def test_tests_are_limited(back_office, ways, monkeypatch):
    monkeypatch.setattr(trying, "MOST_AN_HOUR", 2)
    for _each in range(3):
        answer = back_office.post(page(name="test"), typed(), **HTMX)

    assert len(ways.email.taken) == 2
    assert "many tests" in answer.text


def test_the_switch_of_the_editor_answers_with_itself(back_office):
    address = reverse("notifications:switch", args=["portal-access", "sms"])

    answer = back_office.post(address, {"on": "portal-access:sms", "editor": "1"}, **HTMX)

    assert 'id="onoff"' in answer.text
    assert "checked" in answer.text
    assert "sms" in Workflow.objects.get(event="portal-access").channels


def test_a_channel_that_the_event_has_no_words_for_is_not_found(back_office, tell):
    tell("by-mail", texts={"email": PORTAL_ACCESS["email"]})

    assert back_office.get(page("sms", event="by-mail")).status_code == HTTPStatus.NOT_FOUND
