"""Who may not book by themselves: who is blocked, and who has enough appointments ahead."""

from django.db.models import Q
from django.utils.translation import gettext as _

from appointments.models import Appointment, Block
from bookkinda.preferences import Preferences
from customers.models import Customer


def neutral_sentence(business: Preferences) -> str:
    """What a visitor is told over any of the limits. It is the same for all of them, so that it
    tells nobody which addresses are known."""
    if business.phone:
        return _("We can't take this booking online. Please call us: %(phone)s") % {
            "phone": business.phone
        }
    return _("We can't take this booking online. Please call us.")


def is_refused(email: str, phone: str, customer: Customer | None) -> bool:
    """Whether somebody with this address and number, in the spelling of customers/values.py, may
    not book now: blocked, also by what stands in the customer's record, or with as many
    appointments ahead as anybody may have."""
    business = Preferences.load()
    theirs = customer is not None and is_blocked(customer.email, customer.phone, business)
    return theirs or is_blocked(email, phone, business) or has_enough(customer, business)


def is_blocked(email: str, phone: str, business: Preferences) -> bool:
    """Whether staff put the address or the number on the block list. What follows a + before the @
    makes no other mailbox."""
    name, at, host = email.partition("@")
    emails = {email, f"{name.partition('+')[0]}{at}{host}"} - {""}
    named = Q(email__in=emails)
    if phone:
        named |= Q(phone=phone)
    in_force = Q(until=None) | Q(until__gte=business.today())
    return Block.objects.filter(named, in_force).exists()


def has_enough(customer: Customer | None, business: Preferences) -> bool:
    """Whether the customer has as many appointments ahead as anybody may have. Records of the same
    name and address count as one, for a shared address gets a new record with each booking."""
    if customer is None or business.most_coming is None:
        return False
    theirs = Q(customer=customer)
    if customer.email:
        same = Customer.objects.live().filter(email=customer.email, name_key=customer.name_key)
        theirs |= Q(customer__in=same.values("pk"))
    coming = Appointment.objects.coming().filter(theirs)
    return len(coming.values_list("pk")[: business.most_coming]) >= business.most_coming
