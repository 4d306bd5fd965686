"""The words of the house for those who provide appointments."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments.texts import EMAIL, SMS, WHATSAPP
from notifications.events import DefaultText
from notifications.models import ChannelCode


def told(
    subject: str | Promise, body: str | Promise, short: str | Promise, chat: str | Promise
) -> dict[ChannelCode, DefaultText]:
    return {
        EMAIL: DefaultText(subject=subject, body=body),
        SMS: DefaultText(short),
        WHATSAPP: DefaultText(chat),
    }


BOOKED = told(
    _("New: {appointment_when}, {customer_full_name}"),
    _(
        "You have a new appointment ({appointment_status}):\n\n"
        "{appointment_service}, {appointment_duration}\n"
        "{appointment_date}, {appointment_time}\n\n"
        "{customer_full_name}\n"
        "{customer_phone}\n"
        "{customer_email}\n"
        "Note: {appointment_note}\n\n"
        "{appointment_url}"
    ),
    _("New: {appointment_when}, {appointment_service}, {customer_full_name}"),
    _(
        "You have a new appointment: {appointment_service}, {appointment_when}, with "
        "{customer_full_name} ({appointment_status})."
    ),
)
CONFIRMED = told(
    _("Confirmed: {appointment_when}, {customer_full_name}"),
    _(
        "This appointment is confirmed:\n\n"
        "{appointment_service}, {appointment_duration}\n"
        "{appointment_date}, {appointment_time}\n\n"
        "{customer_full_name}\n"
        "{customer_phone}\n\n"
        "{appointment_url}"
    ),
    _("Confirmed: {appointment_when}, {appointment_service}, {customer_full_name}"),
    _(
        "An appointment of yours is confirmed: {appointment_service}, {appointment_when}, with "
        "{customer_full_name}. Please take note."
    ),
)
MOVED = told(
    _("Moved to {appointment_when}: {customer_full_name}"),
    _(
        "Your appointment of {appointment_before} has changed. It is now:\n\n"
        "{appointment_service}, {appointment_duration}\n"
        "{appointment_date}, {appointment_time}\n\n"
        "{customer_full_name}\n"
        "{customer_phone}\n\n"
        "{appointment_url}"
    ),
    _("Moved: {customer_full_name}, {appointment_before}, is now {appointment_when}"),
    _(
        "Your appointment with {customer_full_name} was moved from {appointment_before} to "
        "{appointment_when}. Please take note."
    ),
)
CANCELLED = told(
    _("Cancelled: {appointment_when}, {customer_full_name}"),
    _(
        "This appointment is not yours any more: it was cancelled, or somebody else has it now.\n\n"
        "{appointment_service}\n"
        "{appointment_date}, {appointment_time}\n"
        "{customer_full_name}\n\n"
        "{appointment_url}"
    ),
    _("Cancelled: {appointment_when}, {appointment_service}, {customer_full_name}"),
    _(
        "Your appointment with {customer_full_name} is cancelled: {appointment_service}, "
        "{appointment_when}. Please take note."
    ),
)
REMINDER = told(
    _("{appointment_day}, {appointment_time}: {customer_full_name}"),
    _(
        "Your next appointment:\n\n"
        "{appointment_service}, {appointment_duration}\n"
        "{appointment_date}, {appointment_time}\n\n"
        "{customer_full_name}\n"
        "{customer_phone}\n"
        "Note: {appointment_note}\n\n"
        "{appointment_url}"
    ),
    _("{appointment_day}, {appointment_time}: {appointment_service}, {customer_full_name}"),
    _(
        "A reminder of your appointment with {customer_full_name}: {appointment_service}, "
        "{appointment_when}. Please be ready."
    ),
)
FOLLOW_UP = told(
    _("How was it with {customer_full_name}?"),
    _(
        "You had this appointment:\n\n"
        "{appointment_service}\n"
        "{appointment_date}, {appointment_time}\n"
        "{customer_full_name}\n\n"
        "Did the customer come? If not, mark it as a no-show.\n\n"
        "{appointment_url}"
    ),
    _("Did {customer_full_name} come, {appointment_when}? If not, mark it as a no-show."),
    _(
        "You had an appointment with {customer_full_name}: {appointment_service}, "
        "{appointment_when}. If the customer did not come, mark it as a no-show."
    ),
)
