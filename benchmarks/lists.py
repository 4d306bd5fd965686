"""List and search against stock Django admin, over the same table in the same run.

    python -m benchmarks.lists 100000            on SQLite, in a temporary folder
    DATABASE_URL=postgres://… python -m benchmarks.lists 1000000 [--rounds 3]

Each figure is CPU milliseconds of a whole request, sign-in and page included, or ("engine") of
what is asked of the database. Ours and the admin's requests alternate.
"""

import argparse
import os
import tempfile
from collections.abc import Callable
from functools import partial
from typing import Any

TERMS = {
    "none": ["qqqq", "zzyzx"],
    "rare e-mail": ["ayse.demir.1", "smith.77@", "noel.12"],
    "phone part": ["0770 0123", "53212345", "+49170 555"],
    "two words": ["ozgur yilmaz", "smith amelia", "sebnem mem", "anna weber"],
    "surname": ["şahin", "kilic", "schafer", "dubois", "walker"],
    "common": ["yilmaz", "smith", "memmedov", "ozgur"],
    "most": ["example", "org"],
    "two letters": ["oz", "sm", "mu"],
    "one letter": ["a", "y"],
    "one character": ["李", "王"],
}
SORTS = ["surname", "name", "email", "phone", "added", "last", "next"]
FILTERS = ["tag=1", "has=email", "has=no-email", "has=phone", "has=no-phone", "birthday=month",
           "imported=1", "added_from=2025-01-01", "added_from=2025-01-01&added_to=2025-01-07",
           "tag=2&q=yilmaz", "has=no-phone&q=smith"]  # fmt: skip
