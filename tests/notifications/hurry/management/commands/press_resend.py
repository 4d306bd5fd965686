import random
import time
from typing import Any

from django.core.management.base import BaseCommand

from bookkinda.jobs import Job
from customers.models import ChangeSet, Customer
from notifications import portal_access
from notifications.outbox import SEND

ENOUGH = 40  # messages that wait


class Command(BaseCommand):
    help = "Staff who press Resend, or Revoke and Allow to login, until somebody kills them."

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            if Job.objects.unfinished().filter(kind=SEND).count() > ENOUGH:
                time.sleep(0.1)
                continue
            press(random.choice(Customer.objects.all()))  # noqa: S311 no secret


def press(customer: Customer) -> None:
    source = ChangeSet.Source.BACK_OFFICE
    this = Customer.objects.filter(pk=customer.pk)
    try:
        if random.random() < 0.2:  # noqa: S311 no secret
            portal_access.revoke(this, by=None, source=source)
            portal_access.allow(this, by=None, source=source)
        else:
            portal_access.resend(customer, by=None, source=source)
    except portal_access.CannotAllow:
        portal_access.allow(this, by=None, source=source)
