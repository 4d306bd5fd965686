"""Whose appointments the sample business has, and when: always the same for the same day.

Whoever is booked was a customer by then, and comes once a day at most.
"""

import random
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from appointments.models import Appointment, DayException, Provider, Service
from bookkinda.sample.studio import PROVIDERS, WEEK, Studio
from customers.models import Access, Customer

EARLIEST, LATEST = -400, 35  # days from today
COMERS = 0.75  # of the customers; the others never came
REGULARS = 24
QUICK = 20  # minutes; such services are booked less often
NOTES = ["First time here.", "Can I bring my daughter?", "Please call when you are running late.",
         "Shorter than last time.", "Sensitive skin."]  # fmt: skip
STAFF_NOTES = [
    "Formula 7.3 + 8.0",
    "Running late, called",
    "Offer the autumn set",
    "Pays by voucher",
]


class Diary:
    """Fills the days of each provider, always in the same way for the same day."""

    def __init__(
        self, studio: Studio, customers: Sequence[Customer], now: datetime, zone: ZoneInfo
    ) -> None:
        self.random = random.Random(2)  # noqa: S311 nothing secret
        self.studio, self.now, self.zone = studio, now, zone
        self.today = now.astimezone(zone).date()
        by_age = sorted(customers, key=lambda customer: customer.created_at)
        self.comers = [each for each in by_age if self.chance(COMERS)]
        able = [each for each in self.comers if each.access == Access.ACTIVE]
        self.regulars = able[:REGULARS]

    def appointments(self) -> Iterator[Appointment]:
        added = [each.created_at.astimezone(self.zone).date() for each in self.comers]
        for ahead in range(EARLIEST, LATEST + 1):
            day = self.today + timedelta(days=ahead)
            known = self.comers[: bisect_left(added, day)]
            seen: set[int] = set()
            for provider in self.studio.providers.values():
                for start, service in self.starts(provider, day, ahead):
                    customer = self.somebody(known, seen)
                    if customer:
                        yield self.appointment(customer, provider, service, start)

    def starts(
        self, provider: Provider, day: date, ahead: int
    ) -> Iterator[tuple[datetime, Service]]:
        """The times of a provider's day that somebody has, one after the other."""
        offered = [self.studio.services[name] for name in PROVIDERS[provider.name][1]]
        weights = [1 if service.duration <= QUICK else 4 for service in offered]
        fullness = self.fullness(ahead)
        for opens, closes in self.hours(provider, day):
            minute = opens
            while minute < closes:
                service = self.random.choices(offered, weights)[0]
                ends = minute + service.buffer_before + service.duration + service.buffer_after
                if ends <= closes and self.chance(fullness):
                    yield self.moment(day, minute + service.buffer_before), service
                    minute = ends + -ends % 15
                else:
                    minute += self.random.choice([15, 30, 45])

    def fullness(self, ahead: int) -> float:
        """How likely the next free time is taken: busy now, sparse long ago and far ahead."""
        if ahead < -60:
            return 0.03
        if ahead < -7:
            return 0.2
        return 0.5 if ahead <= 3 else max(0.06, 0.4 - ahead / 80)

    def hours(self, provider: Provider, day: date) -> list[tuple[int, int]]:
        """The provider's stretches of the day; none on days off."""
        if any(is_off(each, provider, day) for each in self.studio.exceptions):
            return []
        week = PROVIDERS[provider.name][2] or WEEK
        return sorted((start, end) for weekday, start, end in week if weekday == day.weekday())

    def somebody(self, known: Sequence[Customer], seen: set[int]) -> Customer | None:
        """A customer of those days who has not been met today; regulars come more often."""
        for _try in range(5):
            pool = self.regulars if self.regulars and self.chance(0.12) else known
            customer = self.random.choice(pool) if pool else None
            if customer and customer.pk not in seen:
                seen.add(customer.pk)
                return customer
        return None

    def appointment(
        self, customer: Customer, provider: Provider, service: Service, start: datetime
    ) -> Appointment:
        source = self.source(customer)
        status = self.status(service, start)
        end = start + timedelta(minutes=service.duration)
        made = self.made_at(customer, start)
        is_public = source == Appointment.Source.BOOKING
        return Appointment(
            customer=customer,
            service=service,
            provider=provider,
            start=start,
            end=end,
            blocked_from=start - timedelta(minutes=service.buffer_before),
            blocked_until=end + timedelta(minutes=service.buffer_after),
            status=status,
            note=self.random.choice(NOTES)
            if source != Appointment.Source.BACK_OFFICE and self.chance(0.15)
            else "",
            staff_note=self.random.choice(STAFF_NOTES) if self.chance(0.06) else "",
            source=source,
            price=service.price,
            currency="GBP" if service.price is not None else "",
            time_zone=(customer.time_zone or str(self.zone)) if is_public else "",
            consent=self.studio.consent if is_public else None,
            sequence=int(status == Appointment.Status.CANCELLED),
            created_at=made,
            changed_at=made,
        )

    def source(self, customer: Customer) -> Appointment.Source:
        if not customer.email or self.chance(0.3):
            return Appointment.Source.BACK_OFFICE
        return (
            Appointment.Source.PANEL
            if customer.access == Access.ACTIVE and self.chance(0.6)
            else Appointment.Source.BOOKING
        )

    def status(self, service: Service, start: datetime) -> Appointment.Status:
        """Over: mostly done. To come: mostly confirmed, pending where staff approve."""
        if self.chance(0.07):
            return Appointment.Status.CANCELLED
        if start + timedelta(minutes=service.duration) < self.now:
            return Appointment.Status.NO_SHOW if self.chance(0.04) else Appointment.Status.DONE
        if start < self.now:
            return Appointment.Status.CONFIRMED
        return (
            Appointment.Status.PENDING
            if service.needs_approval and self.chance(0.6)
            else Appointment.Status.CONFIRMED
        )

    def made_at(self, customer: Customer, start: datetime) -> datetime:
        """When it was booked: days before it, after the customer was known, never to come."""
        lead = timedelta(days=self.random.randrange(1, 21), minutes=self.random.randrange(600))
        latest = self.now - timedelta(minutes=self.random.randrange(5, 3_000))
        return max(min(start - lead, latest), customer.created_at)

    def moment(self, day: date, minute: int) -> datetime:
        local = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=self.zone)
        return local.astimezone(UTC)

    def chance(self, share: float) -> bool:
        return self.random.random() < share


def is_off(exception: DayException, provider: Provider, day: date) -> bool:
    """Whether the exception closes the provider's day."""
    closes = exception.start is None and exception.first_day <= day <= exception.last_day
    return closes and exception.provider_id in (None, provider.pk)
