"""While somebody is typed in: who might be the same person. A hint with a link, never a wall."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired
from customers.matching import find_matches
from customers.values import clean_email, clean_line, clean_phone, read_number
from customers.views.requests import business_of


class Duplicates(StaffRequired, View):
    """Sent by POST, though it changes nothing: addresses of pages are logged, and hold nobody's
    name or number."""

    permission_required = roles.VIEW
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        country = business_of(request).country
        typed = request.POST.get
        phone: Any = readable(lambda: clean_phone(typed("phone", ""), country))
        customer = read_number(typed("customer", ""))
        matches = find_matches(
            first_name=readable(lambda: clean_line(typed("first_name", ""), 100)) or "",
            last_name=readable(lambda: clean_line(typed("last_name", ""), 100)) or "",
            email=readable(lambda: clean_email(typed("email", ""))) or "",
            phone=phone.e164 if phone else "",
            date_of_birth=readable(lambda: parse_date(typed("date_of_birth", ""))),
            other_than=customer,
        )
        context = {"matches": matches, "customer": customer}
        return render(request, "customers/duplicates.html", context)


def readable(read: Callable[[], Any]) -> Any:
    """What was typed so far, None while it is no complete value."""
    try:
        return read()
    except (ValidationError, ValueError):
        return None
