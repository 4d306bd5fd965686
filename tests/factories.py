"""The cast of the tests. Nobody has a right that the test did not give."""

from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts.models import User
from appointments.models import Appointment, Provider, Service, WorkingHours
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


class ServiceFactory(DjangoModelFactory[Service]):
    """An hour of something, at any price, that customers may book."""

    class Meta:
        model = Service

    name = factory.Sequence(lambda n: f"Service {n}")


class ProviderFactory(DjangoModelFactory[Provider]):
    """Somebody who works the business's hours; `services` are what they provide."""

    class Meta:
        model = Provider
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Provider {n}")

    @factory.post_generation
    def services(self, create: bool, extracted: Any, **kwargs: Any) -> None:  # noqa: FBT001
        self.services.set(extracted or [])  # type: ignore[attr-defined]


class AppointmentFactory(DjangoModelFactory[Appointment]):
    """A confirmed hour, each one a day after the one before."""

    class Meta:
        model = Appointment

    customer = factory.SubFactory(CustomerFactory)
    service = factory.SubFactory(ServiceFactory)
    provider = factory.SubFactory(ProviderFactory)
    start = factory.Sequence(lambda n: datetime(2027, 1, 4, 10, tzinfo=UTC) + timedelta(days=n))
    end = factory.LazyAttribute(lambda made: made.start + timedelta(hours=1))
    blocked_from = factory.SelfAttribute("start")
    blocked_until = factory.SelfAttribute("end")
    status = Appointment.Status.CONFIRMED
    source = Appointment.Source.BACK_OFFICE


def open_daily(provider: Provider | None = None, start: int = 9 * 60, end: int = 17 * 60) -> None:
    """Hours of every day, in minutes since midnight: a provider's, or the business's."""
    WorkingHours.objects.bulk_create(
        WorkingHours(provider=provider, weekday=day, start=start, end=end) for day in range(7)
    )
