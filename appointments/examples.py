"""Appointments to show a message with before it is sent: real ones, or one made up."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from appointments import calendars, links, words
from appointments.messages import told_to_customer, told_to_provider
from appointments.models import Appointment, Provider, Service
from appointments.models.appointment import new_token
from bookkinda.preferences import Preferences
from notifications.channels.base import Attachment
from notifications.events import Example
from notifications.shortcodes import COMMON, common_values

OFFERED = 8  # coming ones, and half as many of before
TOKEN = "sample-".ljust(len(new_token()), "0")  # as long as a real one, so that an SMS counts right


def for_customers(*, with_file: bool) -> Callable[[], list[Example]]:
    return lambda: [example(each, is_for_team=False, with_file=with_file) for each in to_show()]


def for_providers(*, with_file: bool) -> Callable[[], list[Example]]:
    return lambda: [example(each, is_for_team=True, with_file=with_file) for each in to_show()]


def to_show() -> list[Appointment]:
    """The next ones and the newest of before, or one that nobody has."""
    whole = Appointment.objects.filter(customer__isnull=False)
    whole = whole.select_related("customer", "service", "provider__user")
    found = [*whole.coming()[:OFFERED], *whole.over()[: OFFERED // 2]]
    return found or [made_up()]


def made_up() -> Appointment:
    start = timezone.now().replace(minute=30, second=0, microsecond=0) + timedelta(days=1)
    return Appointment(
        service=Service(name=_("Cut and finish")),
        provider=Provider(name="Sofia Lindberg"),
        start=start,
        end=start + timedelta(minutes=45),
        status=Appointment.Status.CONFIRMED,
        price=Decimal(48),
    )


def example(appointment: Appointment, *, is_for_team: bool, with_file: bool) -> Example:
    """The appointment as an event shows it. The link that opens it is a sample."""
    business = Preferences.load()
    link = links.manage_url(Appointment(token=TOKEN))
    before = (appointment.start - timedelta(days=1)).isoformat()

    def values() -> dict[str, str]:
        common = {code.name: str(code.sample) for code in COMMON}
        common |= common_values(appointment.customer, business)
        if is_for_team:
            return common | told_to_provider(appointment, business, before)
        return common | told_to_customer(appointment, business, before)

    def attachments() -> tuple[Attachment, ...]:
        if not with_file:
            return ()
        file = calendars.as_event_file(
            appointment, business=business, for_provider=is_for_team, link=link
        )
        return (calendars.as_attachment(file, is_gone=appointment.status in calendars.GONE),)

    when = words.moment(appointment.start, business.zone)
    label = f"{appointment.customer}, {when}" if appointment.customer else _("An invented one")
    samples = {} if is_for_team else {"appointment_manage_url": link}
    return Example(str(appointment.pk or ""), label, values, attachments, samples)
