"""What the business offers and who provides it: taken out of use, brought back, put in order."""

from collections import Counter
from typing import Any, Literal

from django.db import transaction
from django.db.models import Count, ProtectedError
from django.utils import timezone

from accounts.models import User
from appointments.models import Appointment, Provider, Service

Thing = Service | Provider


def coming_by(what: Literal["service", "provider"]) -> Counter[int]:
    """{service or provider: how many appointments are to come}. One query."""
    rows = Appointment.objects.coming().order_by().values(what)
    return Counter(dict(rows.annotate(number=Count("pk")).values_list(what, "number")))


def left_without(thing: Thing) -> int:
    """How many appointments to come are with somebody who does not provide that service."""
    coming = Appointment.objects.coming()
    if isinstance(thing, Service):
        found = coming.filter(service=thing).exclude(provider__services=thing)
    else:
        found = coming.filter(provider=thing).exclude(service__providers=thing)
    return int(found.count())


def needs_archive(thing: Thing) -> bool:
    """Whether appointments hang on it, so that it is archived and not deleted for good."""
    appointments: Any = Appointment.with_holds
    name = "service" if isinstance(thing, Service) else "provider"
    found: bool = appointments.filter(**{name: thing}).exists()
    return found


def put_away(thing: Thing) -> bool:
    """Offer it to nobody any more; whether it was archived, and can be restored.

    What no appointment ever needed is deleted for good. Appointments to come stay as they are.
    """
    try:
        with transaction.atomic():
            type(thing).objects.get(pk=thing.pk).delete()
    except ProtectedError:
        thing.archived_at = timezone.now()
        thing.save(update_fields=["archived_at"])
        return True
    return False


def bring_back(thing: Thing) -> None:
    """Offer an archived one again, at the end of the list.

    Raises ValidationError when another one has its name meanwhile.
    """
    thing.archived_at = None
    thing.validate_constraints()
    with transaction.atomic():
        thing.position = next_position(type(thing))
        thing.save(update_fields=["archived_at", "position"])


def next_position(kind: type[Thing]) -> int:
    """Where a new one stands: behind all others."""
    last = kind.objects.order_by("-position").values_list("position", flat=True).first()
    return 0 if last is None else min(last + 1, 32_767)


def put_in_order(thing: Thing, *, up: bool) -> None:
    """Change places with the neighbour above or below; at the end of the list nothing happens."""
    kind: Any = type(thing)
    with transaction.atomic():
        live = list(kind.objects.filter(archived_at=None).select_for_update())
        at = live.index(thing)
        other = at - 1 if up else at + 1
        if 0 <= other < len(live):
            live[at], live[other] = live[other], live[at]
        for position, each in enumerate(live):
            each.position = position
        kind.objects.bulk_update(live, ["position"])


def provide_oneself(service: Service, user: User) -> Provider:
    """Make the user the one who provides the service, in the business's hours.

    For a business of one person: nobody has to be set up before the first service.
    """
    with transaction.atomic():
        provider = Provider.objects.filter(user=user).first()
        if provider is None:
            provider = Provider.objects.create(name=str(user)[:100], user=user, email=user.email)
        provider.archived_at = None
        provider.save(update_fields=["archived_at"])
        provider.services.add(service)
    return provider
