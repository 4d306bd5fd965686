"""Where the pictures of customers are."""

from django import template
from django.urls import reverse

from customers.models import Customer
from customers.photos import version_of

register = template.Library()


@register.filter
def photo_url(customer: Customer | None) -> str:
    """The address of the customer's picture, another one for each picture; "" without one."""
    return versioned(customer, "customers:photo", customer.pk) if customer else ""


@register.filter
def own_photo_url(customer: Customer) -> str:
    """The same for the customer, who sees no other's."""
    return versioned(customer, "portal:photo")


def versioned(customer: Customer, page: str, *args: int) -> str:
    name = customer.photo.name
    return f"{reverse(page, args=args)}?v={version_of(name)}" if name else ""
