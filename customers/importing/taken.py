"""Whom an import brought: those it added or changed, and those who were like their row before."""

from customers.models import Customer, ImportRow, ImportRun
from customers.querysets import CustomerQuerySet

TAKEN = (ImportRow.Action.NEW, ImportRow.Action.UPDATE)


def customers_of(run: ImportRun) -> CustomerQuerySet:
    """The customers of the rows that were taken in; nobody once the rows are forgotten. Rows that
    the import was told to skip, or that it refused, are nobody's."""
    rows = run.rows.filter(customer__isnull=False)
    taken = rows.filter(action__in=TAKEN, done=True) | rows.filter(
        action=ImportRow.Action.UNCHANGED
    )
    customers: CustomerQuerySet = Customer.objects.live().filter(pk__in=taken.values("customer_id"))
    return customers
