"""What the sample business offers, who provides it and when: made whole, taken away if unchanged.

Written here for Bookkinda; nobody of these people exists. Minutes count from midnight.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Q

from accounts.models import User
from appointments.models import (
    Appointment,
    Block,
    ConsentText,
    DayException,
    Provider,
    Service,
    WorkingHours,
)

# By name: category, minutes, price, and what else differs from a new service.
SERVICES: dict[str, tuple[str, int, str | None, dict[str, Any]]] = {
    "Cut and finish": ("Hair", 45, "48.00", {"tone": "pine", "buffer_after": 5}),
    "Cut and colour": ("Hair", 120, "112.00", {"tone": "violet", "buffer_after": 15}),
    "Balayage": (
        "Hair",
        150,
        "145.00",
        {
            "tone": "amber",
            "buffer_after": 15,
            "needs_approval": True,
            "cancel_notice": 48,
            "reschedule_notice": 48,
            "description": "Bring a picture of what you like. We confirm once we have seen your "
            "message.",
        },
    ),
    "Gloss and blow-dry": ("Hair", 45, "38.00", {"tone": "blue"}),
    "Patch test": (
        "Hair",
        15,
        "0.00",
        {
            "tone": "gray",
            "cancel_notice": 2,
            "reschedule_notice": 2,
            "description": "At least two days before your first colour with us.",
        },
    ),
    "Skin fade": ("Barber", 40, "28.00", {"tone": "green", "buffer_after": 5}),
    "Beard trim": ("Barber", 20, "16.00", {"tone": "green"}),
    "Brow shape": ("Brows and lashes", 20, "18.00", {"tone": "red"}),
    "Brow lamination": ("Brows and lashes", 45, "42.00", {"tone": "red", "buffer_after": 10}),
    "Lash lift": (
        "Brows and lashes",
        60,
        "55.00",
        {"tone": "red", "buffer_before": 5, "buffer_after": 10},
    ),
    "Consultation by telephone": (
        "",
        15,
        None,
        {"tone": "gray", "is_online": False, "description": "Staff book it when you call."},
    ),
}
HAIR = [name for name, service in SERVICES.items() if service[0] == "Hair"]
BARBER = [name for name, service in SERVICES.items() if service[0] == "Barber"]
BROWS = [name for name, service in SERVICES.items() if service[0] == "Brows and lashes"]


def stretches(weekdays: str, *hours: tuple[int, int]) -> set[tuple[int, int, int]]:
    """The same hours on these weekdays ("0" is Monday), as (weekday, start, end) in minutes."""
    return {(int(day), start * 60, end * 60) for day in weekdays for start, end in hours}


WEEK = (
    stretches("0124", (9, 18)) | stretches("3", (9, 20)) | stretches("5", (9, 16))
    | stretches("6", (10, 15))
)  # fmt: skip
# By name: colour, services, own hours (none: the business's).
PROVIDERS: dict[str, tuple[str, list[str], set[tuple[int, int, int]]]] = {
    "Rowan Ferry": (
        "pine",
        ["Cut and finish", "Cut and colour", "Balayage", "Consultation by telephone"],
        stretches("0134", (9, 13), (14, 18)),
    ),
    "Elif Aksoy": ("violet", HAIR, stretches("1234", (9, 13), (14, 18)) | stretches("5", (9, 15))),
    "Tom Marsh": (
        "amber",
        ["Cut and finish", "Gloss and blow-dry", *BARBER],
        stretches("234", (11, 14), (15, 18)) | stretches("5", (9, 16)) | stretches("6", (10, 15)),
    ),
    "Mia Novak": ("red", [*BROWS, "Patch test"], set()),
}
CONSENT = (
    "I agree that Willow Street Studio keeps my name, e-mail and phone number to arrange my "
    "appointments."
)
CLOSED = "Training day"
LATE = "Late opening before the holidays"
BLOCKS: list[dict[str, Any]] = [
    {"email": "no.show@example.org", "reason": "Did not come three times in a row"},
    {"phone": "+442079460999", "reason": "Books and cancels for fun", "days": 60},
]


class Studio(NamedTuple):
    """The sample's services and providers, as their rows."""

    services: dict[str, Service]
    providers: dict[str, Provider]
    exceptions: list[DayException]
    consent: ConsentText


