"""Keep a time for the visitor, once however often the button was pressed, and not without end."""

from datetime import datetime

from allauth.core import ratelimit
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from appointments.holding import HOLD_MINUTES, hold
from appointments.models import Appointment, Provider, Service
from appointments.models.appointment import is_token


class TooMany(Exception):
    """So many times were held from this network address that no more are for some minutes."""


def keep(
    request: HttpRequest,
    service: Service,
    provider: Provider | None,
    start: datetime,
    *,
    page: str,
    gives_up: str = "",
) -> Appointment:
    """A hold on this time in place of the one that the visitor has. `page` is what tells the page
    that was shown from others (form_token.number), `gives_up` the token of an earlier hold.

    The same page pressed twice gets the same hold, also at the same moment. Raises TooMany, and
    what hold raises.
    """
    key = f"booking-page:{page}"
    if before := kept_already(key, service, provider, start):
        return before
    if not ratelimit.consume(request, action="booking_hold"):
        raise TooMany
    with transaction.atomic():
        # One after the other: the second of two at the same moment finds what the first one holds.
        Service.objects.select_for_update(no_key=True).get(pk=service.pk)
        if before := kept_already(key, service, provider, start):
            return before
        earlier = held_by(cache.get(key) or gives_up)
        held = hold(service, provider, start, release=earlier.token if earlier else "")
        cache.set(key, held.token, HOLD_MINUTES * 60)
    return held


def kept_already(
    key: str, service: Service, provider: Provider | None, start: datetime
) -> Appointment | None:
    """What this page holds, if it is what is asked for."""
    held = held_by(cache.get(key, ""))
    return held if held and is_for(held, service, provider, start) else None


def held_by(token: str) -> Appointment | None:
    """The hold of this token, if it still keeps its time."""
    if not is_token(token):
        return None
    alive = Appointment.with_holds.filter(
        token=token, status=Appointment.Status.HELD, held_until__gt=timezone.now()
    )
    return alive.select_related("service", "provider").first()


def is_for(held: Appointment, service: Service, provider: Provider | None, start: datetime) -> bool:
    same_time = held.start == start and held.service_id == service.pk
    return same_time and (provider is None or held.provider_id == provider.pk)
