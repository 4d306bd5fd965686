"""When customers were here last and will be here next: two columns that lists sort by.

Whatever writes an appointment calls `refresh`. Time passes by itself: once a minute
`refresh_begun` looks after those whose next visit has begun.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Min, OuterRef, Subquery
from django.utils import timezone

from appointments.models import Appointment
from appointments.models.appointment import EXPECTED, OPEN
from customers.history import lock, no_pause
from customers.models import Customer

CHUNK = 500


def refresh(customer_ids: Iterable[int], now: datetime | None = None) -> None:
    """Make the visits of these customers true. Neither their version nor their history moves: it is
    no change that somebody made. Call it inside the transaction that wrote appointments."""
    now = now or timezone.now()
    theirs = Appointment.objects.filter(customer=OuterRef("pk")).order_by().values("customer")
    last = theirs.filter(status__in=EXPECTED, start__lte=now).annotate(at=Max("start"))
    coming = theirs.filter(status__in=OPEN, start__gt=now).annotate(at=Min("start"))
    Customer.objects.filter(pk__in=list(customer_ids)).update(
        last_visit_at=Subquery(last.values("at")), next_visit_at=Subquery(coming.values("at"))
    )


def refresh_begun(
    now: datetime | None = None, pause: Callable[[], None] = no_pause, size: int = CHUNK
) -> int:
    """Refresh everybody whose next visit has begun, some hundred in a transaction; how many."""
    now = now or timezone.now()
    begun = Customer.objects.live().filter(next_visit_at__lte=now).order_by("next_visit_at", "pk")
    count = 0
    while ids := list(begun.values_list("pk", flat=True)[:size]):
        with transaction.atomic():
            list(lock(ids))
            refresh(ids, now)
        count += len(ids)
        pause()
    return count
