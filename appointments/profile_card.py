"""What a customer's profile says of their visits: the next one first, the last ones, how many."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Max, Q
from django.utils import timezone

from appointments.models import Appointment
from appointments.models.appointment import EXPECTED
from customers.models import Customer

MOST_COMING = 3
MOST_OVER = 4


@dataclass(frozen=True)
class Visits:
    """`came` are visits that have begun and were neither cancelled nor missed. The rest of `all` is
    a link away."""

    all: int = 0
    came: int = 0
    missed: int = 0
    last: datetime | None = None
    coming: list[Appointment] = field(default_factory=list)
    over: list[Appointment] = field(default_factory=list)

    @property
    def next(self) -> datetime | None:
        return self.coming[0].start if self.coming else None


def visits_of(customer: Customer, now: datetime | None = None) -> Visits:
    """One question for somebody without appointments, three for anybody else."""
    now = now or timezone.now()
    theirs = Appointment.objects.filter(customer=customer)
    have_come = Q(status__in=EXPECTED, start__lte=now)
    counts = theirs.aggregate(
        all=Count("pk"),
        came=Count("pk", filter=have_come),
        missed=Count("pk", filter=Q(status=Appointment.Status.NO_SHOW)),
        last=Max("start", filter=have_come),
    )
    if not counts["all"]:
        return Visits()
    with_names = theirs.select_related("service", "provider")
    return Visits(
        **counts,
        coming=list(with_names.coming(now)[:MOST_COMING]),
        over=list(with_names.over(now)[:MOST_OVER]),
    )
