"""What customers change themselves: their record, their address, and how they are written to."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from bookkinda.preferences import Preferences
from bookkinda.worker import run_due_jobs
from customers.editing import edit_customer
from customers.models import Change, ChangeSet, Customer, EmailChange
from notifications.models import ChannelCode, OptOut
from tests.accounts.test_signing_in import is_in, sign_in
from tests.factories import PASSWORD, CustomerFactory, UserFactory
from tests.notifications.test_login_messages import confirm_path_in

pytestmark = pytest.mark.django_db
PROFILE = "/panel/profile/"


@pytest.fixture(autouse=True)
def no_limits_of_earlier_tests(db):
    cache.clear()


@pytest.fixture
def cora(client, panel_user) -> Customer:
    client.force_login(panel_user)
    return panel_user.customer


def typed(customer, **changes):
    return {
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "phone": "",
        "date_of_birth": "",
        "language": "",
        "version": customer.version,
        **changes,
    }


def test_a_customer_changes_the_record_and_history_says_who_and_where(client, cora, panel_user):
    answer = client.post(
        PROFILE,
        typed(cora, first_name=" Coralie ", phone="07700 900142", date_of_birth="1991-04-09"),
    )

    assert answer["Location"] == PROFILE
    cora.refresh_from_db()
    assert (cora.first_name, cora.phone) == ("Coralie", "+447700900142")
    change = Change.objects.get()
    assert change.change_set.source == ChangeSet.Source.PANEL
    assert change.change_set.by == panel_user
    assert change.before["first_name"] == "Cora"


def test_what_is_not_on_the_form_cannot_be_changed_by_it(client, cora, panel_user):
    other = CustomerFactory(first_name="Olga")
    staff = UserFactory(role="owner")
    sent = {
        "email": "eve@example.org", "note": "VIP", "external_id": "1", "user": staff.pk,
        "user_id": staff.pk, "access": 4, "role": "owner", "is_staff": "on", "pk": other.pk,
        "customer": other.pk, "id": other.pk, "tags": "VIP",
    }  # fmt: skip

    client.post(PROFILE, {**typed(cora, first_name="Coralie"), **sent})

    cora.refresh_from_db()
    other.refresh_from_db()
    assert (cora.first_name, cora.email, cora.user, cora.note) == (
        "Coralie", "cora@example.org", panel_user, "",
    )  # fmt: skip
    assert other.first_name == "Olga"
    assert User.objects.get(pk=panel_user.pk).role == ""


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("first_name", "", "Please give a name."),
        ("first_name", "x" * 101, "100 fit"),
        ("phone", "call me", "not a phone number"),
        ("date_of_birth", "9/4/91", "year-month-day"),
        ("date_of_birth", "2999-01-01", "future"),
        ("language", "tlh", "valid choice"),
        ("version", "x", "whole number"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_typed_is_lost(
    client, cora, field, value, says
):
    answer = client.post(PROFILE, typed(cora, last_name="Kept", **{field: value}))

    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="Kept"' in answer.text or field == "last_name"
    assert not Change.objects.exists()


def test_a_customer_hears_what_staff_changed_meanwhile_and_keeps_what_was_typed(
    client, cora, manager
):
    form = typed(cora, last_name="Typed")
    edit_customer(
        cora, by=manager, source=ChangeSet.Source.BACK_OFFICE, expected_version=1, last_name="Desk"
    )

    page = client.post(PROFILE, form)

    assert page.status_code == 422
    assert "was changed to: Desk" in page.text
    assert 'value="Typed"' in page.text
    client.post(PROFILE, {**form, "version": 2})
    cora.refresh_from_db()
    assert cora.last_name == "Typed"


def test_a_note_of_staff_is_never_shown(client, cora):
    Customer.objects.update(note="Talks too much")

    for path in ("/panel/", PROFILE):
        assert "Talks too much" not in client.get(path).text


def ask(client, email="new@example.org", password=PASSWORD):
    return client.post("/panel/email/", {"email": email, "password": password})


def test_another_address_is_asked_for_with_the_password_and_confirmed_by_its_link(client, cora):
    assert ask(client)["Location"] == PROFILE
    assert "new@example.org" in client.get(PROFILE).text
    run_due_jobs()
    assert [message.to for message in mail.outbox] == [["new@example.org"]]
    path = confirm_path_in(mail.outbox[0])

    assert "Confirm your e-mail" in Client().get(path).text
    cora.refresh_from_db()
    assert cora.email == "cora@example.org"
    assert "Your e-mail is confirmed" in Client().post(path).text

    assert not is_in(client)
    sign_in(client, "new@example.org")
    assert is_in(client)
    assert "does not work any more" in Client().post(path).text
    run_due_jobs()
    assert mail.outbox[-1].to == ["cora@example.org"]
    assert "username was changed" in mail.outbox[-1].subject


@pytest.mark.parametrize("password", ["", "a wrong guess"])
def test_another_address_is_not_asked_for_without_the_password(client, cora, password):
    assert ask(client, password=password).status_code == 200
    assert not EmailChange.objects.exists()


def test_guessing_the_password_there_is_limited_like_signing_in(client, cora):
    for _try in range(5):
        ask(client, password="a wrong guess")

    assert "Too many tries" in ask(client).text
    assert not EmailChange.objects.exists()


def test_who_has_no_password_has_to_come_in_by_mail_just_before(client, cora, panel_user):
    panel_user.set_unusable_password()
    panel_user.save(update_fields=["password"])
    Preferences(panel_sign_in="code").save()
    client.force_login(panel_user)
    assert "You have no password" in ask(client).text
    assert not EmailChange.objects.exists()

    client.logout()
    client.post("/sign-in/mail/", {"email": "cora@example.org"})
    run_due_jobs()
    client.post("/sign-in/mail/sent/", {"code": re.search(r"\b\d{6}\b", mail.outbox[0].body)[0]})

    assert ask(client)["Location"] == PROFILE
    assert EmailChange.objects.exists()


def test_mails_to_other_peoples_addresses_are_limited(client, cora):
    answers = [ask(client, f"n{n}@example.org").status_code for n in range(11)]

    assert answers == [302] * 10 + [429]


def test_the_panel_does_not_say_whose_address_it_is_but_its_mail_does(client, cora, manager):
    answer = ask(client, manager.email)
    unknown = ask(client, "nobody@example.org")

    assert (answer.status_code, answer["Location"]) == (unknown.status_code, unknown["Location"])
    ask(client, manager.email)
    run_due_jobs()
    page = Client().post(confirm_path_in(mail.outbox[-1]))
    assert "This address signs in already" in page.text
    assert User.objects.get(email=manager.email) == manager
    cora.refresh_from_db()
    assert cora.email == "cora@example.org"


def test_keeping_the_old_address_makes_the_link_worthless(client, cora):
    ask(client)
    run_due_jobs()

    client.post("/panel/email/keep/")

    assert "does not work any more" in Client().post(confirm_path_in(mail.outbox[0])).text
    assert "new@example.org" not in client.get(PROFILE).text


def test_only_the_last_link_of_two_works(client, cora):
    ask(client)
    run_due_jobs()
    client.post("/panel/email/again/")
    run_due_jobs()
    first, second = (confirm_path_in(message) for message in mail.outbox)

    assert "does not work any more" in Client().post(first).text
    assert "is confirmed" in Client().post(second).text


def test_an_address_that_is_none_or_ones_own_is_refused(client, cora):
    assert "looks like name@example.org" in ask(client, "nonsense").text
    assert "you have now" in ask(client, "CORA@example.org").text
    assert not EmailChange.objects.exists()


def test_a_customer_opts_out_and_in_by_channel(client, cora):
    Customer.objects.update(phone="+447700900142")

    client.post("/panel/messages/", {})
    assert {(out.channel, out.reason) for out in OptOut.objects.all()} >= {("email", "customer")}

    client.post("/panel/messages/", {"channel": ["email", "sms", "whatsapp"]})
    assert not OptOut.objects.exists()


def test_what_was_stopped_by_an_answer_is_not_opened_by_a_form(client, cora, settings):
    Customer.objects.update(phone="+447700900142")
    OptOut.objects.create(customer=cora, channel=ChannelCode.SMS, reason=OptOut.Reason.STOP)

    client.post("/panel/messages/", {"channel": ["email", "sms"]})

    assert OptOut.objects.get(channel="sms").reason == OptOut.Reason.STOP


@pytest.mark.parametrize(
    "path",
    ["/panel/messages/", "/panel/email/again/", "/panel/email/keep/", PROFILE, "/panel/email/"],
)
def test_every_change_needs_the_token_of_our_own_page(panel_user, path):
    client = Client(enforce_csrf_checks=True)
    client.force_login(panel_user)

    assert client.post(path, {}).status_code == 403


def test_a_look_at_a_page_changes_nothing(client, cora):
    for path in ("/panel/messages/", "/panel/email/again/", "/panel/email/keep/"):
        assert client.get(path).status_code == 405
