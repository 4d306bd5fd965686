"""The list of appointments: the one component of all lists, over what is booked."""

from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView
from django_htmx.http import replace_url

from accounts import roles
from accounts.access import StaffRequired
from appointments.filters import KEPT, STATUSES, USUAL, WHEN
from appointments.finding import Search, has_any, page_of_appointments
from appointments.models import Provider, Service
from bookkinda.requests import business_of
from customers.counting import Count
from customers.list_parts import (
    Address,
    Chip,
    between,
    boxes_of,
    headings_of,
    listed,
    number,
    summarize,
)
from customers.models import Customer
from customers.turning import ROWS_PER_PAGE
from customers.values import read_number

TOOLBAR = "appointment-search"


class AppointmentList(StaffRequired, TemplateView):
    """The appointments that the address line asks for, those to come unless it says otherwise."""

    permission_required = roles.VIEW_APPOINTMENTS

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = page_of_appointments(self.request.GET, business=business_of(self.request))
        search = page.search
        address = Address.of(reverse("appointments:list"), page, KEPT)
        chips = filter_chips(search)
        return super().get_context_data(
            page=page,
            rows=page.rows,
            address=address,
            headings=headings_of(columns(), search.order, address),
            chips=chips,
            boxes=filter_boxes(search.query),
            filter_names=", ".join(
                f"{chip.label}: {chip.value}" for chip in chips if chip.value and not chip.is_usual
            ),
            customer=customer_of(search),
            hidden=[("customer", value) for value in search.query.getlist("customer")[:1]],
            everybody=address.link(customer=None),
            any_time=address.link(when="any", day_from=None, day_to=None),
            status=announce(page.count),
            total=summarize(page.count),
            is_empty=not page.rows and not search.is_narrow and not has_any(),
            rows_per_page=ROWS_PER_PAGE,
            sort_class="bk-sort-booked",
            **kwargs,
        )

    def get_template_names(self) -> list[str]:
        part = "#answer" if self.request.htmx else ""  # type: ignore[attr-defined]
        return [f"appointments/list.html{part}"]

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> Any:
        """Live search leaves the shortest address that means the same, without empty fields."""
        response = super().render_to_response(context, **kwargs)
        if self.request.htmx.trigger == TOOLBAR:  # type: ignore[attr-defined]
            replace_url(response, context["address"].link())
        return response


def columns() -> list[tuple[str, str, str]]:
    return [("when", _("When"), "c-when"), ("booked", _("Booked"), "c-booked")]


def filter_chips(search: Search) -> list[Chip]:
    """The filters in the order of the toolbar, with what they are set to."""
    chosen = search.chosen
    days = between(chosen.get("day_from"), chosen.get("day_to"))
    stretch = [] if days and search.when == "any" else [str(dict(WHEN)[search.when])]
    when = listed([*stretch, *([days] if days else [])])
    statuses = [str(dict(STATUSES)[status]) for status in chosen.get("status", [])]
    return [
        Chip("when", _("When"), "calendar", when, is_usual=search.when == USUAL),
        Chip("status", _("Status"), "circle-check", listed(statuses)),
        Chip("provider", _("Provider"), "user", listed(names(chosen.get("provider")))),
        Chip("service", _("Service"), "scissors", listed(names(chosen.get("service")))),
    ]


def names(things: Any) -> list[str]:
    return [str(each) for each in things or []]


def filter_boxes(query: QueryDict) -> dict[str, list[SafeString]]:
    """The choices of each filter, drawn. Archived providers and services are chosen from, too:
    what was booked with them is still there."""
    asked = query.copy()
    asked.setdefault("when", USUAL)
    several = {
        "status": STATUSES,
        "provider": Provider.objects.values_list("pk", "name"),
        "service": Service.objects.values_list("pk", "name"),
    }
    drawn = {name: list(boxes_of(asked, name, "checkbox", each)) for name, each in several.items()}
    return {"when": list(boxes_of(asked, "when", "radio", WHEN)), **drawn}


def customer_of(search: Search) -> Customer | None:
    """The one customer whose appointments are asked for."""
    asked = read_number(search.chosen.get("customer", ""))
    return Customer.objects.filter(pk=asked).first() if asked else None


def announce(count: Count) -> str:
    """The sentence that a screen reader hears when the list has changed."""
    if count.is_more:
        return _("More than %(number)s appointments") % {"number": number(count.number)}
    text = ngettext("%(number)s appointment", "%(number)s appointments", count.number)
    return text % {"number": number(count.number)}
