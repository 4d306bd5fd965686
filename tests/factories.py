"""The cast of the tests. Nobody has a right that the test did not give."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts.models import User
from customers.models import Customer, Tag
from notifications.models import ChannelCode, Delivery, Message

PASSWORD = "correct horse battery"


class UserFactory(DjangoModelFactory[User]):
    """A login without a role: a customer's, unless the test says otherwise."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@example.org")
    name = factory.Faker("name")

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return model_class.objects.create_user(password=kwargs.pop("password", PASSWORD), **kwargs)


class CustomerFactory(DjangoModelFactory[Customer]):
    """A live customer who cannot sign in."""

    class Meta:
        model = Customer

    first_name = factory.Faker("first_name")
    last_name = factory.Faker("last_name")
    email = factory.Sequence(lambda n: f"customer{n}@example.org")


class TagFactory(DjangoModelFactory[Tag]):
    class Meta:
        model = Tag

    name = factory.Sequence(lambda n: f"Tag {n}")


class MessageFactory(DjangoModelFactory[Message]):
    """Something said to a customer; without deliveries and without a job."""

    class Meta:
        model = Message

    event = "portal-access"
    customer = factory.SubFactory(CustomerFactory)


class DeliveryFactory(DjangoModelFactory[Delivery]):
    """A message by e-mail that waits."""

    class Meta:
        model = Delivery

    message = factory.SubFactory(MessageFactory)
    channel = ChannelCode.EMAIL
