"""manage.py rebuild_search: makes everything that search and sorting keep anew."""

from typing import Any

from django.core.management.base import BaseCommand

from customers import search_index
from customers.models import Customer


class Command(BaseCommand):
    help = (
        "Recompute the search and sort columns of every customer and rebuild the search index. "
        "Needed after somebody wrote to the customers' table by hand."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        total = Customer.objects.count()

        def report(seen: int) -> None:
            self.stdout.write(
                f"{seen:,} of {total:,}", ending="\r" if self.stdout.isatty() else "\n"
            )

        search_index.rebuild()
        mended = search_index.recompute_derived(report)
        self.stdout.write(
            self.style.SUCCESS(f"{mended:,} customers were mended; search is rebuilt.")
        )
