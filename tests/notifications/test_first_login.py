"""The whole way: staff allow a login, the message arrives at a real server, the customer signs in
with what stands in it, has to choose a password, and is in the panel. By every channel."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bookkinda.worker import run_due_jobs
from customers.models import Access, Customer
from notifications.models import ChannelCode, Delivery
from tests.accounts.test_signing_in import is_in, sign_in
from tests.attacks.walking import browser_of
from tests.factories import CustomerFactory
from tests.notifications.overhearing import PASSWORD, lead_to, providers, switch_on, text_of
from tests.notifications.test_sending import let_time_pass

pytestmark = pytest.mark.django_db
OWN = "tea kettle 47 harbour"
FIRST_PASSWORD = "/panel/password/"


@pytest.fixture
def there(settings):
    with providers() as servers:
        lead_to(servers, settings)
        yield servers


@pytest.fixture
def ada(db) -> Customer:
    return CustomerFactory(first_name="Ada", email="ada@example.org", phone="+447700900123")


def words_by(channel: ChannelCode, there) -> tuple[str, str]:
    """Whom the newest message by this channel went to, and all that it says."""
    if channel == ChannelCode.EMAIL:
        mail = there.mailbox.mails[-1]
        return str(mail["To"]), text_of(mail)
    sent = [
        one
        for one in there.twilio.messages
        if one["To"].startswith("whatsapp:") == (channel == ChannelCode.WHATSAPP)
    ]
    if channel == ChannelCode.SMS:
        return sent[-1]["To"], sent[-1]["Body"]
    values = [value for one in sent for value in json.loads(one["ContentVariables"]).values()]
    return sent[-1]["To"], "\n".join(values)


def allow(staff: User, customer: Customer, page: str = "allow-login") -> None:
    """As the front desk does it: the question is read and answered."""
    browser = browser_of(staff)
    address = reverse(f"customers:{page}", args=[customer.pk])
    assert browser.get(address).status_code == 200
    assert browser.post(address).status_code == 302
    run_due_jobs()


def choose(browser: Client, password: str = OWN):
    return browser.post(FIRST_PASSWORD, {"password1": password, "password2": password})


@pytest.mark.parametrize(
    ("channel", "to"),
    [
        (ChannelCode.EMAIL, "ada@example.org"),
        (ChannelCode.SMS, "+447700900123"),
        (ChannelCode.WHATSAPP, "whatsapp:+447700900123"),
    ],
)
def test_from_the_switch_in_the_back_office_to_the_panel(front_desk, ada, there, channel, to):
    switch_on(channel)
    allow(front_desk, ada)

    went_to, said = words_by(channel, there)
    assert went_to == to
    assert "ada@example.org" in said
    assert reverse("portal:home") in said
    [password] = PASSWORD.findall(said)

    browser = Client()
    assert sign_in(browser, "ada@example.org", password).status_code == 302
    for page in ("/", "/panel/", "/panel/profile/", "/account/", "/backoffice/customers/"):
        assert browser.get(page)["Location"] == FIRST_PASSWORD, page
    assert choose(browser)["Location"] == "/panel/"
    panel = browser.get("/panel/")
    assert panel.status_code == 200
    assert "Ada" in panel.content.decode()

    ada.refresh_from_db()
    assert ada.access == Access.ACTIVE
    thief, later = Client(), Client()
    sign_in(thief, "ada@example.org", password)
    sign_in(later, "ada@example.org", OWN)
    assert not is_in(thief)
    assert later.get("/panel/").status_code == 200


def test_all_channels_at_once_bring_the_same_password(front_desk, ada, there):
    switch_on(*ChannelCode)
    allow(front_desk, ada)

    found = {PASSWORD.findall(words_by(channel, there)[1])[0] for channel in ChannelCode}

    assert len(found) == 1
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    browser = Client()
    sign_in(browser, "ada@example.org", found.pop())
    assert choose(browser)["Location"] == "/panel/"


def test_the_password_of_whatsapp_stands_alone_in_its_message(front_desk, ada, there):
    """Meta's authentication templates take one variable; the address comes in another message."""
    switch_on(ChannelCode.WHATSAPP)
    allow(front_desk, ada)

    address, password = [json.loads(one["ContentVariables"]) for one in there.twilio.messages]

    assert PASSWORD.fullmatch(password["1"])
    assert list(password) == ["1"]
    assert not re.search(PASSWORD, " ".join(address.values()))


def test_after_resend_the_first_password_is_dead_and_the_second_opens(front_desk, ada, there):
    switch_on(ChannelCode.EMAIL)
    allow(front_desk, ada)
    allow(front_desk, ada, "resend-access")

    first, second = (PASSWORD.findall(text_of(mail))[0] for mail in there.mailbox.mails)

    old, new = Client(), Client()
    sign_in(old, "ada@example.org", first)
    sign_in(new, "ada@example.org", second)
    assert old.get("/panel/")["Location"].startswith("/sign-in/")
    assert new.get("/panel/")["Location"] == FIRST_PASSWORD


def test_after_revoke_neither_the_session_nor_the_password_opens(front_desk, ada, there):
    switch_on(ChannelCode.EMAIL)
    allow(front_desk, ada)
    [password] = PASSWORD.findall(text_of(there.mailbox.mails[-1]))
    browser = Client()
    sign_in(browser, "ada@example.org", password)
    choose(browser)
    assert browser.get("/panel/").status_code == 200

    browser_of(front_desk).post(reverse("customers:revoke-access", args=[ada.pk]))

    assert browser.get("/panel/")["Location"].startswith("/sign-in/")
    for word in (password, OWN):
        again = Client()
        sign_in(again, "ada@example.org", word)
        assert not is_in(again)


def test_a_mail_server_that_was_away_delays_the_login_and_loses_nothing(front_desk, ada, there):
    switch_on(ChannelCode.EMAIL)
    there.mailbox.next.extend(["451 4.3.0 Try again later", "421 4.3.2 Shutting down"])
    allow(front_desk, ada)
    assert there.mailbox.mails == []

    for _each in range(2):
        let_time_pass()
        run_due_jobs()

    told = there.mailbox.heard
    assert len(told) == len(set(told)) == 3
    browser = Client()
    sign_in(browser, "ada@example.org", told[0])
    assert not is_in(browser)
    sign_in(browser, "ada@example.org", told[-1])
    assert browser.get("/panel/")["Location"] == FIRST_PASSWORD


def test_what_became_of_it_is_seen_on_the_customers_page_and_in_the_log(front_desk, ada, there):
    switch_on(ChannelCode.EMAIL, ChannelCode.SMS)
    there.twilio.refuse(21610)
    allow(front_desk, ada)
    browser = browser_of(front_desk)

    profile = browser.get(reverse("customers:profile", args=[ada.pk])).content.decode()
    log = browser.get(reverse("notifications:log")).content.decode()

    for page in (profile, log):
        assert "Sent" in page
        assert "Failed" in page
        assert there.mailbox.heard[0] not in page
