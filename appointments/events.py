"""The events that this app declares: six for customers, and the same for their providers."""

from collections.abc import Mapping
from functools import partial

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments import examples, facts, messages, texts, texts_for_providers
from notifications.events import DefaultText, Event, Shortcode, declare
from notifications.models import ChannelCode
from notifications.texts import CARE_GROUP

Texts = Mapping[ChannelCode, DefaultText]
BY_MAIL = (ChannelCode.EMAIL,)


def news(
    what: str,
    name: Promise,
    description: Promise,
    icon: str,
    check: messages.Check,
    words: Texts,
) -> Event:
    """Something that changed, told to the customer with a file for the calendar."""
    return declare(
        Event(
            code=f"appointment-{what}",
            name=name,
            description=description,
            group=texts.CUSTOMER_GROUP,
            icon=icon,
            shortcodes=shortcodes(facts.OF_CUSTOMERS, what),
            texts=words,
            values=partial(messages.values_for_customer, check=check),
            recall=messages.recalled_by_customer,
            about=messages.about,
            attachments=messages.file_for_customer,
            may_wait=messages.news_may_wait,
            examples=examples.for_customers(with_file=True),
        )
    )


def news_for_provider(
    what: str,
    name: Promise,
    description: Promise,
    icon: str,
    check: messages.Check,
    words: Texts,
    on: tuple[ChannelCode, ...] = BY_MAIL,
) -> Event:
    """The same for who provides it."""
    return declare(
        Event(
            code=f"provider-{what}",
            name=name,
            description=description,
            group=texts.PROVIDER_GROUP,
            icon=icon,
            shortcodes=shortcodes(facts.OF_PROVIDERS, what),
            texts=words,
            on=on,
            values=partial(messages.values_for_provider, check=check),
            recall=messages.recalled_by_provider,
            about=messages.about,
            attachments=messages.file_for_provider,
            may_wait=messages.news_may_wait,
            readers=messages.providers,
            examples=examples.for_providers(with_file=True),
        )
    )


def shortcodes(of_all: tuple[Shortcode, ...], what: str) -> tuple[Shortcode, ...]:
    return (*of_all, facts.BEFORE) if what == "moved" else of_all


BOOKED = news(
    "booked",
    _("New appointment"),
    _("Right after it is booked, by the customer or by you."),
    "calendar-plus",
    messages.still_to_come,
    texts.BOOKED,
)
CONFIRMED = news(
    "confirmed",
    _("Appointment approved"),
    _("When you approve one that was waiting for it."),
    "calendar-check",
    messages.confirmed,
    texts.CONFIRMED,
)
MOVED = news(
    "moved",
    _("Appointment moved"),
    _("To another time or provider, by the customer or by you."),
    "calendar-clock",
    messages.moved,
    texts.MOVED,
)
CANCELLED = news(
    "cancelled",
    _("Appointment cancelled"),
    _("By the customer or by you."),
    "calendar-x",
    messages.cancelled,
    texts.CANCELLED,
)
REMINDER = declare(
    Event(
        code="appointment-reminder",
        name=_("Reminder"),
        description=_("Hours before, as your settings have them; not if it was booked later."),
        group=texts.CUSTOMER_GROUP,
        icon="bell",
        shortcodes=facts.OF_CUSTOMERS,
        texts=texts.REMINDER,
        values=partial(messages.values_for_customer, check=messages.about_to_begin),
        recall=messages.recalled_by_customer,
        about=messages.about,
        label=messages.reminder_label,
        may_wait=messages.reminder_may_wait,
        examples=examples.for_customers(with_file=False),
    )
)
FOLLOW_UP = declare(
    Event(
        code="appointment-follow-up",
        name=_("Follow-up"),
        description=_("Hours after the appointment, as your settings have them; not to no-shows."),
        group=CARE_GROUP,
        is_last=True,
        icon="heart-handshake",
        shortcodes=facts.OF_CUSTOMERS,
        texts=texts.FOLLOW_UP,
        on=(),
        values=partial(messages.values_for_customer, check=messages.took_place),
        recall=messages.recalled_by_customer,
        about=messages.about,
        examples=examples.for_customers(with_file=False),
    )
)

PROVIDER_BOOKED = news_for_provider(
    "booked",
    _("New appointment, to the provider"),
    _("Right after somebody else books it."),
    "calendar-plus",
    messages.still_to_come,
    texts_for_providers.BOOKED,
)
PROVIDER_CONFIRMED = news_for_provider(
    "confirmed",
    _("Appointment approved, to the provider"),
    _("When somebody else approves one that was waiting for it."),
    "calendar-check",
    messages.confirmed,
    texts_for_providers.CONFIRMED,
    on=(),
)
PROVIDER_MOVED = news_for_provider(
    "moved",
    _("Appointment moved, to the provider"),
    _("To another time. Who gets it from somebody else is told of a new appointment."),
    "calendar-clock",
    messages.moved,
    texts_for_providers.MOVED,
)
PROVIDER_CANCELLED = news_for_provider(
    "cancelled",
    _("Appointment cancelled, to the provider"),
    _("Also when somebody else has it now."),
    "calendar-x",
    messages.cancelled,
    texts_for_providers.CANCELLED,
)
PROVIDER_REMINDER = declare(
    Event(
        code="provider-reminder",
        name=_("Reminder, to the provider"),
        description=_("As many hours before as the customer's."),
        group=texts.PROVIDER_GROUP,
        icon="bell",
        shortcodes=facts.OF_PROVIDERS,
        texts=texts_for_providers.REMINDER,
        on=(),
        values=partial(messages.values_for_provider, check=messages.about_to_begin),
        recall=messages.recalled_by_provider,
        about=messages.about,
        label=messages.reminder_label,
        may_wait=messages.reminder_may_wait,
        readers=messages.providers,
        examples=examples.for_providers(with_file=False),
    )
)
PROVIDER_FOLLOW_UP = declare(
    Event(
        code="provider-follow-up",
        name=_("Follow-up, to the provider"),
        description=_("Asks whether the customer came, as many hours after as the customer's."),
        group=texts.PROVIDER_GROUP,
        icon="clipboard-check",
        shortcodes=facts.OF_PROVIDERS,
        texts=texts_for_providers.FOLLOW_UP,
        on=(),
        values=partial(messages.values_for_provider, check=messages.took_place),
        recall=messages.recalled_by_provider,
        about=messages.about,
        readers=messages.providers,
        examples=examples.for_providers(with_file=False),
    )
)
