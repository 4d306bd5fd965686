"""Pages of the customer list that cost the same at a thousand and at a million customers.

Up to 1,000 matches are counted and sorted here. More are "1,000+": the index of the order is walked
as far as a budget goes, which finds a page of anything common; only what is common and yet far away
is sorted by the database.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bookkinda.preferences import Preferences
from customers.counting import COUNTED, Count, count_all
from customers.models import Customer
from customers.probing import Many, few_matches
from customers.search import Params, Search, read_search
from customers.turning import (
    Listed,
    Page,
    Place,
    Source,
    find_boundary,
    read_per_page,
    turn_to,
)
from customers.walking import Walked


@dataclass(frozen=True)
class CustomerPage(Page):
    """A page of the list of customers; its rows are dictionaries of their values."""

    search: Search


def page_of_customers(
    params: Params,
    *,
    archived: bool = False,
    business: Preferences | None = None,
    columns: Sequence[str] = (),
) -> CustomerPage:
    """The page that an address line asks for, with these columns of each customer and `pk`.

    Whatever it says, there is an answer: a page beyond the end is the last one, nonsense the first.
    """
    search = read_search(params, archived=archived, business=business)
    per = read_per_page(params.get("per"))
    place = Place.parse(str(params.get("page") or ""), str(params.get("cursor") or ""))
    source = source_of(search)
    turned = turn_to(
        source, place, per, find_boundary(Customer.objects.all(), search.order, place.cursor)
    )
    wanted = {*columns, "pk", search.order.field}
    found = {row["pk"]: row for row in Customer.objects.filter(pk__in=turned.ids).values(*wanted)}
    return CustomerPage(
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
    if not search.is_narrow and not search.archived:
        return Walked(search, count_all())
    few = few_matches(search, COUNTED)
    if isinstance(few, Many):
        return Walked(search, Count(COUNTED, is_more=True), few)
    return Listed(search.order.sort_rows(few))
