"""Where the pictures of customers are."""

from django import template
from django.urls import reverse

from customers.models import Customer
from customers.photos import version_of

register = template.Library()


@register.filter
def photo_url(customer: Customer | None) -> str:
    """The address of the customer's picture, another one for each picture; "" without one."""
    name = customer.photo.name if customer else ""
    if customer is None or not name:
        return ""
    return f"{reverse('customers:photo', args=[customer.pk])}?v={version_of(name)}"
