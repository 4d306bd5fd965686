"""How long messages are kept: the log ends somewhere, for the sake of people and of the disk."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from notifications.models import Delivery, Message

KEPT = timedelta(days=365)
BATCH = 500


def forget_old(pause: Callable[[], object]) -> int:
    """Delete messages older than a year, the oldest first; says how many. In short transactions,
    because on SQLite a delete keeps every other writer waiting.

    Ids rise with time, so the first ones tell whether there is anything to do.
    """
    limit, count = timezone.now() - KEPT, 0
    while True:
        oldest = Message.objects.order_by("pk").values_list("pk", "created_at")[:BATCH]
        old = [pk for pk, created_at in oldest if created_at < limit]
        if not old:
            return count
        with transaction.atomic():
            Delivery.objects.filter(message__in=old).delete()
            Message.objects.filter(pk__in=old).delete()
        count += len(old)
        pause()
