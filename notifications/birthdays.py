"""Birthday wishes: on the day, by the clock where the customer is, once a year."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bookkinda.jobs import Job
from bookkinda.preferences import Preferences
from customers.models import Customer
from notifications import texts
from notifications.events import Event, NotWanted, declare
from notifications.models import ChannelCode, Message
from notifications.outbox import queue, workflow_of
from notifications.quiet_hours import zone_of

FROM, UNTIL = time(9), time(20)  # where the customer is; quiet hours are kept besides
BATCH = 200
OVER = "not-wanted"


def values(message: Message) -> dict[str, str]:
    """Nothing of its own. Raises NotWanted when the day is over."""
    customer = message.customer
    if customer is None or not is_birthday(customer, local_now(customer).date()):
        raise NotWanted(OVER)
    return {}


BIRTHDAY = declare(
    Event(
        code="birthday",
        name=_("Birthday"),
        description=_("On the day, between 9:00 and 20:00 where the customer is."),
        group=texts.CARE_GROUP,
        is_last=True,
        icon="cake",
        shortcodes=(),
        texts=texts.BIRTHDAY,
        on=(),
        values=values,
    )
)


def wish_happy_birthday(pause: Callable[[], None]) -> int:
    """Queue the wishes that are due now and were not queued this year; says how many."""
    channels = workflow_of(BIRTHDAY).channels
    wishes = list(due(timezone.now(), channels)) if channels else []
    count = 0
    for start in range(0, len(wishes), BATCH):
        count += queue_batch(dict(wishes[start : start + BATCH]))
        pause()
    return count


def queue_batch(wishes: dict[str, Customer]) -> int:
    """Queue those of these keys that are new; says how many."""
    known = set(Message.objects.filter(key__in=wishes).values_list("key", flat=True))
    count = 0
    for key, customer in wishes.items():
        if key not in known:
            with transaction.atomic():
                queue(BIRTHDAY, customer, key=key, priority=Job.Priority.BULK)
            count += 1
    return count


def due(now: datetime, channels: list[str]) -> Iterator[tuple[str, Customer]]:
    """Whose birthday it is where they are, now that it is day there, who can be reached; by key."""
    business = Preferences.load()
    days = {(now + timedelta(hours=hours)).date() for hours in (-12, 0, 14)}
    codes = {code for day in days for code in codes_of(day)}
    born = Customer.objects.filter(archived_at=None, birthday__in=codes).order_by("pk")
    for customer in born.iterator():
        local = now.astimezone(zone_of(business, customer))
        if (
            is_birthday(customer, local.date())
            and FROM <= local.time() < UNTIL
            and can_be_reached(customer, channels)
        ):
            yield key_of(customer, local.date()), customer


def codes_of(day: date) -> set[int]:
    """As `Customer.birthday` counts days. Who was born on 29 February has it on the 28th when
    there is no such day."""
    codes = {day.month * 100 + day.day}
    if (day.month, day.day) == (2, 28) and (day + timedelta(days=1)).month == 3:
        codes.add(229)
    return codes


def is_birthday(customer: Customer, day: date) -> bool:
    return customer.birthday in codes_of(day)


def local_now(customer: Customer) -> datetime:
    return timezone.now().astimezone(zone_of(Preferences.load(), customer))


def can_be_reached(customer: Customer, channels: list[str]) -> bool:
    """Whether there is an address for one of the channels: else the log would fill with nothing."""
    by_mail = ChannelCode.EMAIL in channels and customer.email
    by_phone = set(channels) - {ChannelCode.EMAIL} and customer.phone
    return bool(by_mail or by_phone)


def key_of(customer: Customer, day: date) -> str:
    return f"birthday:{customer.pk}:{day.year}"
