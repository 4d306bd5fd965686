"""What allowing customers to log in would do, for the question before it: who gets a password, who
has one, who is left out and why, and by which channels it goes."""

from typing import Any

from django.db.models import Count, Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import HAVE_ACCESS, Access, Customer
from customers.querysets import CustomerQuerySet
from customers.views.telling import with_names
from notifications import portal_access
from notifications.models import ChannelCode
from notifications.who_may_log_in import Rules

NAMED = 5
OTHERS = 3
LOOKED_AT = 10_000  # customers, one by one, in two seconds; more are counted
ICONS = {
    ChannelCode.EMAIL: "mail",
    ChannelCode.SMS: "message-square",
    ChannelCode.WHATSAPP: "message-circle",
}
SPOKEN = {
    ChannelCode.EMAIL: _("e-mail"),
    ChannelCode.SMS: _("SMS"),
    ChannelCode.WHATSAPP: _("WhatsApp"),
}


def plan_of(customers: CustomerQuerySet, *, others_named: int = OTHERS) -> dict[str, Any]:
    """The answers for a page. Of very many customers, figures: the worker looks at each."""
    count = customers.count()
    context: dict[str, Any] = {
        "count": count,
        "more": max(0, count - NAMED),
        "closed": Rules.load().reason_for_all(),
        "channels": channels_now(),
    }
    first = list(customers[:NAMED])
    if count > LOOKED_AT:
        reasons = portal_access.reasons_not_to_allow(
            Customer.objects.filter(pk__in=[customer.pk for customer in first])
        )
        context |= figures_of(customers)
    else:
        plan = portal_access.plan(customers)
        reasons = plan.left_out
        context |= {
            "gets": plan.gets + plan.gets_again, "first": plan.gets, "again": plan.gets_again,
            "has_it": plan.has_it, "left_out": len(reasons), "is_exact": True,
        }  # fmt: skip
    shown = {customer.pk for customer in first}
    others = {pk: reason for pk, reason in reasons.items() if pk not in shown}
    return context | {
        "people": [
            {
                "customer": each,
                "reason": reasons.get(each.pk, ""),
                "has_it": each.access == Access.ACTIVE,
                "again": each.access != Access.NONE,
            }
            for each in first
        ],
        "others": with_names(others, others_named),
        "unnamed": max(0, len(others) - others_named),
        "reasons": reasons,
    }  # fmt: skip


def why_not(customer: Customer) -> str:
    """Why this customer, saved or not, can't be allowed to log in; "" if nothing stands against."""
    return Rules.load().reasons([customer]).get(customer.pk, "")


def login_of(customer: Customer | None) -> dict[str, Any]:
    """How the login of a customer stands, for the switch on the form."""
    has_access = customer is not None and customer.access in HAVE_ACCESS
    return {
        "has_access": has_access,
        "state": state_of(customer) if customer and has_access else "",
        "closed": Rules.load().reason_for_all(),
        "channels": channels_now(),
    }


def state_of(customer: Customer) -> str:
    """One sentence about the password that the customer has."""
    match customer.access:
        case Access.ACTIVE:
            return gettext("This customer has a password of their own.")
        case Access.EXPIRED:
            return gettext("The one-time password was never used and has run out.")
    until = customer.user.one_time_until if customer.user else None
    if until is None:
        return gettext("A one-time password is on its way.")
    day = date_format(localtime(until), "j M Y, H:i")
    return gettext("The one-time password that was sent works until %(day)s.") % {"day": day}


def figures_of(customers: CustomerQuerySet) -> dict[str, Any]:
    """How many there are in each state, with an address and without. One query."""
    rows = (
        customers.order_by()
        .values("access")
        .annotate(number=Count("pk"), without=Count("pk", filter=Q(email="")))
    )
    able = {row["access"]: row["number"] - row["without"] for row in rows}
    numbers = {row["access"]: row["number"] for row in rows}
    has_it = numbers.get(Access.ACTIVE, 0)
    first = able.get(Access.NONE, 0)
    again = sum(able.get(state, 0) for state in (Access.REVOKED, Access.EXPIRED, Access.INVITED))
    left_out = sum(numbers.values()) - has_it - first - again
    return {
        "gets": first + again, "first": first, "again": again, "has_it": has_it,
        "left_out": left_out, "is_exact": False,
    }  # fmt: skip


def channels_now() -> list[dict[str, Any]]:
    """All channels, and whether "Access to Customer Panel" goes by them."""
    on = set(Rules.load().channels)
    return [
        {
            "name": str(code.label),
            "spoken": str(SPOKEN[code]),
            "icon": ICONS[code],
            "on": code in on,
        }
        for code in ChannelCode
    ]
