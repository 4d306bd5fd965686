"""The matrix of events and channels: switches, order, quiet hours, what the owner is told."""

from datetime import time, timedelta
from http import HTTPStatus

import pytest
from django.urls import reverse
from django.utils import timezone

from bookkinda.preferences import Preferences
from notifications.models import ChannelState, Delivery, MessageTemplate, Workflow
from notifications.workflows import MOST_COUNTED, count_newest
from tests.factories import DeliveryFactory, MessageFactory

pytestmark = pytest.mark.django_db
PAGE = "/backoffice/notifications/"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def news(tell, ways):
    """An event that goes by e-mail and SMS where nobody decided."""
    return tell("news", name="News of the week")


@pytest.fixture
def at_twilio(settings):
    settings.TWILIO_ACCOUNT_SID = "AC1"
    settings.TWILIO_AUTH_TOKEN = "secret"
    settings.TWILIO_WHATSAPP_FROM = "+447700900000"


@pytest.fixture
def back_office(client, owner):
    client.force_login(owner)
    return client


def switch(back_office, channel, *, on, event="news", **more):
    address = reverse("notifications:switch", args=[event, channel])
    return back_office.post(address, {"on": [f"{event}:{channel}"] if on else []}, **more)


def channels(event="news"):
    return Workflow.objects.get(event=event).channels


def test_a_switch_turns_a_channel_on_and_off_again(back_office):
    answer = switch(back_office, "whatsapp", on=True, **HTMX)
    assert channels() == ["email", "sms", "whatsapp"]
    assert 'id="row-news"' in answer.text
    assert "<html" not in answer.text

    switch(back_office, "email", on=False)
    assert channels() == ["sms", "whatsapp"]


def test_a_channel_that_is_not_set_up_stays_off_and_the_answer_says_why(back_office, ways):
    ways.whatsapp.configured = False

    answer = switch(back_office, "whatsapp", on=True, **HTMX)

    assert "WhatsApp is not set up" in answer.text
    assert not Workflow.objects.exists()
    assert "checked" not in answer.text.partition("s-news-whatsapp")[2].partition(">")[0]


def test_what_is_on_can_be_switched_off_though_it_is_not_set_up_any_more(back_office, ways):
    ways.sms.configured = False

    switch(back_office, "sms", on=False)

    assert channels() == ["email"]


def test_a_required_channel_cannot_be_switched_off(back_office, tell):
    tell("needed", required=("email",))

    answer = switch(back_office, "email", on=False, event="needed", **HTMX)

    assert "always goes by E-mail" in answer.text
    assert "email" in Workflow(event="needed", channels=["email"]).channels


def test_whatsapp_needs_an_approved_template_before_it_is_switched_on(back_office, at_twilio):
    answer = switch(back_office, "whatsapp", on=True, **HTMX)
    assert "approved templates only" in answer.text

    MessageTemplate.objects.create(
        event="news", channel="whatsapp", language="en", content_sid="HX" + "0" * 32
    )
    switch(back_office, "whatsapp", on=True)
    assert "whatsapp" in channels()


@pytest.mark.parametrize("path", ["news/fax/", "nothing/email/"])
def test_an_unknown_switch_is_not_found(back_office, path):
    assert back_office.post(f"{PAGE}{path}switch/").status_code == HTTPStatus.NOT_FOUND


def test_without_javascript_one_button_saves_all_switches(back_office):
    back_office.post(PAGE, {"on": ["news:sms", "birthday:email", "nothing:else"]})

    assert channels() == ["sms"]
    assert channels("birthday") == ["email"]


def test_the_order_of_channels_is_kept(back_office):
    address = reverse("notifications:order", args=["news"])

    answer = back_office.post(address, {"mode": "fallback", "place0": "sms", "place1": "email"})

    assert answer.status_code == HTTPStatus.FOUND
    workflow = Workflow.objects.get(event="news")
    assert (workflow.mode, workflow.channels) == ("fallback", ["sms", "email"])
    assert "SMS → E-mail" in back_office.get(PAGE).text


def test_an_order_that_names_a_channel_twice_is_refused(back_office):
    address = reverse("notifications:order", args=["news"])

    answer = back_office.post(address, {"mode": "fallback", "place0": "sms", "place1": "sms"})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Choose each channel once." in answer.text


def test_quiet_hours_are_saved_and_taken_away(back_office):
    back_office.post(f"{PAGE}quiet-hours/", {"quiet_from": "21:00", "quiet_until": "08:00"})
    business = Preferences.load()
    assert (business.quiet_from, business.quiet_until) == (time(21), time(8))

    back_office.post(f"{PAGE}quiet-hours/", {"quiet_from": "", "quiet_until": ""})
    assert Preferences.load().quiet_from is None


@pytest.mark.parametrize(
    ("begin", "end", "says"),
    [
        ("21:00", "", "Give both times, or none."),
        ("", "08:00", "Give both times, or none."),
        ("08:00", "08:00", "Choose another time"),
        ("late", "08:00", "Enter a valid time"),
    ],
)
def test_half_of_the_quiet_hours_is_refused_at_its_field(back_office, begin, end, says):
    answer = back_office.post(f"{PAGE}quiet-hours/", {"quiet_from": begin, "quiet_until": end})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert says in answer.text
    assert Preferences.load().quiet_until is None


def deliveries(state, count, age=timedelta(), event="news"):
    for _each in range(count):
        delivery = DeliveryFactory(message=MessageFactory(event=event), state=state)
        Delivery.objects.filter(pk=delivery.pk).update(created_at=timezone.now() - age)


def test_the_page_counts_what_was_sent_and_what_failed_in_the_last_days(back_office):
    deliveries("sent", 2)
    deliveries("opened", 1)
    deliveries("bounced", 1)
    deliveries("queued", 1)
    deliveries("sent", 1, timedelta(days=31))

    text = back_office.get(PAGE).text

    assert "3 sent" in text
    assert "1 failed" in text


def test_the_count_looks_at_the_newest_rows_only(monkeypatch):
    monkeypatch.setattr("notifications.workflows.MOST_COUNTED", 2)
    deliveries("sent", 3)

    counts, is_capped = count_newest()

    assert (counts["news"].sent, is_capped) == (2, True)
    assert MOST_COUNTED > 1_000


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_asks_as_many_questions_however_much_was_sent(
    back_office, count, django_assert_max_num_queries
):
    deliveries("sent", count)

    with django_assert_max_num_queries(17):
        back_office.get(PAGE)


def test_a_stopped_channel_says_so_and_what_helps(back_office):
    ChannelState.objects.create(
        channel="sms", stopped_at=timezone.now(), stopped_code="not-configured"
    )

    text = back_office.get(PAGE).text

    assert "Stopped" in text
    assert "The Channels page of the settings says what is missing" in text


def test_the_way_to_the_page_is_in_the_menu_of_who_may_change_it(back_office, client, reader):
    assert f'href="{PAGE}"' in back_office.get(reverse("customers:list")).text

    client.force_login(reader)
    assert f'href="{PAGE}"' not in client.get(reverse("customers:list")).text
