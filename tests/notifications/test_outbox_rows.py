"""What a delivery says about itself, however it was written."""

import pytest

from notifications.models import Delivery
from tests.factories import DeliveryFactory, MessageFactory

pytestmark = pytest.mark.django_db


def test_a_delivery_takes_the_event_over_from_its_message():
    message = MessageFactory(event="birthday")

    alone = DeliveryFactory(message=message, channel="email")
    Delivery.objects.bulk_create([Delivery(message=message, channel="sms")])

    assert alone.event == "birthday"
    assert message.deliveries.get(channel="sms").event == "birthday"
