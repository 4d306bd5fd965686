"""Suggestions in the back office: the inbox, the card on the profile, one click for an answer."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from appointments.models import Suggestion
from customers.models import Change, Customer
from tests.customers.pages import NASTY, text_of
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
INBOX = "/backoffice/suggestions/"


@pytest.fixture
def desk(client: Client, front_desk: User) -> Client:
    client.force_login(front_desk)
    return client


@pytest.fixture
def ada(db: None) -> Customer:
    return CustomerFactory(first_name="Ada", last_name="Moss", phone="+442079460001")


def suggest(customer: Customer, **values: str) -> Suggestion:
    return Suggestion.objects.create(customer=customer, values=values)


def answer(client: Client, suggestion: Suggestion, way: str, back: str = "") -> object:
    address = reverse(f"appointments:{way}-suggestion", args=[suggestion.pk])
    return client.post(address, {"next": back}, follow=True)


def profile_of(customer: Customer) -> str:
    return reverse("customers:profile", args=[customer.pk])


def test_the_inbox_shows_what_the_record_has_and_what_was_written(desk, ada):
    suggest(ada, last_name="Moss-Lee", phone="+442079460002", phone_extension="7")

    page = text_of(desk.get(INBOX))

    assert "Surname: Moss → Moss-Lee" in page
    assert "Phone: +44 20 7946 0001 → +44 20 7946 0002 ext. 7" in page
    assert "Name:" not in page


def test_accepting_writes_it_into_the_record_as_a_change_of_who_accepted(desk, ada, front_desk):
    suggestion = suggest(ada, last_name="Moss-Lee")

    said = answer(desk, suggestion, "accept").text

    ada.refresh_from_db()
    suggestion.refresh_from_db()
    change = Change.objects.get(customer=ada)
    assert ada.last_name == "Moss-Lee"
    assert (change.change_set.by, change.after) == (front_desk, {"last_name": "Moss-Lee"})
    assert (suggestion.decided_by, suggestion.was_accepted) == (front_desk, True)
    assert "The record of Ada Moss is changed." in said
    assert reverse("customers:undo", args=[change.change_set_id]) in said
    assert "No suggestions" in said


def test_what_was_accepted_can_be_taken_back(desk, ada):
    answer(desk, suggest(ada, last_name="Moss-Lee"), "accept")

    desk.post(reverse("customers:undo", args=[Change.objects.get().change_set_id]))

    ada.refresh_from_db()
    assert ada.last_name == "Moss"


def test_dismissing_changes_nothing_of_the_record(desk, ada, front_desk):
    suggestion = suggest(ada, last_name="Moss-Lee")

    said = answer(desk, suggestion, "dismiss").text

    suggestion.refresh_from_db()
    assert Customer.objects.get(pk=ada.pk).version == 1
    assert (suggestion.decided_by, suggestion.was_accepted) == (front_desk, False)
    assert "The record of Ada Moss stays as it is." in said


@pytest.mark.parametrize("way", ["accept", "dismiss"])
def test_the_second_answer_is_told_that_there_was_a_first(desk, ada, way):
    suggestion = suggest(ada, last_name="Moss-Lee")
    answer(desk, suggestion, "dismiss")

    said = answer(desk, suggestion, way).text

    assert "Somebody has decided on this already." in said
    assert Customer.objects.get(pk=ada.pk).last_name == "Moss"


def test_what_the_record_has_by_now_is_said_and_not_written_again(desk, ada):
    suggestion = suggest(ada, last_name="Moss")

    assert "The record has it all by now." in desk.get(INBOX).text
    assert "Ada Moss had that already." in answer(desk, suggestion, "accept").text
    assert not Change.objects.exists()


def test_a_value_that_can_no_longer_be_written_is_refused_in_words(desk, ada):
    suggestion = suggest(ada, first_name="")

    said = answer(desk, suggestion, "accept").text

    suggestion.refresh_from_db()
    assert "This field cannot be blank." in said
    assert suggestion.decided_at is None


def test_suggestions_about_a_deleted_customer_do_not_wait(desk, ada):
    suggestion = suggest(ada, last_name="Moss-Lee")
    Customer.objects.filter(pk=ada.pk).update(archived_at=timezone.now())

    assert "No suggestions" in desk.get(INBOX).text
    assert "Restore the customer first." in answer(desk, suggestion, "accept").text
    suggestion.refresh_from_db()
    assert suggestion.decided_at is None


def test_the_profile_has_its_own_suggestions_and_an_answer_leads_back_there(desk, ada):
    suggestion = suggest(ada, last_name="Moss-Lee")
    suggest(CustomerFactory(), last_name="Otherwise")
    address = profile_of(ada)

    page = desk.get(address).text
    after = answer(desk, suggestion, "accept", back=address)

    assert "Moss-Lee" in page
    assert "Otherwise" not in page
    assert after.redirect_chain == [(address, 302)]


def test_an_answer_leads_to_no_page_of_others(desk, ada):
    after = answer(desk, suggest(ada, last_name="X"), "dismiss", back="https://evil.example/")

    assert after.redirect_chain == [(INBOX, 302)]


def test_who_may_not_change_customers_is_not_asked(client, reader, ada):
    suggestion = suggest(ada, last_name="Moss-Lee")
    client.force_login(reader)

    assert "Moss-Lee" not in client.get(profile_of(ada)).text
    assert client.get(INBOX).status_code == 403
    assert answer(client, suggestion, "accept").status_code == 403
    suggestion.refresh_from_db()
    assert suggestion.decided_at is None


def test_markup_that_a_visitor_wrote_is_shown_as_text(desk, ada):
    suggest(ada, last_name=NASTY[:100])

    for address in (INBOX, profile_of(ada)):
        assert "<script>alert" not in desk.get(address).text


def test_many_suggestions_ask_the_database_as_often_as_one(
    desk: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    desk.get(INBOX)
    for _ in range(3):
        suggest(CustomerFactory(), last_name="X")
        with django_assert_num_queries(5):
            desk.get(INBOX)
