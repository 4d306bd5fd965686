"""The address line of the list: everything that a reload, Back or a shared link needs."""

from dataclasses import dataclass
from urllib.parse import urlencode

from customers.ordering import Order
from customers.paging import ROWS_PER_PAGE, Page

KEPT = (
    "q", "access", "no_login", "tag", "has", "birthday", "added_from", "added_to", "imported",
    "visited", "not_since", "not_for", "coming",
)  # fmt: skip


@dataclass(frozen=True)
class Address:
    """One list as it is shown. `state` is what a link to another page of it must repeat."""

    path: str
    state: list[tuple[str, str]]
    page: Page

    @classmethod
    def of(cls, path: str, page: Page) -> "Address":
        search = page.search
        state = [
            (name, value) for name in KEPT for value in dict.fromkeys(search.query.getlist(name))
        ]
        if search.order != Order.parse("", archived=search.archived):
            state.append(("sort", str(search.order)))
        if page.per != ROWS_PER_PAGE[0]:
            state.append(("per", str(page.per)))
        return cls(path, state, page)

    def link(self, **others: str | int | None) -> str:
        """The address with some parameters set anew, and without those that are None."""
        kept = [pair for pair in self.state if pair[0] not in others]
        pairs = [*kept, *((name, value) for name, value in others.items() if value is not None)]
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    @property
    def here(self) -> str:
        """This very page of the list."""
        number = self.page.number or "last"
        return self.link(page=number if number != 1 else None)

    @property
    def query(self) -> str:
        """What matches, as a query string: posted by "all that match", and given to export."""
        return urlencode(self.state)

    @property
    def state_without_per(self) -> list[tuple[str, str]]:
        return [pair for pair in self.state if pair[0] != "per"]

    @property
    def first(self) -> str:
        return self.link()

    @property
    def last(self) -> str:
        return self.link(page="last")

    @property
    def previous(self) -> str:
        number = self.page.number
        return self.link(page=number - 1 if number else None, cursor=self.page.before)

    @property
    def next(self) -> str:
        number = self.page.number
        return self.link(page=number + 1 if number else None, cursor=self.page.after)
