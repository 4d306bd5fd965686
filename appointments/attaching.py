"""Whose appointment it is when a visitor books: attached, and never edited.

Nothing of a customer is changed, shown or signed in by somebody who knows an address. What differs
waits as a suggestion for staff.
"""

from typing import NamedTuple

from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from appointments import limits
from appointments.booking import book, with_token
from appointments.models import Appointment, ConsentText, Suggestion
from appointments.recording import Where
from appointments.refusals import NotAllowed
from bookkinda.preferences import Preferences
from customers.editing import add_customer
from customers.folding import fold
from customers.history import lock
from customers.models import ChangeSet, Customer, Note

NAMES = ("first_name", "last_name")
ADDRESSES = 7_105_333  # the number of our locks among the advisory locks of the database
MOST_WAITING = 10  # suggestions of one customer; more would bury what staff have to read


class Visitor(NamedTuple):
    """What somebody wrote into the booking form, in the spelling of customers/values.py."""

    first_name: str
    last_name: str
    email: str
    phone: str = ""
    phone_extension: str = ""
    language: str = ""
    time_zone: str = ""


class Attached(NamedTuple):
    """The customer of a booking, and whether the booking made the record."""

    customer: Customer
    is_new: bool
    suggestion: Suggestion | None = None


class Booked(NamedTuple):
    """The appointment of a visitor; `is_new` is whether the customer is."""

    appointment: Appointment
    is_new: bool


def book_visitor(
    hold_token: str,
    visitor: Visitor,
    *,
    source: Where = ChangeSet.Source.BOOKING,
    by: User | None = None,
    note: str = "",
    consent: ConsentText | None = None,
) -> Booked:
    """Attach the visitor and book, in one transaction: both or neither. Sent twice, it books once
    and makes one customer.

    Raises HoldExpired, and NotAllowed with the neutral sentence.
    """
    with transaction.atomic():
        held = with_token(hold_token)
        if held.status != Appointment.Status.HELD:
            return Booked(held, is_new=False)
        attached = customer_for(visitor)
        if limits.is_refused(visitor.email, visitor.phone, attached.customer):
            raise NotAllowed(limits.neutral_sentence(Preferences.load()))
        appointment = book(
            hold_token,
            customer=attached.customer,
            by=by,
            source=source,
            note=note,
            time_zone=visitor.time_zone,
            consent=consent,
            limits=False,
        )
        if attached.suggestion and attached.suggestion.appointment_id is None:
            attached.suggestion.appointment = appointment
            attached.suggestion.save(update_fields=["appointment"])
    return Booked(appointment, attached.is_new)


def customer_for(visitor: Visitor) -> Attached:
    """The one live customer who has the address, untouched; where there is none, or several, a new
    one. What the visitor wrote otherwise becomes a suggestion.

    Call it inside the transaction that books.
    """
    one_at_a_time(visitor.email)
    found = list(Customer.objects.live().filter(email=visitor.email).order_by("pk")[:2])
    known = lock([found[0].pk]).live().first() if visitor.email and len(found) == 1 else None
    if known is None:
        made = new_customer(visitor)
        if not found and visitor.email:
            hint_at_deleted(made)
        return Attached(made, is_new=True)
    return Attached(known, is_new=False, suggestion=suggest(known, visitor))


def one_at_a_time(email: str) -> None:
    """Whoever books with the same address at the same moment waits, so that a new one gets one
    record. On SQLite writers come one after the other anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [ADDRESSES, email])


def new_customer(visitor: Visitor) -> Customer:
    return add_customer(
        by=None,
        source=ChangeSet.Source.BOOKING,
        first_name=visitor.first_name,
        last_name=visitor.last_name,
        email=visitor.email,
        phone=visitor.phone,
        phone_extension=visitor.phone_extension,
        language=visitor.language,
        time_zone=visitor.time_zone,
    )


def hint_at_deleted(customer: Customer) -> None:
    """A dated note for staff where a deleted customer has the address: lists of duplicates show
    live ones alone. It names nobody, for it stays when the other one is erased."""
    if Customer.objects.archived().filter(email=customer.email).exists():
        with translation.override(Preferences.load().language):
            text = _(
                "A deleted customer has the same e-mail address. If it is the same person, restore "
                "that record and merge the two."
            )
            author_name = _("Booking page")
        Note.objects.create(customer=customer, author_name=author_name, text=text)


def suggest(customer: Customer, visitor: Visitor) -> Suggestion | None:
    """What the visitor wrote and the record does not have; None where nothing differs. The same
    suggestion waits once, and at most ten of one customer."""
    values = differences(customer, visitor)
    if not values:
        return None
    waiting = list(Suggestion.objects.filter(customer=customer, decided_at=None).order_by("pk"))
    same = next((each for each in waiting if each.values == values), None)
    if same or len(waiting) >= MOST_WAITING:
        return same
    return Suggestion.objects.create(customer=customer, values=values)


def differences(customer: Customer, visitor: Visitor) -> dict[str, str]:
    """{field: what was written}. Blanks say nothing, and case and accents make no other name."""
    values = {
        name: getattr(visitor, name)
        for name in NAMES
        if getattr(visitor, name) and fold(getattr(visitor, name)) != fold(getattr(customer, name))
    }
    number = (visitor.phone, visitor.phone_extension)
    if visitor.phone and number != (customer.phone, customer.phone_extension):
        values["phone"] = visitor.phone
        if visitor.phone_extension or customer.phone_extension:
            values["phone_extension"] = visitor.phone_extension
    return values
