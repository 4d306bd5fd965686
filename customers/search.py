"""The one answer to "which customers": words, filters and order.

The list, export, bulk actions and commands all ask here, so that "all that match" means the same
everywhere. `find_customers` is the queryset, `customers/paging.py` turns its pages fast.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL
from django.http import QueryDict

from bookkinda.preferences import Preferences
from customers.filters import FILTERS, CustomerFilter, are_fit_words
from customers.models import Customer
from customers.ordering import Order
from customers.querysets import CustomerQuerySet
from customers.words import (
    Alternatives,
    as_condition,
    as_match,
    wanted_words,
)

Params = QueryDict | Mapping[str, object]

MATCHING = "SELECT rowid FROM customers_search WHERE customers_search MATCH %s"


@dataclass(frozen=True)
class Search:
    """One question about customers, read from an address line.

    `query` is the line without its blank parameters. Most questions are words alone, so the form of
    the filters is made only for a line that has some.
    """

    query: QueryDict
    order: Order
    archived: bool = False
    business: Preferences | None = None

    @property
    def usual_order(self) -> Order:
        return Order.parse("", archived=self.archived)

    @cached_property
    def has_filters(self) -> bool:
        """Whether the line has anything that the form of the filters must judge."""
        return not FILTERS.isdisjoint(self.query) or not are_fit_words(self.typed)

    @cached_property
    def filters(self) -> CustomerFilter:
        """The filters with their form, and among whom they choose."""
        everybody = Customer.objects.archived() if self.archived else Customer.objects.live()
        return CustomerFilter(self.query, everybody, business=self.business)

    @cached_property
    def problems(self) -> list[str]:
        """Which parameter cannot be read; then nobody matches."""
        if not self.has_filters or self.filters.is_valid():
            return []
        form = self.filters.form
        return [
            f"{form[name].label}: {error}"
            for name, errors in form.errors.items()
            for error in errors
        ]

    @property
    def chosen(self) -> dict[str, Any]:
        """The filters that are set, with their values."""
        if not self.has_filters:
            return {}
        cleaned = getattr(self.filters.form, "cleaned_data", {})
        return {name: value for name, value in cleaned.items() if value and name != "q"}

    @property
    def typed(self) -> str:
        """The words as they were typed."""
        return self.query.get("q", "").strip()

    @cached_property
    def words(self) -> list[Alternatives]:
        return [] if self.problems else wanted_words(self.typed)

    @property
    def among(self) -> CustomerQuerySet:
        """Whom the filters leave, whatever the words."""
        among: CustomerQuerySet = (
            Customer.objects.archived() if self.archived else Customer.objects.live()
        )
        if self.problems:
            return among.none()
        return self.filters.qs if self.has_filters else among

    @cached_property
    def is_filtered(self) -> bool:
        """Whether anything but the words keeps a live customer out."""
        return self.archived or bool(self.problems) or bool(self.chosen)

    @property
    def is_narrow(self) -> bool:
        """Whether anything keeps a customer out."""
        return bool(self.words) or bool(self.problems) or bool(self.chosen)

    def matching(self) -> CustomerQuerySet:
        """Everybody who matches, in no order."""
        if not self.words:
            return self.among
        if connection.vendor == "postgresql":
            return self.among.filter(as_condition(self.words))
        found = RawSQL(MATCHING, [as_match(self.words)], output_field=BigIntegerField())  # noqa: S611
        return self.among.filter(pk__in=found)


def read_search(
    params: Params, *, archived: bool = False, business: Preferences | None = None
) -> Search:
    """The search that an address line asks for; never raises.

    `business`, for the time zone of the filters, saves a query where it is at hand.
    """
    query = as_query(params)
    order = Order.parse(query.get("sort") or "", archived=archived)
    return Search(query, order, archived, business)


def as_query(params: Params) -> QueryDict:
    """An address line without its blank parameters; a mapping holds strings or lists of them."""
    query = QueryDict(mutable=True)
    lists = params.lists() if isinstance(params, QueryDict) else params.items()
    for name, value in lists:
        values = [str(one) for one in (value if isinstance(value, list | tuple) else [value])]
        query.setlist(name, [one for one in values if one.strip()])
    return query


def find_customers(params: Params, *, business: Preferences | None = None) -> CustomerQuerySet:
    """The live customers that the parameters ask for, in the order that they ask for.

    Unknown parameters are ignored; one with a value that cannot be read finds nobody.
    """
    search = read_search(params, business=business)
    return search.order.sort(search.matching())


def find_archived(params: Params, *, business: Preferences | None = None) -> CustomerQuerySet:
    """The same among the customers that staff deleted."""
    search = read_search(params, archived=True, business=business)
    return search.order.sort(search.matching())
