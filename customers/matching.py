"""Who might be the same person: the same e-mail address, phone number, or name and birthday."""

from datetime import date
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers.folding import derived_values
from customers.models import Customer, TwoPeople

MOST = 3
SAME_EMAIL = _("the same e-mail address")
SAME_PHONE = _("the same phone number")
SAME_PERSON = _("the same name and date of birth")


class Match(NamedTuple):
    """A customer who might be the person, and by what."""

    customer: Customer
    reason: str


def find_matches(
    *,
    first_name: str = "",
    last_name: str = "",
    email: str = "",
    phone: str = "",
    date_of_birth: date | None = None,
    other_than: int | None = None,
) -> list[Match]:
    """The first few live customers who share one of these, from values as customers/values.py makes
    them. Names are compared without case and accents, and only together with a date of birth. Whom
    staff told apart from `other_than` is left out."""
    same = Q()
    if email:
        same |= Q(email=email)
    if phone:
        same |= Q(phone=phone)
    name_key = derived_values(first_name, last_name, "", "", None).name_key
    if name_key and date_of_birth:
        same |= Q(name_key=name_key, date_of_birth=date_of_birth)
    if not same:
        return []
    found = Customer.objects.live().filter(same).order_by("pk")
    if other_than is not None:
        found = found.exclude(pk__in=[other_than, *known_apart(other_than)])
    return [Match(customer, reason(customer, email, phone)) for customer in found[:MOST]]


def reason(customer: Customer, email: str, phone: str) -> str:
    """By what the customer was found; the strongest one counts."""
    if email and customer.email == email:
        return str(SAME_EMAIL)
    if phone and customer.phone == phone:
        return str(SAME_PHONE)
    return str(SAME_PERSON)


def keep_apart(one: Customer, another: Customer, *, by: User | None) -> TwoPeople:
    """Remember that the two are not the same person, so that nobody is asked again."""
    first, second = sorted([one.pk, another.pk])
    found, _made = TwoPeople.objects.get_or_create(
        first_id=first, second_id=second, defaults={"by": by, "by_name": str(by) if by else ""}
    )
    return found


def ask_again(known: TwoPeople) -> None:
    """Forget that they are two people."""
    known.delete()


def known_apart(pk: int) -> set[int]:
    """Whom this customer is known not to be."""
    pairs = TwoPeople.objects.filter(Q(first=pk) | Q(second=pk)).values_list("first", "second")
    return {other for pair in pairs for other in pair} - {pk}
