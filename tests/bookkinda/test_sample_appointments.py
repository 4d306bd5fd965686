"""What is booked at the sample business: enough to look at, and gone without a trace."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from appointments.models import (
    Appointment,
    AppointmentChange,
    Block,
    ConsentText,
    DayException,
    Provider,
    Service,
    Suggestion,
    WorkingHours,
)
from bookkinda.preferences import Preferences
from bookkinda.sample import business
from bookkinda.sample.studio import CONSENT, PROVIDERS, SERVICES, WEEK
from customers.models import Access, ChangeSet, Customer
from tests.factories import AppointmentFactory, CustomerFactory

Status = Appointment.Status


@pytest.fixture
def sample(db: None) -> business.Sample:
    return business.make_sample()


def test_there_is_something_of_every_kind_around_today(sample):
    now = timezone.now()
    past = Counter(Appointment.objects.filter(end__lt=now).values_list("status", flat=True))
    coming = Counter(Appointment.objects.coming(now).values_list("status", flat=True))
    today = Preferences.load().today()
    of_today = Appointment.objects.filter(start__date=today)
    of_tomorrow = Appointment.objects.filter(start__date=today + timedelta(days=1))

    assert set(past) == {Status.DONE, Status.NO_SHOW, Status.CANCELLED}
    assert set(coming) == {Status.CONFIRMED, Status.PENDING}
    assert of_today.count() >= 5
    assert of_tomorrow.count() >= 4
    assert sum(coming.values()) > 80
    assert set(Appointment.objects.values_list("source", flat=True)) == {
        "booking", "back-office", "panel"
    }  # fmt: skip
    both = Customer.objects.exclude(last_visit_at=None).exclude(next_visit_at=None)
    assert both.filter(access=Access.ACTIVE).count() >= 3
    for customer in both[:20]:
        last = customer.appointments.expected().filter(start__lte=now).order_by("-start").first()
        assert customer.last_visit_at == last.start
        assert customer.next_visit_at == customer.appointments.coming(now).first().start


def test_everybody_was_a_customer_before_and_comes_once_a_day_in_hours_of_the_provider(sample):
    zone = Preferences.load().zone
    week = {provider.pk: PROVIDERS[provider.name][2] or WEEK for provider in Provider.objects.all()}
    met = set()
    for each in Appointment.objects.select_related("customer", "service"):
        start, end = each.start.astimezone(zone), each.end.astimezone(zone)
        opens, closes = start.hour * 60 + start.minute, end.hour * 60 + end.minute
        assert each.customer.created_at <= each.created_at <= timezone.now()
        assert any(
            day == start.weekday() and since <= opens and closes <= until
            for day, since, until in week[each.provider_id]
        )
        assert (each.customer_id, start.date()) not in met
        met.add((each.customer_id, start.date()))
        assert each.service.name in PROVIDERS[each.provider.name][1]
    booked = AppointmentChange.objects.filter(action=AppointmentChange.Action.BOOKED)
    assert booked.count() == Appointment.objects.count()
    for change in booked.select_related("change_set", "appointment")[:20]:
        assert change.change_set.at == change.appointment.created_at
        assert change.change_set.source == change.appointment.source
        assert change.after["start"] == change.appointment.start.isoformat()


def test_removing_leaves_nothing_of_what_was_booked(sample):
    gone = Customer.objects.exclude(next_visit_at=None).first()
    gone.appointments.update(customer=None)  # erased while somebody tried it
    AppointmentFactory(
        customer=Customer.objects.first(), service=Service.objects.first(),
        provider=Provider.objects.first(),
    )  # fmt: skip

    business.remove_sample()

    for model in (
        Appointment, AppointmentChange, Block, ConsentText, DayException, Provider, Service,
        Suggestion, WorkingHours, ChangeSet,
    ):  # fmt: skip
        assert not model.objects.exists(), model


def test_removing_keeps_what_people_changed_or_booked_for_their_own_customers(sample):
    own = AppointmentFactory(
        customer=CustomerFactory(),
        service=Service.objects.get(name="Balayage"),
        provider=Provider.objects.get(name="Mia Novak"),
        consent=ConsentText.objects.get(text=CONSENT),
    )
    Service.objects.filter(name="Beard trim").update(price=19)
    WorkingHours.objects.filter(provider=None, weekday=6).delete()
    mine = Block.objects.create(email="spam@example.org")

    business.remove_sample()

    assert Appointment.objects.get() == own
    assert set(Service.objects.values_list("name", flat=True)) >= {"Balayage", "Beard trim"}
    assert Service.objects.count() < len(SERVICES)
    assert Provider.objects.get().name == "Mia Novak"
    assert WorkingHours.objects.filter(provider=None).exists()
    assert Block.objects.get() == mine
