"""What staff see of messages about appointments: in the log, in a message, and in the editor."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from appointments import said
from appointments.links import manage_url
from appointments.models import Appointment
from bookkinda.preferences import Preferences
from bookkinda.worker import run_due_jobs
from notifications.channels.segments import segments
from notifications.events import EVENTS
from notifications.models import ChannelCode, Message
from notifications.previewing import filling_for
from notifications.rendering import compose, house_words
from tests.factories import (
    AppointmentFactory,
    CustomerFactory,
    MessageFactory,
    ProviderFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db
LOG = "notifications:log"
OURS = [code for code in EVENTS if code.startswith(("appointment-", "provider-"))]


@pytest.fixture
def sofia():
    return ProviderFactory(name="Sofia Lindberg", email="sofia@example.org")


@pytest.fixture
def visit(sofia):
    start = timezone.now().replace(hour=12) + timedelta(days=3)
    return AppointmentFactory(
        customer=CustomerFactory(first_name="Ada", last_name="Lovelace", email="ada@example.org"),
        provider=sofia,
        service=ServiceFactory(name="Haircut"),
        start=start,
    )


@pytest.fixture
def told(visit, ways):
    """Both were told that it is booked."""
    said.say_booked(visit)
    run_due_jobs()
    return visit


def log(client, **query):
    return client.get(reverse(LOG), query).text.partition("<main")[2]


def test_everybody_who_sees_customers_sees_what_providers_were_told(told, client, reader):
    client.force_login(reader)

    page = log(client)

    assert "New appointment, to the provider" in page
    assert "Sofia Lindberg" in page
    assert "sofia@example.org" in page
    assert "Provider" in page
    assert "sofia@example.org" in log(client, q="sofia@example.org")
    assert "sofia@example.org" not in log(client, q="ada@example.org")
    assert "sofia@example.org" in log(client, event="provider-booked")
    message = Message.objects.get(event="provider-booked")
    answer = client.get(reverse("notifications:message", args=[message.pk]))
    assert "To Sofia Lindberg (Provider)" in answer.text


def test_messages_about_logins_of_staff_stay_hidden_from_others(told, client, reader, owner):
    message = MessageFactory(customer=None, user=owner, event="staff-password-reset")
    message.deliveries.create(channel="email", to="owner@example.org")
    client.force_login(reader)

    assert "owner@example.org" not in log(client)
    address = reverse("notifications:message", args=[message.pk])
    assert client.get(address).status_code == HTTPStatus.NOT_FOUND


def test_the_link_that_moves_and_cancels_is_shown_to_nobody(told, as_owner):
    message = Message.objects.get(event="appointment-booked")

    page = as_owner.get(reverse("notifications:message", args=[message.pk])).text

    assert "Haircut" in page
    assert "••••" in page
    assert told.token not in page


def test_the_words_stay_as_they_were_whatever_became_of_the_appointment(told, as_owner):
    when = f"{told.start:%H:%M}"
    start, end = told.start + timedelta(days=4, minutes=7), told.end + timedelta(days=4, minutes=7)
    Appointment.objects.update(
        status="cancelled", start=start, end=end, blocked_from=start, blocked_until=end
    )
    message = Message.objects.get(event="appointment-booked")

    page = as_owner.get(reverse("notifications:message", args=[message.pk])).text

    assert "Haircut" in page
    assert when in page


def test_the_log_asks_as_many_questions_for_many_providers(visit, as_owner):
    def questions():
        visit.provider = ProviderFactory(email="somebody@example.org")
        visit.save()
        said.say_booked(visit)
        with CaptureQueriesContext(connection) as asked:
            as_owner.get(reverse(LOG))
        return len(asked)

    questions()  # the first ones of a process ask more
    assert questions() == questions()


def test_a_reminder_says_in_the_log_how_long_before_it_is(visit, as_owner):
    message = MessageFactory(
        customer=visit.customer,
        event="appointment-reminder",
        context={"appointment": visit.pk, "start": visit.start.isoformat(), "hours": 24},
    )
    message.deliveries.create(channel="email")

    assert "Reminder, 24 hours before" in log(as_owner)
    profile = reverse("customers:profile", args=[visit.customer_id])
    assert "Reminder, 24 hours before" in as_owner.get(profile).text


def editor(event, channel="email", name="template"):
    return reverse(f"notifications:{name}", args=[event, channel])


@pytest.mark.parametrize("code", OURS)
def test_every_text_is_shown_with_a_real_appointment_and_without_its_link(code, visit, as_owner):
    for channel in EVENTS[code].texts:
        answer = as_owner.get(editor(code, channel))

        assert answer.status_code == HTTPStatus.OK
        shown = answer.text.partition('id="preview"')[2].partition("</section>")[0]
        assert "Ada" in shown or f"{visit.start:%H:%M}" in shown or channel == ChannelCode.SMS
        assert "{" not in shown.replace("{{", "")
        assert visit.token not in answer.text
        assert not answer.context["wrong"]


@pytest.mark.parametrize("code", OURS)
def test_without_an_appointment_it_is_shown_with_an_invented_one(code, as_owner):
    answer = as_owner.get(editor(code))

    assert "An invented one" in answer.text
    assert "Cut and finish" in answer.text or code == "appointment-follow-up"


def test_the_one_that_is_chosen_is_shown_and_only_those_that_are_offered(visit, as_owner):
    other = AppointmentFactory(service=ServiceFactory(name="Shave"), start=visit.start)
    nobodys = AppointmentFactory(customer=None, service=ServiceFactory(name="Secret"))

    def shown(appointment):
        address = editor("appointment-booked", name="preview")
        words = {"subject": "Hi", "body": "{appointment_service}", "customer": appointment.pk}
        return as_owner.post(address, words).text

    assert "Shave" in shown(other)
    assert "Secret" not in shown(nobodys)


def test_a_test_brings_the_file_and_no_link_that_works(visit, as_owner, ways):
    cache.clear()
    words = {"subject": "Hi", "body": "{appointment_manage_url}", "version": "0"}

    as_owner.post(editor("appointment-booked", name="test"), words)

    [mail] = ways.email.taken
    assert mail.to == "owner@example.org"
    assert "/book/manage/sample-000" in mail.text
    assert len(mail.text) == len(manage_url(visit))
    assert [file.name for file in mail.attachments] == ["appointment.ics"]
    assert visit.token not in mail.attachments[0].content.decode()
    assert not Message.objects.exists()


@pytest.mark.parametrize("code", OURS)
def test_an_sms_of_the_house_takes_two_parts_at_most(code, settings):
    settings.PUBLIC_BASE_URL = "https://termine.marlow-and-finch.example"
    Preferences(business_name="Marlow & Finch Hairdressers").save()
    event = EVENTS[code]
    words = house_words(event, ChannelCode.SMS)

    text = compose(
        event, ChannelCode.SMS, words, filling_for(event, None, "en"), Preferences.load(), ""
    ).text

    found = segments(text)
    assert not found.is_unicode
    assert found.parts <= 2


@pytest.mark.parametrize("code", OURS)
def test_meta_takes_the_suggested_texts_for_whatsapp(code):
    """No variable at the beginning or the end, eight at most, none beside another."""
    body = house_words(EVENTS[code], ChannelCode.WHATSAPP).body

    assert not body.startswith("{")
    assert not body.endswith("}")
    assert "}{" not in body.replace(" ", "")
    assert body.count("{") <= 8
