"""Whose appointment it is when a visitor books: attached, never edited; and who may not book."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine as clocks

from appointments import attaching, holding, suggestions
from appointments.attaching import Visitor, book_visitor, customer_for
from appointments.models import Appointment, Block, Suggestion
from appointments.refusals import HoldExpired, NotAllowed
from bookkinda.preferences import Preferences
from customers.models import ChangeSet, Customer
from tests.factories import (
    AppointmentFactory,
    CustomerFactory,
    ProviderFactory,
    ServiceFactory,
    open_daily,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 1, 4, 8, tzinfo=UTC)
TEN = NOW.replace(hour=10)
ADA = Visitor("Ada", "Lovelace", "ada@example.org", "+447700900123")


@pytest.fixture(autouse=True)
def monday():
    with clocks.travel(NOW, tick=False):
        yield


@pytest.fixture
def token():
    open_daily()
    service = ServiceFactory()
    ProviderFactory(services=[service])
    return holding.hold(service, None, TEN).token


def known(**facts) -> Customer:
    facts = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.org"} | facts
    return CustomerFactory(**facts)


def facts_of(customer: Customer) -> dict:
    return Customer.objects.filter(pk=customer.pk).values().get()


def test_an_unknown_address_makes_a_customer(token):
    booked = book_visitor(token, ADA, note="First time")

    customer = booked.appointment.customer
    assert booked.is_new
    assert (customer.full_name, customer.email) == ("Ada Lovelace", "ada@example.org")
    added = ChangeSet.objects.get(kind=ChangeSet.Kind.ADD)
    assert (added.source, added.by) == (ChangeSet.Source.BOOKING, None)


def test_a_known_address_is_attached_and_nothing_of_it_changes(token):
    ada = known(phone="+447700900999", note="VIP")
    before = facts_of(ada) | {"next_visit_at": TEN}

    booked = book_visitor(token, ADA._replace(first_name="Adelaide"))

    assert not booked.is_new
    assert facts_of(ada) == before
    suggestion = Suggestion.objects.get(customer=ada)
    assert suggestion.values == {"first_name": "Adelaide", "phone": "+447700900123"}
    assert suggestion.appointment == booked.appointment


def test_what_says_the_same_is_no_suggestion():
    known(last_name="Lóvelace", phone="+447700900123")

    assert customer_for(ADA._replace(first_name="ADA")).suggestion is None
    assert customer_for(ADA._replace(phone="", last_name="")).suggestion is None


@pytest.mark.parametrize("others", [{"archived_at": NOW}, {"first_name": "Byron"}])
def test_a_shared_or_archived_address_gets_a_new_record(token, others):
    first = known(**others)
    if not first.archived_at:
        known()
    before = [facts_of(each) for each in Customer.objects.order_by("pk")]

    booked = book_visitor(token, ADA)

    assert booked.is_new
    assert [facts_of(each) for each in Customer.objects.order_by("pk")][:-1] == before
    notes = [note.text for note in booked.appointment.customer.notes.all()]
    if first.archived_at:  # the list of duplicates shows live customers alone
        assert ["deleted customer" in note for note in notes] == [True]
    else:
        assert notes == []
    assert not Suggestion.objects.exists()


def test_one_live_record_counts_beside_an_archived_one():
    known(archived_at=NOW)
    live = known()

    assert customer_for(ADA).customer == live


def test_nobody_without_an_address_is_taken_for_another_one():
    known(email="")

    assert customer_for(ADA._replace(email="")).is_new


def test_sent_twice_it_makes_one_customer_and_one_appointment(token):
    first, second = book_visitor(token, ADA), book_visitor(token, ADA._replace(first_name="Eve"))

    assert first.appointment == second.appointment
    assert (Customer.objects.count(), Appointment.objects.count()) == (1, 1)
    assert not Suggestion.objects.exists()


def test_a_hold_that_ran_out_makes_no_customer(token):
    with clocks.travel(NOW + timedelta(minutes=10)), pytest.raises(HoldExpired):
        book_visitor(token, ADA)

    assert not Customer.objects.exists()


def test_a_suggestion_waits_once_and_at_most_ten_of_one_customer():
    ada = known()
    for number in [*range(12), 0, 0]:
        attaching.suggest(ada, ADA._replace(first_name=f"Ada {number}", phone=""))

    assert suggestions.waiting().count() == 10


def test_accepted_it_is_an_edit_in_the_history_of_the_customer(front_desk):
    ada = known(phone="+447700900999", phone_extension="7")
    waiting = customer_for(ADA._replace(first_name="Adelaide")).suggestion

    change_set = suggestions.accept(waiting, front_desk)

    ada.refresh_from_db()
    assert (ada.first_name, ada.phone, ada.phone_extension) == ("Adelaide", "+447700900123", "")
    assert (change_set.kind, change_set.by) == (ChangeSet.Kind.EDIT, front_desk)
    with pytest.raises(NotAllowed, match="already"):
        suggestions.dismiss(waiting, front_desk)
    assert not suggestions.waiting().exists()


def test_dismissed_nothing_changes_and_the_same_may_be_suggested_again(front_desk):
    ada = known()
    before = facts_of(ada)

    suggestions.dismiss(attaching.suggest(ada, ADA), front_desk)

    assert facts_of(ada) == before
    assert attaching.suggest(ada, ADA).decided_at is None


def test_what_was_suggested_of_a_deleted_customer_waits_for_the_restore(front_desk):
    ada = known()
    waiting = attaching.suggest(ada, ADA)
    Customer.objects.update(archived_at=NOW)

    assert not suggestions.waiting().exists()
    with pytest.raises(NotAllowed, match="Restore"):
        suggestions.accept(waiting, front_desk)
    waiting.refresh_from_db()
    assert waiting.decided_at is None


@pytest.mark.parametrize(
    "block",
    [
        {"email": "ada@example.org"},
        {"phone": "+447700900123"},
        {"email": "ada@example.org", "until": NOW.date()},
    ],
)
@pytest.mark.parametrize("email", ["ada@example.org", "ada+again@example.org"])
def test_who_is_blocked_is_refused_and_leaves_no_trace(token, block, email):
    Block.objects.create(**block)

    with pytest.raises(NotAllowed, match="Please call us") as refusal:
        book_visitor(token, ADA._replace(email=email))

    assert not Customer.objects.exists()
    assert "block" not in refusal.value.sentence


def test_a_blocked_number_counts_also_for_a_customer_who_leaves_it_out(token):
    known(phone="+447700900123")
    Block.objects.create(phone="+447700900123")

    with pytest.raises(NotAllowed, match="Please call us"):
        book_visitor(token, ADA._replace(phone=""))


def test_a_block_ends_and_touches_nobody_else(token):
    Block.objects.create(email="ada@example.org", until=NOW.date() - timedelta(days=1))
    Block.objects.create(email="eve@example.org", phone="+447700900000")

    assert book_visitor(token, ADA).is_new


def test_nobody_has_more_ahead_than_the_owner_allows(token):
    Preferences(most_coming=2).save()
    ada = known()
    AppointmentFactory(customer=ada, start=NOW - timedelta(days=3))
    AppointmentFactory(customer=ada, status=Appointment.Status.CANCELLED)
    AppointmentFactory.create_batch(2, customer=ada)

    with pytest.raises(NotAllowed) as refusal:
        book_visitor(token, ADA)
    blocked = Block.objects.create(phone="+447700900000")
    with pytest.raises(NotAllowed) as other:
        book_visitor(token, ADA._replace(email="eve@example.org", phone=blocked.phone))

    assert refusal.value.sentence == other.value.sentence


def test_a_shared_address_is_no_way_around_the_limit(token):
    Preferences(most_coming=1).save()
    AppointmentFactory(customer=known())
    known(first_name="Byron")

    with pytest.raises(NotAllowed):
        book_visitor(token, ADA)
    assert book_visitor(token, ADA._replace(first_name="Annabella")).is_new
