"""Whether a search has few matches or many, at a price that does not grow with them.

What is asked most often, words alone among the live customers, is asked without the ORM: putting
such a statement together costs more than most databases need to answer it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL

from customers.counting import are_few_archived
from customers.models import Customer, CustomerTag
from customers.ordering import Order
from customers.querysets import CustomerQuerySet
from customers.search import MATCHING, Search
from customers.words import (
    Alternatives,
    as_condition,
    as_match,
    patterns,
    shape_of,
    words_of_shape,
)

SPARE = 500  # ids that SQLite's index may name in vain, because they are archived
SAMPLE = 500  # of the matches, when they are many

Few = list[tuple[Any, int]]  # sort key and primary key of each match


@dataclass(frozen=True)
class Many:
    """More matches than are counted. `ids` are some of them, in no order of the list; there may be
    none."""

    ids: Sequence[int] = ()

    def sample(self, order: Order) -> Few:
        """Some hundred of them, to see where they lie in the order."""
        return keys_of(order, list(self.ids[:: max(1, len(self.ids) // SAMPLE)]))


def few_matches(search: Search, most: int) -> Few | Many:
    """All who match; `Many` if they are clearly more than `most`.

    PostgreSQL weighs its indexes itself. SQLite would walk one to its end, so it is led.
    """
    if not search.words:
        if is_common_tag(search, most) or is_more(search.among, most):
            return Many()
        return up_to(search, search.among, most)
    if connection.vendor == "sqlite":
        return few_by_index(search, most)
    if search.is_filtered:
        return up_to(search, search.matching(), most)
    statement = ids_statement(shape_of(search.words), most + 1)
    ids = [row[0] for row in fetch(statement, patterns(search.words))]
    return keys_of(search.order, ids) if len(ids) <= most else Many(ids)


@lru_cache(maxsize=200)
def ids_statement(shape: tuple[int, ...], limit: int) -> str:
    """Asks for some live customers whose words match; its parameters are `patterns`."""
    matching = Customer.objects.live().filter(as_condition(words_of_shape(shape)))
    ids = matching.order_by().values_list("pk")[:limit]
    statement: str = ids.query.sql_with_params()[0]
    return statement


def few_by_index(search: Search, most: int) -> Few | Many:
    """SQLite only: the words first, as far as needed to see that they are common; then the filters,
    if those are rarer."""
    for reach in (most + SPARE, most * 20, None):
        ids = ids_from_index(search.words, reach)
        is_whole = reach is None or len(ids) < reach
        if not search.is_filtered and is_whole and len(ids) < most + SPARE:
            return keys_of(search.order, ids)
        if not search.is_filtered and not is_whole and are_few_archived(SPARE - 1):
            return Many(ids)
        rows = up_to(search, with_ids(search.among, ids), most)
        if is_whole or isinstance(rows, Many):
            return rows
        if reach == most + SPARE:
            others = up_to(search, search.among, most)
            if not isinstance(others, Many):
                pks = [pk for _key, pk in others]
                both = with_ids(search.among, pks).filter(as_condition(search.words))
                return up_to(search, both, most)
    return Many()


def ids_from_index(words: list[Alternatives], limit: int | None) -> list[int]:
    """SQLite only: whose words match, live or archived, as many as asked for."""
    statement = MATCHING if limit is None else f"{MATCHING} LIMIT {limit}"
    return [row[0] for row in fetch(statement, [as_match(words)])]


def ids_by_words(words: list[Alternatives], limit: int) -> list[int]:
    """Customers whom the words fit, deleted ones too; as many as asked for, at most."""
    if connection.vendor == "sqlite":
        return ids_from_index(words, limit)
    fitting = Customer.objects.filter(as_condition(words)).order_by()
    return list(fitting.values_list("pk", flat=True)[:limit])


def keys_of(order: Order, ids: list[int]) -> Few:
    """Those of the ids who are live."""
    if not ids:
        return []
    on_sqlite = connection.vendor == "sqlite"
    among = "IN (SELECT value FROM json_each(%s))" if on_sqlite else "= ANY(%s)"
    return fetch(
        f"SELECT {order.field}, id FROM customers_customer"  # noqa: S608 our own names
        f" WHERE archived_at IS NULL AND id {among}",
        [json.dumps(ids) if on_sqlite else ids],
    )


def fetch(statement: str, params: Sequence[Any]) -> list[Any]:
    """The rows as the driver gives them."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows: list[Any] = cursor.fetchall()
    return rows


def with_ids(customers: CustomerQuerySet, ids: list[int]) -> CustomerQuerySet:
    """SQLite only: those of the ids."""
    return customers.filter(pk__in=one_parameter(ids))


def one_parameter(ids: list[int]) -> Any:
    """Any number of ids, as what stands behind IN. SQLite takes only so many parameters."""
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(ids)], BigIntegerField())
    return ids


def is_common_tag(search: Search, most: int) -> bool:
    """Whether the one tag that is asked for is on so many that some are archived and it is still
    more than `most`: asked of its links alone, which PostgreSQL would merge with everybody."""
    tags = search.chosen.get("tag", [])
    if search.archived or set(search.chosen) != {"tag"} or len(tags) != 1:
        return False
    links = CustomerTag.objects.filter(tag=tags[0]).values_list("pk")[: most + SPARE]
    return len(links) == most + SPARE and are_few_archived(SPARE - 1)


def is_more(customers: CustomerQuerySet, most: int) -> bool:
    """Asked for ids only, because the index of a filter has no others."""
    return len(customers.order_by().values_list("pk")[: most + 1]) > most


def up_to(search: Search, customers: CustomerQuerySet, most: int) -> Few | Many:
    rows = list(customers.order_by().values_list(search.order.field, "pk")[: most + 1])
    return rows if len(rows) <= most else Many()
