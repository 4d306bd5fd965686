"""The words of the house for appointments; they count where the owner wrote none.

SMS fit into two parts with a long name and address, mostly into one. Nobody sends those for
WhatsApp as they stand: they are what to hand in to Meta for approval, which takes none that begins
or ends with a variable.
"""

from django.utils.translation import gettext_lazy as _

from notifications.events import DefaultText
from notifications.models import ChannelCode

EMAIL, SMS, WHATSAPP = ChannelCode.EMAIL, ChannelCode.SMS, ChannelCode.WHATSAPP

CUSTOMER_GROUP = _("Appointments")
PROVIDER_GROUP = _("Appointments, to their providers")

BOOKED = {
    EMAIL: DefaultText(
        subject=_("Your appointment: {appointment_when}"),
        body=_(
            "Hello {customer_first_name},\n\n"
            "here is your appointment at {business_name}:\n\n"
            "{appointment_service}\n"
            "{appointment_date}, {appointment_time}\n"
            "At our place that is {appointment_business_time}\n"
            "With {appointment_provider}\n"
            "Duration: {appointment_duration}\n"
            "Price: {appointment_price}\n\n"
            "{appointment_pending}\n\n"
            "{appointment_rules}\n\n"
            "{appointment_manage_url}\n\n"
            "See you soon,\n"
            "{business_name}\n"
            "{business_phone}\n"
            "{business_address}"
        ),
    ),
    SMS: DefaultText(
        _(
            "{business_name}: {appointment_service}, {appointment_when}\n"
            "{appointment_pending}\n"
            "{appointment_manage_url}"
        )
    ),
    WHATSAPP: DefaultText(
        _(
            "Hello {customer_first_name}, your appointment at {business_name}: "
            "{appointment_service} with {appointment_provider}, {appointment_when} "
            "({appointment_status}). See, move or cancel it here: {appointment_manage_url} "
            "We look forward to seeing you."
        )
    ),
}

CONFIRMED = {
    EMAIL: DefaultText(
        subject=_("Confirmed: {appointment_when}"),
        body=_(
            "Hello {customer_first_name},\n\n"
            "we have confirmed your appointment:\n\n"
            "{appointment_service}\n"
            "{appointment_date}, {appointment_time}\n"
            "At our place that is {appointment_business_time}\n"
            "With {appointment_provider}\n\n"
            "{appointment_manage_url}\n\n"
            "See you soon,\n"
            "{business_name}\n"
            "{business_phone}\n"
            "{business_address}"
        ),
    ),
    SMS: DefaultText(
        _(
            "{business_name} confirms: {appointment_service}, {appointment_when}\n"
            "{appointment_manage_url}"
        )
    ),
    WHATSAPP: DefaultText(
        _(
            "Hello {customer_first_name}, {business_name} has confirmed your appointment: "
            "{appointment_service}, {appointment_when}. See, move or cancel it here: "
            "{appointment_manage_url} We look forward to seeing you."
        )
    ),
}

MOVED = {
    EMAIL: DefaultText(
        subject=_("Moved to {appointment_when}"),
        body=_(
            "Hello {customer_first_name},\n\n"
            "your appointment of {appointment_before} has changed. It is now:\n\n"
            "{appointment_service}\n"
            "{appointment_date}, {appointment_time}\n"
            "At our place that is {appointment_business_time}\n"
            "With {appointment_provider}\n\n"
            "{appointment_pending}\n\n"
            "{appointment_manage_url}\n\n"
            "See you soon,\n"
            "{business_name}\n"
            "{business_phone}\n"
            "{business_address}"
        ),
    ),
    SMS: DefaultText(
        _(
            "{business_name}: your appointment of {appointment_before} is now "
            "{appointment_when}\n{appointment_manage_url}"
        )
    ),
    WHATSAPP: DefaultText(
        _(
            "Hello {customer_first_name}, your appointment at {business_name} was moved from "
            "{appointment_before} to {appointment_when}. See, move or cancel it here: "
            "{appointment_manage_url} We look forward to seeing you."
        )
    ),
}

CANCELLED = {
    EMAIL: DefaultText(
        subject=_("Cancelled: {appointment_when}"),
        body=_(
            "Hello {customer_first_name},\n\n"
            "this appointment is cancelled:\n\n"
            "{appointment_service}\n"
            "{appointment_date}, {appointment_time}\n"
            "With {appointment_provider}\n\n"
            "Would you like another one?\n\n"
            "{booking_url}\n\n"
            "{business_name}\n"
            "{business_phone}"
        ),
    ),
    SMS: DefaultText(
        _("{business_name}: your appointment {appointment_when} is cancelled.\n{booking_url}")
    ),
    WHATSAPP: DefaultText(
        _(
            "Hello {customer_first_name}, your appointment at {business_name} is cancelled: "
            "{appointment_service}, {appointment_when}. You can book another one at any time."
        )
    ),
}

REMINDER = {
    EMAIL: DefaultText(
        subject=_("Your appointment {appointment_day} at {appointment_time}"),
        body=_(
            "Hello {customer_first_name},\n\n"
            "we look forward to seeing you:\n\n"
            "{appointment_service}\n"
            "{appointment_date}, {appointment_time}\n"
            "At our place that is {appointment_business_time}\n"
            "With {appointment_provider}\n\n"
            "Something came up?\n\n"
            "{appointment_manage_url}\n\n"
            "See you soon,\n"
            "{business_name}\n"
            "{business_phone}\n"
            "{business_address}"
        ),
    ),
    SMS: DefaultText(
        _(
            "{business_name} expects you {appointment_day} at {appointment_time}: "
            "{appointment_service}\n{appointment_manage_url}"
        )
    ),
    WHATSAPP: DefaultText(
        _(
            "Hello {customer_first_name}, {business_name} expects you: {appointment_service} with "
            "{appointment_provider}, {appointment_when}. See, move or cancel it here: "
            "{appointment_manage_url} We look forward to seeing you."
        )
    ),
}

FOLLOW_UP = {
    EMAIL: DefaultText(
        subject=_("Thank you for your visit"),
        body=_(
            "Hello {customer_first_name},\n\n"
            "thank you for coming on {appointment_date}. We hope that you are happy with "
            "everything; if not, answer this mail or call us.\n\n"
            "{booking_url}\n\n"
            "See you again,\n"
            "{business_name}\n"
            "{business_phone}"
        ),
    ),
    SMS: DefaultText(
        _("{business_name} thanks you for your visit. Your next appointment:\n{booking_url}")
    ),
    WHATSAPP: DefaultText(
        _(
            "Hello {customer_first_name}, {business_name} thanks you for your visit on "
            "{appointment_date}. We hope to see you again soon."
        )
    ),
}
