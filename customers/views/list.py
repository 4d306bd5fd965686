"""The list of customers, and the archive: one component, two sets of people."""

from functools import cache
from typing import Any

from django.urls import reverse
from django.views.generic import TemplateView
from django_htmx.http import replace_url

from accounts import roles
from accounts.access import StaffRequired, signed_in
from customers.list_parts import Address, summarize
from customers.paging import page_of_customers
from customers.turning import ROWS_PER_PAGE
from customers.views.chips import filter_boxes, filter_chips, name_filters
from customers.views.rows import COLUMNS, as_rows, headings
from customers.views.words import announce

TOOLBAR = "customer-search"
KEPT = (
    "q", "access", "no_login", "tag", "has", "birthday", "added_from", "added_to", "imported",
    "visited", "not_since", "not_for", "coming",
)  # fmt: skip
LINKS = (
    "list", "archived", "add", "bulk", "changes", "tags", "import", "export", "transfers",
)  # fmt: skip


@cache
def links() -> dict[str, str]:
    """The addresses that the list leads to, looked up once."""
    return {name: reverse(f"customers:{name}") for name in LINKS}


class CustomerList(StaffRequired, TemplateView):
    """The customers that the address line asks for. Everything about the list is in that line."""

    permission_required = roles.VIEW
    archived = False
    url_name = "customers:list"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request = self.request
        page = page_of_customers(
            request.GET,
            archived=self.archived,
            business=request.business,  # type: ignore[attr-defined]
            columns=COLUMNS,
        )
        address = Address.of(reverse(self.url_name), page, KEPT)
        may = self.rights()
        return super().get_context_data(
            page=page,
            rows=as_rows(page, may),
            headings=headings(page, address),
            address=address,
            chips=filter_chips(page.search),
            boxes=filter_boxes(page.search),
            filter_names=name_filters(page.search),
            status=announce(page),
            total=summarize(page.count),
            archived=self.archived,
            may=may,
            rows_per_page=ROWS_PER_PAGE,
            sort_class="" if self.archived else "bk-sort-by",
            links=links(),
            **kwargs,
        )

    def rights(self) -> dict[str, bool]:
        """What the person at the screen may do with the customers of this list."""
        user = signed_in(self.request)
        may = {
            "add": user.has_perm(roles.ADD) and not self.archived,
            "edit": user.has_perm(roles.CHANGE) and not self.archived,
            "archive": user.has_perm(roles.ARCHIVE),
            "erase": user.has_perm(roles.ERASE) and self.archived,
            "send": user.has_perm(roles.SEND) and not self.archived,
            "import": user.has_perm(roles.IMPORT) and not self.archived,
            "export": user.has_perm(roles.EXPORT) and not self.archived,
        }
        may["see_transfers"] = user.has_perms([roles.IMPORT, roles.EXPORT])
        may["act"] = any(may[right] for right in ("edit", "archive", "erase", "send"))
        may["pick"] = may["act"] or may["export"]
        return may

    def get_template_names(self) -> list[str]:
        part = "#answer" if self.request.htmx else ""  # type: ignore[attr-defined]
        return [f"customers/list.html{part}"]

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> Any:
        """Live search leaves the shortest address that means the same, without empty fields."""
        response = super().render_to_response(context, **kwargs)
        if self.request.htmx.trigger == TOOLBAR:  # type: ignore[attr-defined]
            replace_url(response, context["address"].link())
        return response


class ArchivedList(CustomerList):
    """The customers that staff deleted, and the way back for each of them."""

    archived = True
    url_name = "customers:archived"
