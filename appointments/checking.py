"""What is checked before an appointment is written. Each refusal has a name (refusals.py)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from appointments import limits, notice
from appointments.availability import MINUTE
from appointments.models import Appointment, Provider, Service
from appointments.models.appointment import OPEN
from appointments.openings import Asked, lengths_of, times
from appointments.recording import TIMES
from appointments.refusals import NotAllowed, NotOffered, SlotTaken, TooLate
from bookkinda.preferences import Preferences
from customers.history import lock
from customers.models import Customer

Status = Appointment.Status
LONGEST_DURATION = 24 * 60  # minutes


def refuse_archived(customer: Customer) -> None:
    """Raises NotAllowed unless the customer, who is locked from now on, is one."""
    current = lock([customer.pk]).first()
    if current is None or current.is_archived:
        raise NotAllowed(_("This customer was deleted. Restore the customer first."))


def refuse_gone(appointment: Appointment, values: Mapping[str, Any]) -> None:
    """Raises NotAllowed if it were to come with these values, for a customer who was deleted."""
    status = values.get("status", appointment.status)
    if status not in OPEN or values.get("start", appointment.start) <= timezone.now():
        return
    if appointment.customer is None:
        raise NotAllowed(_("The customer of this appointment was erased."))
    if appointment.customer.is_archived:
        raise NotAllowed(_("This customer was deleted. Restore the customer first."))


def refuse_over_limit(customer: Customer, business: Preferences) -> None:
    if limits.is_refused(customer.email, customer.phone, customer):
        raise NotAllowed(limits.neutral_sentence(business))


def refuse_unable(service: Service, provider: Provider) -> None:
    """Raises NotAllowed if staff could not give the service to the provider."""
    if service.archived_at:
        raise NotAllowed(_("%(service)s is not offered any more.") % {"service": service})
    if provider.archived_at:
        raise NotAllowed(_("%(provider)s does not work here any more.") % {"provider": provider})
    if not provider.services.filter(pk=service.pk).exists():
        raise NotAllowed(
            _("%(provider)s does not provide %(service)s.")
            % {"provider": provider, "service": service}
        )


def at(
    start: datetime, service: Service, moving: Appointment | None, duration: int | None
) -> dict[str, datetime]:
    """The four moments of an appointment that begins then. Raises NotAllowed."""
    lengths = lengths_of(service, moving)
    minutes = lengths.duration if duration is None else duration
    if not 1 <= minutes <= LONGEST_DURATION:
        raise NotAllowed(_("An appointment takes between a minute and a day."))
    end = start + minutes * MINUTE
    moments = (start, end, start - lengths.before * MINUTE, end + lengths.after * MINUTE)
    return dict(zip(TIMES, moments, strict=True))


def refuse_late(answer: notice.Answer) -> None:
    if not answer.ok:
        raise TooLate(answer.sentence)


def refuse_not_offered(appointment: Appointment, provider: Provider, start: datetime) -> None:
    """Raises SlotTaken or NotOffered where a customer could not choose this time."""
    business = Preferences.load()
    if (start, provider.pk) == (appointment.start, appointment.provider_id):
        return
    day = start.astimezone(business.zone).date()
    asked = Asked(appointment.service, provider, day, day, timezone.now(), moving=appointment)
    for leave_out_busy, refusal in ((False, NotOffered), (True, SlotTaken)):
        found = times(asked, business=business, leave_out_busy=leave_out_busy)[day]
        if start not in (time.start for time in found):
            raise refusal


def refuse_status(current: Appointment, status: Appointment.Status) -> None:
    """Raises NotAllowed where the status makes no sense."""
    if status in (Status.HELD, Status.PENDING):
        raise NotAllowed(_("An appointment can't become that."))
    refuse_gone(current, {"status": status})
    if status in (Status.DONE, Status.NO_SHOW):
        if current.status == Status.CANCELLED:
            raise NotAllowed(_("This appointment was cancelled."))
        if current.start > timezone.now():
            raise NotAllowed(_("This appointment has not begun yet."))
