"""Phone numbers as people read them."""

from django import template

from customers.models import Customer
from customers.values import show_phone

register = template.Library()


@register.filter
def phone_in_words(customer: Customer) -> str:
    """The customer's number with its extension."""
    return show_phone(customer.phone, customer.phone_extension)
