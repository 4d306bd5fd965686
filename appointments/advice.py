"""What staff should know before they book or move: nothing of it binds them.

The database alone refuses: nobody is booked twice. `who_has_it` says with whom the time went.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from appointments import events, words
from appointments.availability import merged
from appointments.models import Appointment, Provider, Service
from appointments.openings import hours_of, lengths_of
from appointments.said import can_be_reached
from bookkinda.preferences import Preferences
from customers.models import Customer
from notifications.events import Event
from notifications.models import ChannelCode
from notifications.outbox import workflow_of
from notifications.reaching import has_opted_out

EVENTS = {
    "booked": (events.BOOKED, events.PROVIDER_BOOKED),
    "confirmed": (events.CONFIRMED, events.PROVIDER_CONFIRMED),
    "back": (events.CONFIRMED, events.PROVIDER_BOOKED),  # was cancelled, and takes place after all
    "moved": (events.MOVED, events.PROVIDER_MOVED),
    "cancelled": (events.CANCELLED, events.PROVIDER_CANCELLED),
}


class Wanted(NamedTuple):
    """What is to be booked, or where an appointment is to go."""

    service: Service
    provider: Provider
    start: datetime
    end: datetime
    customer: Customer | None = None
    moving: Appointment | None = None


class Objection(NamedTuple):
    """A sentence, and the code by which it is known that it was read."""

    code: str
    text: str


def objections(wanted: Wanted, business: Preferences) -> list[Objection]:
    """What speaks against it, in sentences. Five queries at most."""
    found = []
    if wanted.start < timezone.now():
        found.append(Objection("past", _("This time has passed. Nobody will be told.")))
    if not is_open(wanted, business):
        text = _("%(provider)s does not work then.") % {"provider": wanted.provider}
        found.append(Objection("hours", text))
    other = what_the_customer_has(wanted)
    if other:
        text = _("%(customer)s has %(service)s with %(provider)s then: %(time)s.") % {
            "customer": wanted.customer,
            "service": other.service,
            "provider": other.provider,
            "time": words.span(other.start, other.end, business.zone),
        }
        found.append(Objection("customer", text))
    return found


def is_open(wanted: Wanted, business: Preferences) -> bool:
    """Whether the provider works during all of it."""
    days = sorted(
        {moment.astimezone(business.zone).date() for moment in (wanted.start, wanted.end)}
    )
    hours = merged(hours_of([wanted.provider], days, business)[wanted.provider.pk])
    return any(start <= wanted.start and wanted.end <= end for start, end in hours)


def what_the_customer_has(wanted: Wanted) -> Appointment | None:
    """What else the customer has during that time, with whomever."""
    if wanted.customer is None:
        return None
    others = wanted.customer.appointments.expected().filter(
        start__lt=wanted.end, end__gt=wanted.start
    )
    if wanted.moving:
        others = others.exclude(pk=wanted.moving.pk)
    found: Appointment | None = (
        others.select_related("service", "provider").order_by("start", "pk").first()
    )
    return found


def who_has_it(wanted: Wanted, business: Preferences) -> str:
    """Why the provider can't be booked then; "" if nothing stands in the way."""
    lengths = lengths_of(wanted.service, wanted.moving)
    taken = (
        Appointment.with_holds.taking_time()
        .filter(provider=wanted.provider)
        .overlapping(
            wanted.start - timedelta(minutes=lengths.before),
            wanted.end + timedelta(minutes=lengths.after),
        )
        .exclude(held_until__lte=timezone.now())
    )
    if wanted.moving:
        taken = taken.exclude(pk=wanted.moving.pk)
    other = taken.select_related("customer", "service").order_by("start", "pk").first()
    if other is None:
        return ""
    if other.status == Appointment.Status.HELD:
        return _("Somebody is booking this time on the booking page at this moment.")
    return _("%(provider)s has %(customer)s then: %(service)s, %(time)s.") % {
        "provider": wanted.provider,
        "customer": other.customer or _("somebody"),
        "service": other.service,
        "time": words.span(other.start, other.end, business.zone),
    }


def whom_to_tell(act: str, customer: Customer | None, provider: Provider, by: User) -> list[str]:
    """The names of those who would get a message about an act, by the channels that are on.

    `act` is one of EVENTS. Nobody is told what they do themselves.
    """
    to_customer, to_provider = EVENTS[act]
    names = []
    if customer is not None and reaches(to_customer, customer):
        names.append(str(customer))
    if provider.user_id != by.pk and can_be_reached(to_provider, provider):
        names.append(str(provider))
    return names


def whom_to_tell_of_move(moved: Appointment, to: Provider, by: User) -> list[str]:
    """The same for a move. To another provider it is news for both of them."""
    if to.pk == moved.provider_id:
        return whom_to_tell("moved", moved.customer, to, by)
    return [
        *(
            [str(moved.customer)]
            if moved.customer and reaches(events.MOVED, moved.customer)
            else []
        ),
        *whom_to_tell("cancelled", None, moved.provider, by),
        *whom_to_tell("booked", None, to, by),
    ]


def reaches(event: Event, customer: Customer) -> bool:
    """Whether a channel that is on has an address of the customer, who wants to hear by it."""
    addresses = {ChannelCode.EMAIL.value: customer.email}
    return any(
        addresses.get(channel, customer.phone) and not has_opted_out(customer, event, channel)
        for channel in workflow_of(event).channels
    )
