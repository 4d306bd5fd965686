"""The pages of the log: what they show, to whom, and what Try again does."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookkinda.jobs import PERIODS
from customers.models import ChangeSet, Customer
from notifications import portal_access
from notifications.birthdays import BIRTHDAY
from notifications.events import EVENTS
from notifications.models import ChannelCode, Delivery, Message, MessageTemplate, Workflow
from notifications.outbox import SEND, queue
from notifications.views.health import PERIODIC
from notifications.wording import save_words
from tests.factories import CustomerFactory, DeliveryFactory, MessageFactory, UserFactory

pytestmark = pytest.mark.django_db
LOG = "/backoffice/notifications/log/"
State = Delivery.State


@pytest.fixture
def desk(client: Client, front_desk: User) -> Client:
    client.force_login(front_desk)
    return client


@pytest.fixture
def ada() -> Customer:
    return CustomerFactory(first_name="Ada", last_name="Lovelace", email="ada@example.org")


def said(customer: Customer, event: str = "birthday", **values: object) -> Delivery:
    return DeliveryFactory(message=MessageFactory(customer=customer, event=event), **values)


def page_of(client: Client, address: str = LOG) -> str:
    return client.get(address).content.decode()


def invited(customer: Customer, by: User) -> Message:
    """A customer who was allowed to log in, whose password came back."""
    among = Customer.objects.filter(pk=customer.pk)
    portal_access.allow(among, by=by, source=ChangeSet.Source.BACK_OFFICE)
    message = customer.messages.get()
    message.deliveries.update(state=State.BOUNCED, code="mail-bounced", attempts=1)
    return message


def test_an_empty_log_says_what_will_stand_there(desk):
    assert "What is sent to customers will stand here" in page_of(desk)


def test_a_row_says_who_what_where_and_how_it_stands(desk, ada):
    said(ada, state=State.FAILED, code="smtp-550", attempts=3, to="ada@example.org")

    page = page_of(desk)

    for words in (
        "Ada Lovelace", "Birthday", "ada@example.org", "Failed",
        "The mail server says that there is no such mailbox. Tried 3 times.", "Try again",
    ):  # fmt: skip
        assert words in page


def test_what_customers_call_themselves_leads_nowhere(desk):
    mallory = CustomerFactory(first_name="https://evil.example", last_name="<b>", email="m@x.org")
    page = page_of(desk, f"{LOG}{said(mallory).message_id}/")

    assert "https://evil.example" in page
    assert 'href="https://evil.example' not in page


def test_what_arrived_offers_nothing_beside_the_channel_that_failed(desk, ada):
    arrived = said(ada, state=State.DELIVERED)
    DeliveryFactory(message=arrived.message, channel=ChannelCode.SMS, state=State.FAILED)

    assert page_of(desk).count("Try again: Birthday") == 1
    assert page_of(desk, f"{LOG}?state=delivered").count("Try again") == 0


def test_what_waits_says_when_it_is_tried_again(desk, ada):
    said(ada, code="timeout", next_try_at=timezone.now() + timedelta(days=400))

    page = page_of(desk)

    assert "Waiting" in page
    assert f"Tries again {timezone.localtime().year + 1}" not in page
    assert "Tries again" in page


def test_a_number_is_shown_as_people_write_it(desk, ada):
    said(ada, channel="sms", to="+447700900123")

    assert "+44 7700 900123" in page_of(desk)


def test_filters_words_and_pages_live_in_the_address_line(desk, ada):
    for _ in range(30):
        said(ada, state=State.SENT)
    said(ada, state=State.FAILED, code="timeout")

    page = page_of(desk, f"{LOG}?state=sent&q=lovelace")
    last = Delivery.objects.order_by("pk")[5].pk

    assert f"{LOG}?q=lovelace&amp;state=sent&amp;older={last}" in page
    assert "30 messages" in page
    assert "Status: <b>Sent</b>" in page
    assert 'value="sent" id="state-sent" checked' in page


def test_htmx_gets_only_the_part_that_changes(desk, ada):
    said(ada)

    part = desk.get(LOG, headers={"HX-Request": "true"}).content.decode()

    assert 'id="list"' in part
    assert "<html" not in part


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_the_same_for_one_and_for_three(desk, count, django_assert_num_queries):
    for _ in range(count):
        said(CustomerFactory(), state=State.FAILED)
    desk.get(LOG)

    with django_assert_num_queries(8):
        desk.get(LOG)


def test_what_was_said_to_staff_is_not_for_everybody(desk, client, owner):
    colleague = UserFactory(role=Role.MANAGER, name="Mona Manager")
    message = MessageFactory(customer=None, user=colleague, event="staff-password-reset")
    DeliveryFactory(message=message)
    address = reverse("notifications:message", args=[message.pk])

    assert "Mona Manager" not in page_of(desk)
    assert desk.get(address).status_code == 404
    client.force_login(owner)
    assert "Mona Manager" in page_of(client)
    assert client.get(address).status_code == 200


def test_the_page_of_a_message_shows_its_words_without_the_password(desk, ada, manager):
    message = invited(ada, manager)

    page = page_of(desk, reverse("notifications:message", args=[message.pk]))

    assert "Access to Customer Panel" in page
    assert "••••••••" in page
    assert "ada@example.org" in page
    assert "The mail came back" in page
    assert "mail-bounced" in page


def test_the_page_of_a_message_shows_the_words_of_its_time(desk, ada, owner):
    def write(body: str, version: int) -> MessageTemplate:
        words = {"subject": "Wishes", "body": body}
        return save_words(BIRTHDAY, ChannelCode.EMAIL, "en", words, version=version, by=owner)

    template = write("Then, {customer_first_name}", 0)
    message = queue_birthday(ada)
    message.deliveries.update(
        state=State.SENT, sent_at=timezone.now(), template=template, template_version=1
    )
    write("Now, {customer_first_name}", 1)

    page = page_of(desk, reverse("notifications:message", args=[message.pk]))

    assert "Then, Ada" in page
    assert "Now, Ada" not in page


def test_the_page_of_a_message_says_when_the_words_were_others(desk, ada):
    message = queue_birthday(ada)
    message.deliveries.update(state=State.SENT, sent_at=timezone.now(), template_version=4)

    page = page_of(desk, reverse("notifications:message", args=[message.pk]))

    assert "The words that this was sent with are not kept any more." in page


def queue_birthday(customer: Customer) -> Message:
    Workflow.objects.update_or_create(event="birthday", defaults={"channels": ["email"]})
    message = queue(BIRTHDAY, customer)
    assert message
    return message


@pytest.mark.parametrize("code", EVENTS)
def test_the_words_of_every_event_are_made_again_or_kept_back(client, owner, ada, code):
    event = EVENTS[code]
    to_staff = event.compose is not None
    message = MessageFactory(
        customer=None if to_staff else ada, user=owner if to_staff else None, event=code
    )
    for channel in event.texts or ["email"]:
        DeliveryFactory(message=message, channel=channel)
    client.force_login(owner)

    page = page_of(client, reverse("notifications:message", args=[message.pk]))

    assert "{" not in page.partition("<main")[2].partition("</main>")[0]
    hidden = [f"{{{code.name}}}" for code in event.shortcodes if code.is_secret or code.opens]
    written = "".join(f"{text.body}{text.second}" for text in event.texts.values())
    assert ("•••" in page) == any(name in written for name in hidden)


def test_the_words_of_staff_are_not_made_again(client, owner):
    message = MessageFactory(customer=None, user=owner, event="staff-password-reset")
    DeliveryFactory(message=message)
    client.force_login(owner)

    page = page_of(client, reverse("notifications:message", args=[message.pk]))

    assert "It is not shown." in page


def test_hostile_names_are_text(desk):
    hostile = CustomerFactory(first_name="<script>alert(1)</script>", last_name="{{ 7 }}")
    delivery = said(hostile, code="<b>", provider_id="<i>")

    for address in (LOG, reverse("notifications:message", args=[delivery.message_id])):
        page = page_of(desk, address)
        assert "<script>alert" not in page
        assert "<b>)" not in page


def test_try_again_says_it_once_more_and_only_once(desk, ada, front_desk):
    message = queue_birthday(ada)
    message.deliveries.update(state=State.FAILED, code="smtp-550")
    address = reverse("notifications:resend", args=[message.pk])

    assert "Send again" in page_of(desk, address)
    desk.post(address)
    answer = desk.post(address, follow=True).content.decode()

    assert "It was sent again since." in answer
    again = Message.objects.exclude(pk=message.pk).get()
    assert (again.customer, again.by, again.event) == (ada, front_desk, "birthday")
    assert again.job.kind == SEND
    assert "Try again" not in page_of(desk)


def test_try_again_of_a_password_makes_a_new_one(desk, ada, manager):
    message = invited(ada, manager)
    address = reverse("notifications:resend", args=[message.pk])

    assert "A new password is made for it." in page_of(desk, address)
    answer = desk.post(address)

    again = Message.objects.exclude(pk=message.pk).get()
    assert answer["Location"] == reverse("notifications:message", args=[again.pk])
    assert again.change_set.kind == ChangeSet.Kind.ALLOW
    assert again.user == Customer.objects.get(pk=ada.pk).user


def test_try_again_is_refused_as_access_itself_refuses(desk, ada, manager):
    message = invited(ada, manager)
    among = Customer.objects.filter(pk=ada.pk)
    portal_access.revoke(among, by=manager, source=ChangeSet.Source.BACK_OFFICE)

    answer = desk.post(reverse("notifications:resend", args=[message.pk]), follow=True)

    assert "log in. Allow it first" in answer.content.decode()
    assert Message.objects.count() == 1


@pytest.mark.parametrize("state", [State.QUEUED, State.SENT, State.DELIVERED, State.SKIPPED])
def test_only_what_failed_can_be_tried_again(desk, ada, state):
    message = queue_birthday(ada)
    message.deliveries.update(state=state)

    page = page_of(desk)
    answer = desk.post(reverse("notifications:resend", args=[message.pk]), follow=True)

    assert "Try again" not in page
    assert "nothing to try again" in answer.content.decode()
    assert Message.objects.count() == 1


def test_nothing_is_tried_again_for_who_was_deleted(desk, ada):
    message = queue_birthday(ada)
    message.deliveries.update(state=State.FAILED)
    Customer.objects.filter(pk=ada.pk).update(archived_at=timezone.now())

    assert "Try again" not in page_of(desk)
    assert "Restore the customer first" in page_of(
        desk, reverse("notifications:resend", args=[message.pk])
    )


def test_readers_see_the_log_and_send_nothing(client, reader, ada):
    message = queue_birthday(ada)
    message.deliveries.update(state=State.FAILED)
    client.force_login(reader)

    assert "Try again" not in page_of(client)
    assert client.post(reverse("notifications:resend", args=[message.pk])).status_code == 403


def test_a_channel_that_was_mended_is_tried_at_once(desk):
    assert desk.post("/backoffice/notifications/health/email/").status_code == 302
    assert desk.post("/backoffice/notifications/health/pigeon/").status_code == 404


def test_the_health_page_says_what_to_do_and_where_to_look(desk, ada):
    said(ada)
    said(ada, state=State.FAILED)

    page = page_of(desk, "/backoffice/notifications/health/")

    assert "The worker is not running, so nothing is sent." in page
    assert f"{LOG}?state=queued" in page
    assert f"{LOG}?state=failed&amp;state=bounced" in page


def test_periodic_work_has_a_name_that_people_read(desk):
    assert (
        set(PERIODS) - set(PERIODIC) - {name for name in PERIODS if name.startswith("test")}
        == set()
    )