def open_studio(owner: User, today: date, now: datetime) -> Studio:
    """Write services, providers, hours and what surrounds them, in the caller's transaction."""
    services = Service.objects.bulk_create(
        service_row(name, at) for at, name in enumerate(SERVICES)
    )
    by_name = {service.name: service for service in services}
    providers = Provider.objects.bulk_create(
        Provider(**provider_values(name), position=at, user=owner if name == owner.name else None)
        for at, name in enumerate(PROVIDERS)
    )
    provides = Provider.services.through
    provides.objects.bulk_create(
        provides(provider_id=provider.pk, service_id=by_name[name].pk)
        for provider in providers
        for name in PROVIDERS[provider.name][1]
    )
    write_hours(providers)
    exceptions = DayException.objects.bulk_create(exceptions_of(providers, today))
    ago = now - timedelta(days=30)
    Block.objects.bulk_create(block_row(values, today, ago, owner) for values in BLOCKS)
    consent = ConsentText.objects.create(text=CONSENT, created_at=now - timedelta(days=900))
    return Studio(by_name, {each.name: each for each in providers}, exceptions, consent)


def service_row(name: str, position: int) -> Service:
    return Service(**service_values(name), position=position)


def service_values(name: str) -> dict[str, Any]:
    category, minutes, price, more = SERVICES[name]
    return {
        "name": name,
        "category": category,
        "duration": minutes,
        "price": None if price is None else Decimal(price),
        **more,
    }


def provider_values(name: str) -> dict[str, Any]:
    tone, _services, hours = PROVIDERS[name]
    return {
        "name": name,
        "tone": tone,
        "email": f"{name.split()[0].lower()}.{name.split()[-1].lower()}@example.org",
        "has_own_hours": bool(hours),
    }


def write_hours(providers: list[Provider]) -> None:
    """The week of the business, and of those who have hours of their own."""
    weeks: list[tuple[Provider | None, set[tuple[int, int, int]]]] = [(None, WEEK)]
    weeks += [(provider, PROVIDERS[provider.name][2]) for provider in providers]
    WorkingHours.objects.bulk_create(
        WorkingHours(provider=provider, weekday=weekday, start=start, end=end)
        for provider, week in weeks
        for weekday, start, end in sorted(week)
    )


def exceptions_of(providers: list[Provider], today: date) -> list[DayException]:
    """Days to come that differ: closed for all, open longer, somebody away."""

    def on(ahead: int, days: int = 1, **values: Any) -> DayException:
        first = today + timedelta(days=ahead)
        return DayException(first_day=first, last_day=first + timedelta(days=days - 1), **values)

    return [
        on(18, name=CLOSED),
        on(25, name=LATE, start=9 * 60, end=21 * 60),
        on(5, days=3, provider=providers[2], name="Day off"),
        on(-12, days=5, provider=providers[1], name="Holiday"),
    ]


def block_row(values: dict[str, Any], today: date, since: datetime, by: User) -> Block:
    days = values.get("days")
    return Block(
        email=values.get("email", ""),
        phone=values.get("phone", ""),
        reason=values["reason"],
        until=today + timedelta(days=days) if days else None,
        created_at=since,
        created_by=by,
    )


def close_studio(since: datetime) -> None:
    """Take away what `open_studio` wrote at `since`, when its appointments are gone.

    Services, providers and hours that somebody changed stay, and so do those that appointments of
    other customers need.
    """
    for name in PROVIDERS:
        Provider.objects.filter(**provider_values(name), appointments=None).delete()
    for name in SERVICES:
        Service.objects.filter(**service_values(name), appointments=None, providers=None).delete()
    week = WorkingHours.objects.filter(provider=None)
    if set(week.values_list("weekday", "start", "end")) == WEEK:
        week.delete()
    DayException.objects.filter(Q(name=CLOSED) | Q(name=LATE), provider=None).delete()
    Block.objects.filter(created_at__lt=since).delete()
    agreed_to = Appointment.with_holds.exclude(consent=None).values("consent")
    ConsentText.objects.filter(created_at__lt=since).exclude(pk__in=agreed_to).delete()
