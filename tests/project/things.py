"""What stands in the addresses of pages, so that each has something to show."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from accounts.roles import Role
from appointments.booking import book_now
from appointments.models import Block, DayException, Suggestion
from customers.archiving import archive_customers
from customers.importing.uploads import accept_paste
from customers.matching import keep_apart
from customers.models import ChangeSet, Customer, ImportRun, Note
from tests.factories import (
    AppointmentFactory,
    CustomerFactory,
    DeliveryFactory,
    ProviderFactory,
    ServiceFactory,
    TagFactory,
    UserFactory,
)


def something_done() -> ChangeSet:
    """A deletion that can be undone."""
    picked = Customer.objects.filter(pk=CustomerFactory().pk)
    return archive_customers(picked, by=None, source=ChangeSet.Source.BACK_OFFICE).change_set


def a_note() -> dict[str, object]:
    customer = CustomerFactory()
    return {"pk": customer.pk, "note_pk": Note.objects.create(customer=customer, text="x").pk}


def an_upload() -> ImportRun:
    """A table that waits for answers."""
    return accept_paste("Name,E-mail\nAda,ada@example.org\n", by=None)


def a_pair() -> dict[str, object]:
    return {"pk": CustomerFactory().pk, "other": CustomerFactory().pk}


def a_suggestion() -> Suggestion:
    """A customer's, who was called otherwise on the booking page."""
    return Suggestion.objects.create(customer=CustomerFactory(), values={"first_name": "Ann"})


def a_service() -> int:
    """One that two people provide, so that there is a choice."""
    service = ServiceFactory()
    ProviderFactory(services=[service])
    ProviderFactory(services=[service])
    return int(service.pk)


def a_hold() -> dict[str, object]:
    """A time that somebody is filling in the form for."""
    until = timezone.now() + timedelta(minutes=5)
    held = AppointmentFactory(service_id=a_service(), status="held", held_until=until)
    return {"service": held.service_id, "who": "anyone", "token": held.token}


def something_booked() -> ChangeSet:
    """A booking that can be undone."""
    service = ServiceFactory()
    booked = book_now(
        service=service, provider=ProviderFactory(services=[service]), customer=CustomerFactory(),
        start=timezone.now() + timedelta(days=1), by=None, source=ChangeSet.Source.BACK_OFFICE,
    )  # fmt: skip
    return booked.changes.get().change_set


def some_days() -> dict[str, object]:
    day = timezone.localdate()
    return {"pk": DayException.objects.create(first_day=day, last_day=day).pk}


def a_block() -> dict[str, object]:
    return {"pk": Block.objects.create(email="x@example.org").pk}


# What stands in an address, by the start of its name, so that the page has something to show.
THINGS: dict[str, Callable[[], dict[str, object]]] = {
    "accounts:sign-in-link": lambda: {"token": "x"},
    "portal:confirm-email": lambda: {"token": "x"},
    "account_reset_password_from_key": lambda: {"uidb36": "x", "key": "set-password"},
    "accounts:end-session": lambda: {"pk": 0},
    "accounts:": lambda: {"pk": UserFactory(role=Role.READ_ONLY).pk},
    "mfa_": lambda: {"pk": 0},
    "notifications:try-channel": lambda: {"channel": "email"},
    "notifications:message": lambda: {"pk": DeliveryFactory().message_id},
    "notifications:resend": lambda: {"pk": DeliveryFactory().message_id},
    "portal:feed": lambda: {"token": "x"},
    "portal:": lambda: {"pk": AppointmentFactory().pk},
    "booking:manage": lambda: {"token": AppointmentFactory().token},
    "booking:ics": lambda: {"token": AppointmentFactory().token},
    "booking:providers": lambda: {"service": a_service()},
    "booking:times": lambda: {"service": a_service(), "who": "anyone"},
    "booking:details": a_hold,
    "booking:done": lambda: {"token": AppointmentFactory().token},
    "business:logo": lambda: {"name": "no-such-file"},
    "business:mail-logo": lambda: {"name": "no-such-file"},
    "notifications:order": lambda: {"event": "birthday"},
    "notifications:template": lambda: {"event": "birthday", "channel": "email"},
    "notifications:preview": lambda: {"event": "birthday", "channel": "email"},
    "notifications:test": lambda: {"event": "birthday", "channel": "email"},
    "notifications:remove-words": lambda: {"event": "birthday", "channel": "email"},
    "notifications:switch": lambda: {"event": "birthday", "channel": "email"},
    "notifications:kept-": lambda: {"name": "no-such-message"},
    "notifications:channel-test": lambda: {"channel": "sms"},
    **dict.fromkeys(
        [f"appointments:{act}service" for act in ("", "remove-", "restore-", "order-")],
        lambda: {"pk": ServiceFactory().pk},
    ),
    **dict.fromkeys(
        [f"appointments:{act}provider" for act in ("", "remove-", "restore-", "order-")],
        lambda: {"pk": ProviderFactory().pk},
    ),
    **dict.fromkeys(["appointments:days", "appointments:remove-days"], some_days),
    **dict.fromkeys(["appointments:block", "appointments:remove-block"], a_block),
    "appointments:accept-suggestion": lambda: {"pk": a_suggestion().pk},
    "appointments:dismiss-suggestion": lambda: {"pk": a_suggestion().pk},
    "appointments:undo": lambda: {"pk": something_booked().pk},
    "appointments:": lambda: {"pk": AppointmentFactory().pk},
    "customers:change": lambda: {"pk": something_done().pk},
    "customers:undo": lambda: {"pk": something_done().pk},
    "customers:import-": lambda: {"pk": an_upload().pk},
    "customers:tag": lambda: {"pk": TagFactory().pk},
    "customers:delete-tag": lambda: {"pk": TagFactory().pk},
    "customers:delete-note": a_note,
    "customers:merge-pair": a_pair,
    "customers:not-the-same": a_pair,
    "customers:ask-again": lambda: {
        "pk": keep_apart(CustomerFactory(), CustomerFactory(), by=None).pk
    },
    "customers:restore": lambda: {"pk": CustomerFactory(archived_at=timezone.now()).pk},
    "customers:erase": lambda: {"pk": CustomerFactory(archived_at=timezone.now()).pk},
    "customers:": lambda: {"pk": CustomerFactory().pk},
}
