"""What a page says when appointments to come would lie outside of changed hours."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from appointments.models import Provider
from appointments.week import LeavesOutsideError
from customers.values import read_number

NAMED = 5  # appointments that would lie outside


def page_of(provider: Provider | None) -> str:
    """Where the hours of the provider, or of the business, are."""
    if provider is None:
        return reverse("appointments:hours")
    return reverse("appointments:provider-hours", args=[provider.pk])


def meant(data: Mapping[str, str]) -> int | None:
    """How many appointments may lie outside, as the person was told and said yes to."""
    return read_number(data.get("meant", ""))


def warning(error: LeavesOutsideError) -> dict[str, Any]:
    """What the page says about appointments that would lie outside."""
    return {"outside": error.appointments[:NAMED], "outside_count": len(error.appointments)}
