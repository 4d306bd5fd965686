"""When people are left alone: the owner's quiet hours, by the clock where the person is."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bookkinda.preferences import Preferences
from customers.models import Customer


def quiet_until(business: Preferences, customer: Customer | None, now: datetime) -> datetime | None:
    """When the quiet hours end that `now` falls into, or None. They may go over midnight."""
    begin, end = business.quiet_from, business.quiet_until
    if begin is None or end is None or begin == end:
        return None
    zone = zone_of(business, customer)
    local = now.astimezone(zone)
    if not is_between(local.time(), begin, end):
        return None
    day = local.date()
    if local.time() >= end:
        day += timedelta(days=1)
    until = datetime.combine(day, end, tzinfo=zone)
    # When the clock is put back it shows the end twice, and the first may be over.
    return until if until > now else until.replace(fold=1)


def quiet_since(business: Preferences, customer: Customer | None, at: datetime) -> datetime:
    """When the quiet hours began that `at` falls into."""
    zone = zone_of(business, customer)
    local, begin = at.astimezone(zone), business.quiet_from or time()
    day = local.date() if local.time() >= begin else local.date() - timedelta(days=1)
    return datetime.combine(day, begin, tzinfo=zone)


def zone_of(business: Preferences, customer: Customer | None) -> ZoneInfo:
    """The customer's own time zone, or else that of the business."""
    named = customer.time_zone if customer else ""
    try:
        return ZoneInfo(named) if named else business.zone
    except (KeyError, ValueError, OSError):  # a name that this machine does not know
        return business.zone


def is_between(at: time, begin: time, end: time) -> bool:
    """From `begin` on and before `end`, around the clock."""
    return begin <= at < end if begin < end else at >= begin or at < end
