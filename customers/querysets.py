"""Questions about customers that can be chained. None of them writes."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from customers.models import Customer  # noqa: F401


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Customers, live and archived alike until one of the questions below is asked."""

    def live(self) -> "CustomerQuerySet":
        """Those that the lists show."""
        return self.filter(archived_at=None)

    def archived(self) -> "CustomerQuerySet":
        """Those that staff deleted: kept, and restorable. In the words of the index's condition:
        SQLite does not see that NOT (… IS NULL) means the same."""
        return self.filter(archived_at__isnull=False)
