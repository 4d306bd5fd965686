"""Keep a time for the visitor, once however often the button was pressed, and not without end."""

from datetime import datetime

from allauth.core import ratelimit
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from appointments.holding import HOLD_MINUTES, hold
from appointments.models import Appointment, Provider, Service
from appointments.refusals import SlotTaken


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
    before = held_by(cache.get(key) or gives_up)
    if before and is_for(before, service, provider, start):
        return before
    if not ratelimit.consume(request, action="booking_hold"):
        raise TooMany
    try:
        # Together, so that whoever finds the time taken finds by which page, too.
        with transaction.atomic():
            held = hold(service, provider, start, release=before.token if before else "")
            cache.set(key, held.token, HOLD_MINUTES * 60)
    except SlotTaken:
        meanwhile = held_by(cache.get(key, ""))
        if meanwhile and is_for(meanwhile, service, provider, start):
            return meanwhile
        raise
    return held


def held_by(token: str) -> Appointment | None:
    """The hold of this token, if it still keeps its time."""
    if not token:
        return None
    alive = Appointment.with_holds.filter(
        token=token, status=Appointment.Status.HELD, held_until__gt=timezone.now()
    )
    return alive.select_related("service", "provider").first()


def is_for(held: Appointment, service: Service, provider: Provider | None, start: datetime) -> bool:
    same_time = held.start == start and held.service_id == service.pk
    return same_time and (provider is None or held.provider_id == provider.pk)