VISITS = ["sort=-last", "sort=-next", "visited=never", "not_for=365", "not_for=1490", "coming=yes",
          "coming=no", "not_for=90&coming=no", "visited=never&sort=last",
          "visited=never&sort=-last",
          "not_for=365&sort=last", "not_for=365&sort=-last", "coming=yes&sort=next",
          "coming=no&sort=next", "not_for=365&q=yilmaz", "visited=never&q=smith"]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("customers", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["visits"], help="a part of it")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bookkinda-benchmark-") as folder:
        os.environ.setdefault("DATA_DIR", folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
        import django

        django.setup()
        run(wanted.customers, wanted.rounds, wanted.only)


def run(customers: int, rounds: int, only: str | None) -> None:
    from django.core.management import call_command
    from django.db import connection

    from accounts.models import User
    from benchmarks.people import fill
    from customers.models import Customer

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    if not Customer.objects.exists():
        fill(customers)
        User.objects.create_user("owner@example.org", password=None, role="owner")
    print(f"# {customers:,} customers, {connection.vendor}, {rounds} rounds\n")
    bench = Bench(rounds)
    if only == "visits":
        bench.list_pages(["sort=last", "sort=next", *VISITS])
        return
    bench.search_statements()
    bench.search_in_the_engine()
    bench.search_pages()
    bench.list_pages([*(f"sort={sort}" for sort in SORTS), *FILTERS, *VISITS, "sort=-email"])
    for number in ("middle", "three quarters"):
        bench.jump(number, bench.first)


class Bench:
    """One signed-in browser for each of the two, without a network in between."""

    def __init__(self, rounds: int) -> None:
        from django.test import Client

        from accounts.models import User
        from benchmarks.measuring import Meter

        self.rounds = rounds
        self.client = Client(SERVER_NAME="localhost")
        self.client.force_login(User.objects.get(email="owner@example.org"))
        self.meter = Meter()
        for _warm in range(3):
            self.ours("")
            self.admin("")

    def ours(self, query: str) -> None:
        response = self.client.get(f"/backoffice/customers/?{query}")
        assert response.status_code == 200, query

    def admin(self, query: str) -> None:
        response = self.client.get(f"/admin/customers/customer/?{query}")
        assert response.status_code == 200, query

    def both(self, ours: Callable[[], object], admin: Callable[[], object]) -> tuple[float, float]:
        """The medians of alternating calls."""
        from benchmarks.measuring import middle

        pairs = [(self.meter.cost(ours), self.meter.cost(admin)) for _ in range(self.rounds)]
        return middle([pair[0] for pair in pairs]), middle([pair[1] for pair in pairs])

    def compare(self, title: str, calls: Callable[[str], tuple[Any, Any]]) -> None:
        """All terms, and how the two compare at the median and at the 95th percentile."""
        from benchmarks.measuring import middle, percentile_95

        print(f"## {title}\n\n| terms | ours ms | admin ms | ratio |\n|---|---|---|---|")
        all_ours, all_admins = [], []
        for name, terms in TERMS.items():
            costs = [self.both(*calls(term)) for term in terms]
            all_ours += [ours for ours, _admin in costs]
            all_admins += [admin for _ours, admin in costs]
            report(name, *map(middle, zip(*costs, strict=True)))
        report("**p50**", middle(all_ours), middle(all_admins))
        report("**p95**", percentile_95(all_ours), percentile_95(all_admins))
        report("**slowest**", max(all_ours), max(all_admins))
        print()

    def search_statements(self) -> None:
        """What the database does, without the Python that puts the question together."""
        self.compare(
            "Search: the statements alone, replayed",
            lambda term: (
                replay_of(partial(our_page, term)),
                replay_of(partial(admins_page, term)),
            ),
        )

    def search_in_the_engine(self) -> None:
        self.compare(
            "Search: a page of 25 by surname and the count, without the page around it",
            lambda term: (partial(our_page, term), partial(admins_page, term)),
        )

    def search_pages(self) -> None:
        self.compare(
            "Search: the whole page",
            lambda term: (partial(self.ours, f"q={term}"), partial(self.admin, f"q={term}")),
        )

    def list_pages(self, queries: list[str]) -> None:
        """The first page against the admin's; then everything else against that first page."""
        first, admin = self.both(partial(self.ours, ""), partial(self.admin, ""))
        print("## List\n\n| page | ms | times the first page |\n|---|---|---|")
        report("admin, first page", admin, first)
        report("first page", first, first)
        self.first = first
        for query in queries:
            self.turn(query, first)

    def turn(self, query: str, first: float) -> None:
        """First, next, previous and last page of one list."""
        from django.http import QueryDict

        from customers.paging import page_of_customers

        one = page_of_customers(QueryDict(query))
        places = {"first": query, "last": f"{query}&page=last"}
        if one.has_next:
            places["next"] = f"{query}&page=2&cursor={one.after}"
            two = page_of_customers(QueryDict(places["next"]))
            places["previous"] = f"{query}&page=1&cursor={two.before}"
        for place, address in places.items():
            cost = self.both(partial(self.ours, address), lambda: None)[0]
            report(f"{query}, {place}", cost, first)

    def jump(self, where: str, first: float) -> None:
        from customers.models import Customer

        pages = Customer.objects.count() // 25
        number = pages // 2 if where == "middle" else pages * 3 // 4
        report(where, self.both(partial(self.ours, f"page={number}"), lambda: None)[0], first)


def our_page(term: str) -> None:
    from customers.paging import page_of_customers

    page_of_customers({"q": term}, columns=["first_name", "last_name", "email", "phone"])


def admins_page(term: str) -> None:
    """What the admin's list asks of the database: it counts all, and those that match."""
    from django.db.models import Q

    from customers.models import Customer

    found = Customer.objects.order_by("name_key", "-pk")
    for word in term.split():
        found = found.filter(
            Q(first_name__icontains=word) | Q(last_name__icontains=word)
            | Q(email__icontains=word) | Q(phone__icontains=word)
        )  # fmt: skip
    found.count()
    Customer.objects.count()
    list(found[:25])


def replay_of(asks: Callable[[], object]) -> Callable[[], object]:
    """The statements that `asks` sends, to be sent again without it; every row is fetched."""
    from django.db import connection

    statements: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        asks()

    def replay() -> None:
        with connection.cursor() as cursor:
            for sql, params in statements:
                cursor.execute(sql, params)
                cursor.fetchall()

    return replay


def report(name: str, ms: float, other: float) -> None:
    if name.startswith("**") or name in TERMS:
        print(f"| {name} | {ms:.1f} | {other:.1f} | {other / ms:.1f} |", flush=True)
    else:
        print(f"| {name} | {ms:.1f} | {ms / other:.2f} |", flush=True)


if __name__ == "__main__":
    main()
