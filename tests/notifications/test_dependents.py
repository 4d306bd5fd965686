"""What becomes of messages when their customer is merged, erased, or asks what is kept."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from customers.erasing import erase_customers
from customers.merging import merge
from customers.models import ChangeSet, Customer
from customers.undoing import undo
from notifications import keeping
from notifications.channels import mailbox
from notifications.channels.mailbox import Kept
from notifications.models import Delivery, Message, OptOut
from tests.factories import CustomerFactory, DeliveryFactory, MessageFactory, UserFactory

pytestmark = pytest.mark.django_db
OFFICE = ChangeSet.Source.BACK_OFFICE


def said(customer: Customer, **values: object) -> Delivery:
    return DeliveryFactory(message=MessageFactory(customer=customer, event="birthday"), **values)


def erase(customer: Customer, by: User) -> None:
    erase_customers(Customer.objects.filter(pk=customer.pk), by=by, source=OFFICE)


def test_a_merge_takes_messages_and_opt_outs_along_and_its_undo_gives_them_back(manager):
    kept, gone = CustomerFactory(), CustomerFactory()
    of_kept, of_gone = said(kept), said(gone)
    OptOut.objects.create(customer=kept, channel="sms", reason="staff")
    OptOut.objects.create(customer=gone, channel="sms", reason="stop")
    OptOut.objects.create(customer=gone, channel="email", reason="customer")

    merged = merge(kept, gone, by=manager, source=OFFICE)
    of_later = said(kept)

    assert set(kept.messages.all()) == {of_kept.message, of_gone.message, of_later.message}
    assert dict(kept.opt_outs.values_list("channel", "reason")) == {
        "sms": "staff",
        "email": "customer",
    }

    undo(merged.change_set, by=manager, source=OFFICE)

    assert set(kept.messages.all()) == {of_kept.message, of_later.message}
    assert set(gone.messages.all()) == {of_gone.message}
    assert set(kept.opt_outs.values_list("channel", flat=True)) == {"sms"}
    assert set(gone.opt_outs.values_list("channel", flat=True)) == {"sms", "email"}


def test_who_is_erased_leaves_no_message_behind(owner):
    login = UserFactory(email="ada@example.org")
    ada = CustomerFactory(email="ada@example.org", user=login)
    said(ada, to="ada@example.org", provider_id="SM1")
    DeliveryFactory(message=MessageFactory(customer=None, user=login))
    OptOut.objects.create(customer=ada, channel="sms", reason="stop")
    colleague = UserFactory(role=Role.MANAGER)
    others = [
        said(CustomerFactory()),
        DeliveryFactory(message=MessageFactory(customer=None, user=colleague)),
    ]

    erase(ada, owner)

    assert list(Delivery.objects.order_by("pk")) == others
    assert Message.objects.count() == len(others)
    assert not OptOut.objects.exists()


def test_who_is_erased_is_taken_out_of_the_mailbox_of_this_machine(owner, tmp_path, settings):
    settings.LOCAL_MAILBOX = tmp_path
    ada = CustomerFactory(email="ada@example.org")
    said(ada, to="ada@example.org")
    mailbox.write(Kept(channel="email", to="ada@example.org", text="Hello Ada"))
    mailbox.write(Kept(channel="email", to="ben@example.org", text="Hello Ben"))

    erase(ada, owner)

    kept = "".join(path.read_text() for path in tmp_path.rglob("*.json"))
    assert "Ben" in kept
    assert "Ada" not in kept


def test_a_privacy_request_hands_out_messages_in_words(client: Client, manager):
    ada = CustomerFactory()
    said(ada, to="ada@example.org", state=Delivery.State.BOUNCED)
    said(CustomerFactory(), to="ben@example.org")
    OptOut.objects.create(customer=ada, channel="sms", reason="stop")
    client.force_login(manager)

    answer = client.post(f"/backoffice/customers/{ada.pk}/data.zip")
    folder = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    kept = json.loads(folder.read("data.json"))["kept_by_other_parts"]
    page = folder.read("data.html").decode()

    assert [each["about"] for each in kept["messages"]] == ["Birthday"]
    assert kept["messages"][0]["deliveries"][0] == {
        "channel": "E-mail", "sent_to": "ada@example.org", "status": "Bounced", "sent_at": None,
    }  # fmt: skip
    assert kept["not_wanted"][0]["reason"] == "Answered STOP"
    for words in ("Messages", "Sent to", "ada@example.org", "Bounced", "Answered STOP"):
        assert words in page
    assert "ben@example.org" not in page


def test_messages_are_kept_for_a_year_and_forgotten_in_small_steps(monkeypatch):
    monkeypatch.setattr(keeping, "BATCH", 2)
    now = timezone.now()
    for _ in range(5):
        DeliveryFactory(message=MessageFactory(created_at=now - timedelta(days=366)))
    young = DeliveryFactory(message=MessageFactory(created_at=now - timedelta(days=364)))
    steps = []

    assert keeping.forget_old(lambda: steps.append(1)) == 5
    assert list(Delivery.objects.all()) == [young]
    assert list(Message.objects.all()) == [young.message]
    assert len(steps) == 3
