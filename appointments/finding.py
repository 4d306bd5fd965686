"""The one answer to "which appointments": words, filters and order, turned into pages.

Up to 1,000 matches are listed. Of more, a page is read along the index of the order; who the
customer is, is looked up row by row as far as a budget goes, and then asked the other way round.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.db import connection
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL
from django.http import QueryDict

from appointments.filters import USUAL, AppointmentFilter
from appointments.models import Appointment
from appointments.models.appointment import AppointmentQuerySet
from bookkinda.preferences import Preferences
from customers.counting import COUNTED, Count
from customers.ordering import Boundary
from customers.ordering import Order as AnyOrder
from customers.probing import Many, fetch, ids_by_words, one_parameter
from customers.search import MATCHING, Params, as_query
from customers.turning import (
    Listed,
    Page,
    Place,
    Source,
    find_boundary,
    read_per_page,
    turn_to,
)
from customers.walking import compose_walk
from customers.words import Alternatives, as_condition, as_match, wanted_words

MOST_PEOPLE = 2_000  # customers whose appointments are listed; above, appointments are walked
WALKED = 4_000  # rows, each with a look at its customer
NO_FILTER = ("q", "when")
OF_CUSTOMER = "customer__search_text"


@dataclass(frozen=True)
class Order(AnyOrder):
    """By the time of the appointment, or by when it was booked."""

    fields: ClassVar[Mapping[str, str]] = {"when": "start", "booked": "created_at"}


@dataclass(frozen=True)
class Search:
    """One question about appointments, read from an address line."""

    query: QueryDict
    business: Preferences

    @cached_property
    def filters(self) -> AppointmentFilter:
        found = Appointment.objects.all()
        return AppointmentFilter(self.query, found, business=self.business)

    @cached_property
    def problems(self) -> list[str]:
        """Which parameter cannot be read; then nothing matches."""
        form = self.filters.form
        return [
            f"{form[name].label}: {error}"
            for name, errors in form.errors.items()
            for error in errors
        ]

    @property
    def chosen(self) -> dict[str, Any]:
        """The filters that are set, with their values."""
        cleaned = self.filters.chosen
        return {name: value for name, value in cleaned.items() if value and name not in NO_FILTER}

    @property
    def when(self) -> str:
        return str(self.filters.stretch)

    @property
    def typed(self) -> str:
        return self.query.get("q", "").strip()

    @cached_property
    def words(self) -> list[Alternatives]:
        return [] if self.problems else wanted_words(self.typed)

    @property
    def usual_order(self) -> Order:
        """What is to come from the next one on, what is over from the last one back."""
        is_back = self.when in ("over", "any") and not self.filters.has_days
        return Order("when", descending=is_back)

    @property
    def order(self) -> Order:
        text = self.query.get("sort", "")
        name = text.removeprefix("-")
        if name not in Order.fields:
            return self.usual_order
        return Order(name, descending=text.startswith("-"))

    @cached_property
    def among(self) -> AppointmentQuerySet:
        """What the filters leave, whatever the words."""
        found: AppointmentQuerySet = (
            Appointment.objects.none() if self.problems else self.filters.qs.order_by()
        )
        return found

    @property
    def is_narrow(self) -> bool:
        """Whether anything was asked for; what is to come is shown unasked."""
        return bool(self.problems or self.typed or self.chosen or self.when != USUAL)

    def matching(self) -> AppointmentQuerySet:
        """All that match, in no order."""
        if not self.words:
            return self.among
        if connection.vendor == "postgresql":
            return self.among.filter(as_condition(self.words, OF_CUSTOMER))
        found = RawSQL(MATCHING, [as_match(self.words)], output_field=BigIntegerField())  # noqa: S611
        return self.among.filter(customer__in=found)


class AppointmentPage(Page):
    """A page of the list; its rows are appointments with customer, service and provider."""

    search: Search

    def boundary(self, row: Appointment) -> Boundary:
        return Boundary(getattr(row, self.search.order.field), row.pk)


def page_of_appointments(params: Params, *, business: Preferences) -> AppointmentPage:
    """The page that an address line asks for; beyond the end it is the last one."""
    query = as_query(params)
    if query.get("when") == USUAL:
        del query["when"]
    search = Search(query, business)
    per = read_per_page(params.get("per"))
    place = Place.parse(str(params.get("page") or ""), str(params.get("cursor") or ""))
    source = source_of(search)
    beside = find_boundary(Appointment.objects.all(), search.order, place.cursor)
    turned = turn_to(source, place, per, beside)
    rows = Appointment.objects.select_related("customer", "service", "provider")
    found = rows.in_bulk(turned.ids)
    return AppointmentPage(
        search=search,
        rows=[found[pk] for pk in turned.ids if pk in found],
        per=per,
        count=source.count,
        number=turned.number,
        has_previous=turned.has_previous,
        has_next=turned.has_next,
    )


def source_of(search: Search) -> Source:
    """How to turn the pages of this search."""
    if search.problems:
        return Listed([])
    few = few_matches(search)
    if isinstance(few, Many):
        return Walked(search)
    return Listed(search.order.sort_rows(few))


def few_matches(search: Search) -> list[tuple[Any, int]] | Many:
    """Sort key and primary key of all that match; `Many` if they are more than are counted."""
    found = search.among
    if search.words:
        people = ids_by_words(search.words, MOST_PEOPLE + 1)
        if len(people) > MOST_PEOPLE:
            return Many()
        found = found.filter(customer__in=one_parameter(people))
    rows = list(found.values_list(search.order.field, "pk")[: COUNTED + 1])
    return rows if len(rows) <= COUNTED else Many()


class Walked:
    """Many matches, along the index of the order."""

    count = Count(COUNTED, is_more=True)

    def __init__(self, search: Search) -> None:
        self.search = search

    def take(self, n: int, *, beyond: Boundary, backwards: bool) -> list[int] | None:
        return self.find(n, beyond, backwards=backwards)

    def skip(self, offset: int, n: int, *, backwards: bool = False) -> list[int]:
        if not offset:
            return self.find(n, None, backwards=backwards)
        rows = self.search.order.walk(self.search.matching(), backwards=backwards)
        return list(rows.values_list("pk", flat=True)[offset : offset + n])

    def find(self, n: int, beyond: Boundary | None, *, backwards: bool) -> list[int]:
        """n ids from here on, by the way that is probably cheaper."""
        search, order = self.search, self.search.order
        rows = order.walk(search.among, beyond=beyond, backwards=backwards)
        if not search.words:
            return list(rows.values_list("pk", flat=True)[:n])
        fits = as_condition(search.words, OF_CUSTOMER)
        ids = [row[0] for row in fetch(*compose_walk(rows, fits, n, WALKED))]
        if len(ids) == n:
            return ids
        matching = order.walk(search.matching(), beyond=beyond, backwards=backwards, indexed=False)
        return list(matching.values_list("pk", flat=True)[:n])


def has_any() -> bool:
    """Whether there is any appointment, so that there is something to look for."""
    return bool(Appointment.objects.exists())
