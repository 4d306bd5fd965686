"""The one answer to "which customers": words, filters and order.

The list, export, bulk actions and commands all ask here, so that "all that match" means the same
everywhere. `find_customers` is the queryset, `customers/paging.py` turns its pages fast.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL
from django.http import QueryDict

from bookkinda.preferences import Preferences
from customers.counting import are_few_archived
from customers.filters import CustomerFilter
from customers.models import Customer
from customers.ordering import Order
from customers.querysets import CustomerQuerySet
from customers.words import Alternatives, as_condition, as_match, wanted_words

Params = QueryDict | Mapping[str, object]

SPARE = 500  # ids that the index may name in vain, because they are archived
MATCHING = "SELECT rowid FROM customers_search WHERE customers_search MATCH %s"


@dataclass
class Search:
    """One question about customers, read from an address line.

    `among` has the filters but not the words; `problems` says which parameter cannot be read, and
    then nobody matches.
    """

    filters: CustomerFilter
    among: CustomerQuerySet
    words: list[Alternatives]
    order: Order
    archived: bool = False
    problems: list[str] = field(default_factory=list)

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the words keeps a live customer out."""
        return self.archived or self.filters.is_narrow

    @property
    def is_narrow(self) -> bool:
        """Whether anything keeps a customer out."""
        return bool(self.words) or bool(self.problems) or self.filters.is_narrow

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
    everybody = Customer.objects.archived() if archived else Customer.objects.live()
    filters = CustomerFilter(query, everybody, business=business)
    order = Order.parse(query.get("sort") or "", archived=archived)
    if not filters.is_valid():
        problems = [
            f"{filters.form[name].label}: {error}"
            for name, errors in filters.form.errors.items()
            for error in errors
        ]
        return Search(filters, everybody.none(), [], order, archived, problems)
    words = wanted_words(filters.form.cleaned_data["q"])
    return Search(filters, filters.qs, words, order, archived)


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


def ids_from_index(words: list[Alternatives], limit: int | None) -> list[int]:
    """SQLite only: whose words match, live or archived, as many as asked for."""
    statement = MATCHING if limit is None else f"{MATCHING} LIMIT {limit}"
    with connection.cursor() as cursor:
        cursor.execute(statement, [as_match(words)])
        return [row[0] for row in cursor.fetchall()]


def with_ids(customers: CustomerQuerySet, ids: list[int]) -> CustomerQuerySet:
    """SQLite only: those of the ids, any number of them as one parameter."""
    among = RawSQL("SELECT value FROM json_each(%s)", [json.dumps(ids)], BigIntegerField())
    return customers.filter(pk__in=among)


def few_matches(search: Search, most: int) -> list[tuple[object, int]] | None:
    """(sort key, primary key) of all who match, or None if they are more than `most`.

    PostgreSQL weighs its indexes itself. SQLite would walk one to its end, so it is led: the words
    first, as far as needed to see that they are common; then the filters, if those are rarer.
    """
    if not search.words and is_more(search.among, most):
        return None
    if not search.words or connection.vendor == "postgresql":
        return up_to(search, search.matching(), most)
    for reach in (most + SPARE, most * 20, None):
        ids = ids_from_index(search.words, reach)
        if len(ids) == most + SPARE and not search.is_filtered and are_few_archived(SPARE - 1):
            return None  # even if all of the archived ones are among them
        rows = up_to(search, with_ids(search.among, ids), most)
        if rows is None or reach is None or len(ids) < reach:
            return rows
        if reach < most * 2:
            others = up_to(search, search.among, most)
            if others is not None:
                pks = [pk for _key, pk in others]
                return up_to(
                    search, with_ids(search.among, pks).filter(as_condition(search.words)), most
                )
    return None


def is_more(customers: CustomerQuerySet, most: int) -> bool:
    """Asked for ids only, because the index of a filter has no others."""
    return len(customers.order_by().values_list("pk")[: most + 1]) > most


def up_to(
    search: Search, customers: CustomerQuerySet, most: int
) -> list[tuple[object, int]] | None:
    rows = list(customers.order_by().values_list(search.order.field, "pk")[: most + 1])
    return rows if len(rows) <= most else None
