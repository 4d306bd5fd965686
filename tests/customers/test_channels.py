"""By which channels a customer is reached, as staff see and change it."""

import pytest
from django.test import Client
from django.urls import reverse

from customers.archiving import archive_customers
from customers.models import ChangeSet, Customer
from notifications.models import ChannelCode, OptOut
from notifications.opting_out import choices_of
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cora() -> Customer:
    return CustomerFactory(first_name="Cora", phone="+442079460123")


def choose(client: Client, customer: Customer, *channels: str) -> int:
    address = reverse("customers:channels", args=[customer.pk])
    return client.post(address, {"channel": channels}).status_code


def reasons(customer: Customer) -> dict[str, str]:
    return dict(OptOut.objects.filter(customer=customer).values_list("channel", "reason"))


def test_staff_switch_channels_off_and_on_and_the_profile_says_who_did(as_manager, cora):
    choose(as_manager, cora, "email")

    assert reasons(cora) == {"sms": "staff", "whatsapp": "staff"}
    profile = as_manager.get(reverse("customers:profile", args=[cora.pk])).content.decode()
    assert profile.count("Set by staff.") == 2

    choose(as_manager, cora, "email", "sms", "whatsapp")
    assert reasons(cora) == {}


def test_what_the_customer_stopped_by_an_answer_stays_stopped(as_manager, cora):
    OptOut.objects.create(customer=cora, channel=ChannelCode.SMS, reason=OptOut.Reason.STOP)

    choose(as_manager, cora, "email", "sms", "whatsapp")
    choose(as_manager, cora)

    assert reasons(cora)["sms"] == "stop"
    profile = as_manager.get(reverse("customers:profile", args=[cora.pk])).content.decode()
    assert "Answered STOP." in profile


def test_channels_of_a_deleted_customer_are_left_as_they_are(as_manager, manager, cora):
    archive_customers(
        Customer.objects.filter(pk=cora.pk), by=manager, source=ChangeSet.Source.BACK_OFFICE
    )

    assert choose(as_manager, cora) == 404
    assert reasons(cora) == {}


def test_only_channels_that_could_reach_the_customer_are_offered():
    nobody = CustomerFactory(email="", phone="")

    assert choices_of(nobody) == []
