"""The pages that let customers log in, send the password again, and take the login away."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from bookkinda.preferences import Preferences
from bookkinda.worker import run_due_jobs
from customers import bulk
from customers.models import Access, ChangeSet, Customer
from customers.views import plans
from notifications import portal_access
from notifications.models import ChannelCode, Delivery, Message, Workflow
from tests.customers.pages import at, text_of
from tests.customers.test_bulk_pages import BULK, confirmed, pks
from tests.factories import CustomerFactory, UserFactory

SOURCE = ChangeSet.Source.BACK_OFFICE
pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db: None) -> Customer:
    return CustomerFactory(first_name="Ada", last_name="Lovelace", email="ada@example.org")


@pytest.fixture
def desk(client: Client, front_desk: User) -> Client:
    client.force_login(front_desk)
    return client


def give(customer: Customer, access: Access) -> Customer:
    """The customer in this state, by the ways that lead to it."""
    portal_access.allow_one(customer, by=None, source=SOURCE)
    Message.objects.filter(customer=customer).delete()
    if access == Access.REVOKED:
        these = Customer.objects.filter(pk=customer.pk)
        portal_access.revoke(these, by=None, source=SOURCE)
    else:
        Customer.objects.filter(pk=customer.pk).update(access=access)
    customer.refresh_from_db()
    return customer


def test_allowing_one_says_what_is_sent_and_does_it(desk: Client, ada: Customer) -> None:
    question = desk.get(at("allow-login", ada.pk))
    assert "Allow Ada Lovelace to login?" in text_of(question)
    assert "sends a username and a one-time password" in text_of(question)
    assert "WhatsApp is off" in text_of(question)
    ada.refresh_from_db()
    assert ada.access == Access.NONE

    done = desk.post(at("allow-login", ada.pk), follow=True)
    ada.refresh_from_db()
    assert ada.access == Access.INVITED
    assert "A one-time password is on its way by e-mail." in text_of(done)
    assert Message.objects.filter(customer=ada).count() == 1

    again = desk.post(at("allow-login", ada.pk), follow=True)
    assert Message.objects.filter(customer=ada).count() == 1
    assert again.status_code == 200


@pytest.mark.parametrize(
    ("email", "sentence"),
    [("", "Needs an e-mail address"), ("desk@example.org", "of your staff signs in with this")],
)
def test_who_cannot_be_allowed_is_refused_with_the_reason(
    desk: Client, ada: Customer, email: str, sentence: str
) -> None:
    Customer.objects.filter(pk=ada.pk).update(email=email)

    for page in (desk.get(at("allow-login", ada.pk)), desk.post(at("allow-login", ada.pk))):
        assert sentence in text_of(page)
        assert "Allow and send" not in text_of(page)
    assert not Message.objects.exists()


def test_the_panel_that_is_off_is_the_reason_for_everybody(desk: Client, ada: Customer) -> None:
    Preferences(customer_panel_enabled=False).save()

    one = desk.get(at("allow-login", ada.pk))
    several = desk.post(BULK, {"action": "allow", "pk": pks(ada)})

    for page in (one, several):
        assert "The Customer Panel is switched off." in text_of(page)
        assert "Allow and send" not in text_of(page)


def test_resending_warns_that_an_own_password_ends(desk: Client, ada: Customer) -> None:
    give(ada, Access.ACTIVE)

    question = desk.get(at("resend-access", ada.pk))
    assert "This customer has chosen a password. It stops working" in text_of(question)

    done = desk.post(at("resend-access", ada.pk), follow=True)
    assert "A new one-time password for Ada Lovelace is on its way" in text_of(done)
    assert Message.objects.filter(customer=ada).count() == 1


def test_revoking_asks_first_and_takes_the_login_away(desk: Client, ada: Customer) -> None:
    give(ada, Access.ACTIVE)

    question = desk.get(at("revoke-access", ada.pk))
    assert "Revoke the login of Ada Lovelace?" in text_of(question)
    ada.refresh_from_db()
    assert ada.user is not None

    done = desk.post(at("revoke-access", ada.pk), follow=True)
    assert "Ada Lovelace can&#x27;t log in any more." in text_of(done)
    ada.refresh_from_db()
    assert (ada.access, ada.user) == (Access.REVOKED, None)

    twice = desk.post(at("revoke-access", ada.pk), follow=True)
    assert "Nothing had to be changed." in text_of(twice)


@pytest.mark.parametrize("name", ["resend-access", "revoke-access"])
def test_who_has_no_login_is_asked_nothing_about_it(desk: Client, ada: Customer, name: str) -> None:
    assert desk.get(at(name, ada.pk)).url == at("profile", ada.pk)
    page = desk.post(at("resend-access", ada.pk))
    assert "can&#x27;t log in. Allow it first" in text_of(page)


@pytest.mark.parametrize("name", ["allow-login", "resend-access", "revoke-access"])
def test_a_deleted_customer_leads_to_the_profile(desk: Client, ada: Customer, name: str) -> None:
    Customer.objects.filter(pk=ada.pk).update(archived_at=timezone.now())

    assert desk.get(at(name, ada.pk)).url == at("profile", ada.pk)
    assert desk.get(at(name, ada.pk + 1)).status_code == 404


def test_the_question_about_several_says_who_gets_what(desk: Client, ada: Customer) -> None:
    revoked = give(CustomerFactory(first_name="Rita"), Access.REVOKED)
    active = give(CustomerFactory(first_name="Alma"), Access.ACTIVE)
    without = CustomerFactory(first_name="Noah", email="")
    sent = {"action": "allow", "pk": pks(ada, revoked, active, without)}

    page = desk.post(BULK, sent)

    html = page.content.decode()
    said = [("Ada", "Gets a password"), ("Rita", "Gets a new password"),
            ("Alma", "Already has access, not changed"), ("Noah", "Left out")]  # fmt: skip
    for name, words in said:
        after = html[html.index(f">{name} ") :]
        assert words in after[: after.index("</li>")]
    assert "Needs an e-mail address: it is the username." in text_of(page)
    assert "Allow and send to 2" in text_of(page)

    done = desk.post(BULK, confirmed(page), follow=True)

    assert "2 customers may log in. Their one-time passwords are on the way." in text_of(done)
    assert "1 was left as it is. Noah" in text_of(done)
    assert at("change", ChangeSet.objects.latest("pk").pk) in done.content.decode()
    assert set(Message.objects.values_list("customer", flat=True)) == {ada.pk, revoked.pk}


def test_of_many_the_first_are_named_and_the_others_counted(desk: Client) -> None:
    CustomerFactory.create_batch(8)
    CustomerFactory.create_batch(9, email="", last_name="Zzz")

    page = desk.post(BULK, {"action": "allow", "scope": "all", "query": ""})

    assert "Allow 17 customers to login?" in text_of(page)
    assert page.content.decode().count("Needs an e-mail address") == 3
    assert "and 12 more" in text_of(page)
    assert "and 6 more" in text_of(page)
    assert "Allow and send to 8" in text_of(page)


def test_of_very_many_the_question_tells_figures_only(
    desk: Client, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(plans, "LOOKED_AT", 10)
    CustomerFactory.create_batch(20)
    CustomerFactory.create_batch(9, email="")
    give(CustomerFactory(), Access.ACTIVE)

    with django_assert_max_num_queries(30):
        page = desk.post(BULK, {"action": "allow", "scope": "all", "query": ""})

    assert "≤ 20" in text_of(page)
    assert "≥ 9" in text_of(page)
    assert "Each of the others is looked at when its turn comes" in text_of(page)


def test_nobody_to_send_to_leaves_no_button(desk: Client) -> None:
    page = desk.post(BULK, {"action": "allow", "pk": pks(CustomerFactory(email=""))})

    assert "Allow and send" not in text_of(page)
    assert "Needs an e-mail address" in text_of(page)


def test_a_large_act_shows_how_far_it_is_and_whom_it_did_not_reach(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "LOGINS_AT_ONCE", 2)
    customers = CustomerFactory.create_batch(4)
    CustomerFactory(first_name="Noah", email="")
    question = desk.post(BULK, {"action": "allow", "scope": "all", "query": ""})

    started = desk.post(BULK, confirmed(question), follow=True)
    assert "Working on it" in text_of(started)
    bulk.carry_out(ChangeSet.objects.get())
    sending = desk.get(started.redirect_chain[-1][0])
    assert "Sending the passwords" in text_of(sending)
    assert "Allowed to login 4 Sent 0 Waiting 4 Failed 0" in text_of(sending)
    assert "every 1s" in sending.content.decode()
    assert "Noah" in text_of(sending)

    states = [Delivery.State.SENT, Delivery.State.DELIVERED, Delivery.State.FAILED]
    for customer, state in zip(customers, states, strict=False):
        code = "mail-401" if state == Delivery.State.FAILED else ""
        Delivery.objects.filter(message__customer=customer).update(state=state, code=code)
    portal_access.revoke(Customer.objects.filter(pk=customers[3].pk), by=None, source=SOURCE)

    over = desk.get(started.redirect_chain[-1][0])
    assert "Sent 2 Waiting 0 Failed 1 Not needed any more 1" in text_of(over)
    assert f"{customers[2]} The mail provider refused our key." in text_of(over)
    assert "every 1s" not in over.content.decode()


def test_what_one_channel_took_counts_as_sent_and_what_none_took_as_failed(
    desk: Client, ada: Customer
) -> None:
    Workflow.objects.create(event="portal-access", channels=["email", "sms"])
    Customer.objects.filter(pk=ada.pk).update(phone="+447700900123")
    desk.post(BULK, confirmed(desk.post(BULK, {"action": "allow", "pk": pks(ada)})))
    deliveries = Delivery.objects.filter(message__customer=ada)
    deliveries.filter(channel=ChannelCode.EMAIL).update(state=Delivery.State.FAILED)
    deliveries.filter(channel=ChannelCode.SMS).update(state=Delivery.State.SENT)

    page = desk.get(at("change", ChangeSet.objects.latest("pk").pk))

    assert "Sent 1 Waiting 0 Failed 0" in text_of(page)


def test_all_that_match_means_those_of_the_filter(desk: Client, ada: Customer) -> None:
    old = give(CustomerFactory(first_name="Old"), Access.EXPIRED)
    ago = timezone.now() - timezone.timedelta(days=30)
    Customer.objects.filter(pk=old.pk).update(invited_at=ago)

    page = desk.post(BULK, {"action": "allow", "scope": "all", "query": "no_login=14"})
    desk.post(BULK, confirmed(page))

    assert list(Message.objects.values_list("customer", flat=True)) == [old.pk]


def test_logins_of_several_are_revoked_with_the_same_question(desk: Client, ada: Customer) -> None:
    give(ada, Access.ACTIVE)

    page = desk.post(BULK, {"action": "revoke", "pk": pks(ada)})
    assert "Revoke the login of 1 customer?" in text_of(page)

    done = desk.post(BULK, confirmed(page), follow=True)
    assert "1 customer can&#x27;t log in any more." in text_of(done)


def test_who_may_not_send_cannot_act_on_logins(client: Client, reader: User, ada: Customer) -> None:
    UserFactory()
    client.force_login(reader)

    assert client.post(BULK, {"action": "allow", "pk": ada.pk}).status_code == 403
    assert client.post(at("allow-login", ada.pk)).status_code == 403
    assert run_due_jobs() == 0
