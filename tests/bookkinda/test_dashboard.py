"""The dashboard: what it counts, on which day, and who is shown what."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from appointments.models import Appointment, Suggestion
from bookkinda import dashboard
from bookkinda.preferences import Preferences
from customers.models import ImportRun
from tests.factories import (
    AppointmentFactory,
    CustomerFactory,
    DeliveryFactory,
    ProviderFactory,
    ServiceFactory,
    UserFactory,
)

PAGE = "/backoffice/"
Status = Appointment.Status
pytestmark = pytest.mark.django_db
# A Wednesday, in the afternoon in London and in the evening in Istanbul.
NOW = datetime(2026, 11, 18, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_a_wednesday():
    with time_machine.travel(NOW, tick=False):
        yield


def at(hour: int, *, days: int = 0, **more: object) -> Appointment:
    start = NOW.replace(hour=hour) + timedelta(days=days)
    return AppointmentFactory(start=start, end=start + timedelta(minutes=30), **more)


def business(**facts: object) -> Preferences:
    made = Preferences(time_zone="Europe/London", **facts)
    made.save()
    return made


def suggestion() -> Suggestion:
    return Suggestion.objects.create(customer=CustomerFactory(), values={"first_name": "Ann"})


def page_for(client: Client, user: User) -> str:
    client.force_login(user)
    return client.get(PAGE).content.decode()


def test_staff_come_to_the_dashboard_when_they_sign_in(client, reader):
    client.force_login(reader)

    answer = client.get("/", follow=True)

    assert answer.redirect_chain == [(PAGE, 302)]
    assert "<h1>Dashboard</h1>" in answer.text


def test_today_is_told_by_provider_and_time_without_what_was_cancelled():
    elif_, tom = ProviderFactory(name="Elif", position=2), ProviderFactory(name="Tom", position=1)
    late, early = at(16, provider=elif_), at(9, provider=elif_, status=Status.DONE)
    missed = at(10, provider=tom, status=Status.NO_SHOW)
    at(11, provider=tom, status=Status.CANCELLED)
    at(9, days=1, provider=tom)

    today = dashboard.today(business())

    assert [bench.provider for bench in today.benches] == [tom, elif_]
    assert [bench.appointments for bench in today.benches] == [[missed], [early, late]]
    assert (today.count, today.left_out) == (3, 0)


def test_providers_who_sign_in_find_their_own_day_first():
    user = UserFactory()
    others, own = ProviderFactory(position=1), ProviderFactory(position=2, user=user)
    for provider in (others, own):
        at(16, provider=provider)

    assert dashboard.today(business()).benches[0].provider == others
    assert dashboard.today(business(), own=user.pk).benches[0].provider == own


@pytest.mark.parametrize(("zone", "count"), [("Europe/London", 1), ("Europe/Istanbul", 0)])
def test_a_day_begins_when_it_begins_at_the_business(zone, count):
    """22:30 in London is half past one of the next day in Istanbul."""
    at(22)
    made = Preferences(time_zone=zone)

    assert dashboard.today(made).count == count
    assert dashboard.this_week(made).days[2].expected == count


def test_on_a_day_without_appointments_the_next_one_is_named(client, reader):
    at(9, days=3, customer=CustomerFactory(first_name="Later"))
    soon = at(9, days=1, customer=CustomerFactory(first_name="Sooner"))
    at(8, days=1, status=Status.CANCELLED)

    assert dashboard.today(business()).next == soon
    page = page_for(client, reader)
    assert "Nothing is booked for today." in page
    assert "Sooner" in page
    assert "Later" not in page


def test_more_than_a_page_can_bear_is_counted_and_not_listed(client, reader, monkeypatch):
    monkeypatch.setattr(dashboard, "MOST_TODAY", 2)
    provider = ProviderFactory()
    for hour in (9, 10, 11):
        at(hour, provider=provider)

    today = dashboard.today(business())

    assert (len(today.benches[0].appointments), today.count, today.left_out) == (2, 3, 1)
    assert "1 more is in the calendar." in page_for(client, reader)


def test_the_week_tells_who_was_expected_and_who_was_lost():
    for days, status in [
        (-2, Status.DONE), (-2, Status.CANCELLED), (-1, Status.NO_SHOW), (0, Status.CONFIRMED),
        (4, Status.PENDING), (-3, Status.DONE), (-9, Status.DONE), (-10, Status.DONE),
        (5, Status.CONFIRMED),
    ]:  # fmt: skip
        at(15, days=days, status=status)

    week = dashboard.this_week(business())

    assert [day.day.isoweekday() for day in week.days] == [1, 2, 3, 4, 5, 6, 7]
    assert [(day.expected, day.lost) for day in week.days] == [
        (1, 1), (0, 1), (1, 0), (0, 0), (0, 0), (0, 0), (1, 0),
    ]  # fmt: skip
    assert (week.expected, week.lost, week.before) == (3, 2, 2)


def test_a_hold_is_no_appointment():
    at(16, status=Status.HELD, held_until=NOW + timedelta(minutes=10))

    assert dashboard.today(business()).count == 0
    assert dashboard.this_week(business()).expected == 0


def test_new_customers_are_those_whom_no_import_brought():
    run = ImportRun.objects.create(file_name="list.csv", digest="")
    CustomerFactory(created_at=NOW)
    CustomerFactory(created_at=NOW, import_run=run)
    CustomerFactory(created_at=NOW, archived_at=NOW)
    CustomerFactory(created_at=NOW - timedelta(weeks=7))
    CustomerFactory(created_at=NOW - timedelta(weeks=8))

    weeks = dashboard.new_customers(business())

    assert [week.count for week in weeks] == [1, 0, 0, 0, 0, 0, 0, 1]
    assert weeks[-1].monday.isoformat() == "2026-11-16"
    assert not any(week.is_least for week in weeks)


def test_of_a_week_that_brought_very_many_it_says_that_there_may_be_more(monkeypatch):
    monkeypatch.setattr(dashboard, "LOOKED_AT", 2)
    for _ in range(3):
        CustomerFactory(created_at=NOW)

    week = dashboard.new_customers(business())[-1]

    assert (week.count, week.is_least) == (2, True)


def test_what_waits_is_what_somebody_can_still_see_to(manager):
    first = at(16, status=Status.PENDING)
    at(14, status=Status.PENDING)  # begun
    suggestion()
    decided = suggestion()
    Suggestion.objects.filter(pk=decided.pk).update(decided_at=NOW)
    of_deleted = suggestion()
    of_deleted.customer.archived_at = NOW
    of_deleted.customer.save()
    for days in (1, 8):
        DeliveryFactory(state="failed", changed_at=NOW - timedelta(days=days))
    DeliveryFactory(state="bounced")
    DeliveryFactory(state="sent")

    waiting = dashboard.waiting(with_suggestions=True)

    assert waiting.first_pending == [first]
    assert (waiting.pending, waiting.suggestions, waiting.failed) == (1, 1, 2)
    assert dashboard.waiting(with_suggestions=False).suggestions == 0


def test_what_waits_is_counted_up_to_a_number(monkeypatch):
    monkeypatch.setattr(dashboard, "COUNTED", 6)
    provider = ProviderFactory()
    for days in range(1, 9):
        at(9, days=days, provider=provider, status=Status.PENDING)

    waiting = dashboard.waiting(with_suggestions=True)

    assert (waiting.pending, len(waiting.first_pending)) == (7, 5)


def test_suggestions_are_shown_to_those_who_may_decide_on_them(client, reader, front_desk):
    suggestion()

    assert "1 suggestion" not in page_for(client, reader)
    assert "1 suggestion" in page_for(client, front_desk)


def test_whoever_may_book_begins_here_and_others_find_the_calendar(client, reader, front_desk):
    of_reader, of_desk = page_for(client, reader), page_for(client, front_desk)

    assert 'href="/backoffice/calendar/">Open the calendar' in of_reader
    assert "/backoffice/appointments/add/" in of_desk
    assert "/backoffice/appointments/add/" not in of_reader


def test_an_appointment_that_waits_is_confirmed_by_whoever_may(client, reader, front_desk):
    waits = at(16, status=Status.PENDING)
    button = f"/backoffice/appointments/{waits.pk}/status/?next=/backoffice/"

    assert button in page_for(client, front_desk)
    assert button not in page_for(client, reader)


def test_a_new_business_is_told_what_to_do_first(client, owner, front_desk):
    business()

    of_owner, of_desk = page_for(client, owner), page_for(client, front_desk)

    assert "Before customers can book" in of_owner
    assert "/backoffice/first-steps/" in of_owner
    assert "The owner or a manager adds them." in of_desk
    assert "Nothing waits." in of_desk

    ProviderFactory(services=[ServiceFactory()])
    assert "Before customers can book" not in page_for(client, owner)


def test_an_appointment_of_somebody_erased_is_told_without_a_name(client, reader):
    at(16, customer=None)

    assert "Erased customer" in page_for(client, reader)


def test_charts_can_be_read_without_seeing_them(client, reader):
    at(16)
    page = page_for(client, reader)

    assert page.count('role="img"') == 2
    assert "1 appointment from Monday to Sunday" in page
    assert "Wednesday 18 Nov" in page
    assert "style=" not in page


def test_many_appointments_ask_the_database_as_often_as_one(
    client: Client, owner: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(owner)
    client.get(PAGE)
    for days in range(3):
        at(16, days=days, status=Status.PENDING)
        suggestion()
        with django_assert_num_queries(11):
            assert client.get(PAGE).status_code == 200


def test_the_menu_leads_to_it_and_marks_no_other_page(client, owner):
    page = page_for(client, owner)

    assert '<a href="/backoffice/" aria-current="page">' in page
    assert page.count('aria-current="page"') == 1
    assert timezone.now() == NOW
