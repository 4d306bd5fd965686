"""A login with the first booking, which the worker decides about.

The request writes the same row whoever booked. A login that was made there would make the answer to
a new address slower than that to a known one, and nobody may learn which it is.
"""

from appointments.models import Appointment
from bookkinda import jobs
from customers.models import Customer
from notifications import portal_access

DECIDE = "appointments.first-login"  # the kind of the jobs


def ask(appointment: Appointment, *, is_new: bool, wished: bool) -> None:
    """After a visitor booked, in the same transaction. `is_new` is whether that added the customer,
    `wished` what the visitor answered where the owner has them asked."""
    facts = {"customer": appointment.customer_id, "is_new": is_new, "wished": wished}
    jobs.enqueue(DECIDE, facts, priority=jobs.Job.Priority.URGENT)


def decide(pk: int, *, is_new: bool, wished: bool) -> None:
    """Let the customer log in, if the owner wants that."""
    customer = Customer.objects.live().filter(pk=pk).first()
    if customer and is_new:
        portal_access.allow_on_first_booking(customer, wished=wished)
