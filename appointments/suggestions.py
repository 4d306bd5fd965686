"""What returning visitors wrote differently: staff accept it with one click, or dismiss it."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from appointments.models import Suggestion
from appointments.refusals import NotAllowed
from customers.editing import edit_customer
from customers.history import lock
from customers.models import ChangeSet, Customer
from customers.timeline import Line, label_of, shown_of
from customers.values import show_phone

FIELDS = ("first_name", "last_name", "phone", "phone_extension")


def waiting() -> QuerySet[Suggestion]:
    """Those that nobody has decided on, about live customers, the oldest first."""
    found = Suggestion.objects.filter(decided_at=None, customer__archived_at=None)
    return found.select_related("customer", "appointment").order_by("created_at", "pk")


def of_customer(customer: Customer) -> QuerySet[Suggestion]:
    """Those about one customer that nobody has decided on, the oldest first."""
    return waiting().filter(customer=customer)


def lines(suggestion: Suggestion) -> list[Line]:
    """Each field as the record has it now and as it was written, in words; none where the record
    has it all by now."""
    customer, values = suggestion.customer, suggestion.values
    told = [
        Line(label_of(name), getattr(customer, name), shown_of(name, values))
        for name in FIELDS
        if name in values and not name.startswith("phone")
    ]
    if "phone" in values:
        now = show_phone(customer.phone, customer.phone_extension)
        told.append(Line(label_of("phone"), now, shown_of("phone", values)))
    return [line for line in told if line.before != line.after]


def accept(suggestion: Suggestion, by: User | None) -> ChangeSet | None:
    """Write what was suggested into the customer's record, as an edit in the one history; None
    when the record has it already.

    Raises NotAllowed with a sentence when it was decided on, or the customer is deleted.
    """
    with transaction.atomic():
        customer = lock([suggestion.customer_id]).first()
        decided = decide(suggestion, by, was_accepted=True)
        if customer is None or customer.is_archived:
            raise NotAllowed(_("This customer was deleted. Restore the customer first."))
        values = {name: decided.values[name] for name in FIELDS if name in decided.values}
        if "phone" in values:
            values.setdefault("phone_extension", "")
        return edit_customer(
            customer,
            by=by,
            source=ChangeSet.Source.BACK_OFFICE,
            expected_version=customer.version,
            **values,
        )


def dismiss(suggestion: Suggestion, by: User | None) -> None:
    """The record stays as it is. Raises NotAllowed when it was decided on."""
    with transaction.atomic():
        decide(suggestion, by, was_accepted=False)


def decide(suggestion: Suggestion, by: User | None, *, was_accepted: bool) -> Suggestion:
    """Note who decided; once only."""
    current = Suggestion.objects.select_for_update().filter(pk=suggestion.pk).first()
    if current is None or current.decided_at:
        raise NotAllowed(_("Somebody has decided on this already."))
    current.decided_at = timezone.now()
    current.decided_by = by
    current.was_accepted = was_accepted
    current.save(update_fields=["decided_at", "decided_by", "was_accepted"])
    return current
