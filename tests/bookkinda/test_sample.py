"""The sample business: there in a second, gone without a trace."""

from collections import Counter
from datetime import date
from io import StringIO
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from appointments import said
from appointments.models import Appointment
from bookkinda.preferences import Preferences
from bookkinda.sample import business
from bookkinda.sample.people import HOW_MANY, TAGS, sample_people
from customers.folding import derived_values
from customers.merging import merge
from customers.models import Access, Change, ChangeSet, Customer, Note, Tag
from notifications import health
from notifications.models import Delivery, Message, OptOut
from notifications.workflows import count_newest
from tests.factories import CustomerFactory, TagFactory, UserFactory

LONDON = ZoneInfo("Europe/London")
LEAP_DAY = date(2028, 2, 29)


@pytest.fixture
def sample(db: None) -> business.Sample:
    return business.make_sample()


def test_the_people_are_the_same_on_every_machine():
    assert sample_people(LEAP_DAY, LONDON) == sample_people(LEAP_DAY, LONDON)


def test_every_address_is_one_that_nobody_can_own():
    people = sample_people(LEAP_DAY, LONDON)

    addresses = [person.email for person in people if person.email]

    assert len(addresses) > 1_000
    assert all(address.endswith("@example.org") for address in addresses)
    assert all(address.isascii() and address == address.lower() for address in addresses)


def test_every_phone_number_is_possible_and_of_a_range_kept_free_for_stories():
    numbers = {person.phone for person in sample_people(LEAP_DAY, LONDON)} - {""}

    assert len(numbers) > 1_000
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(number)) for number in numbers)
    free = ("+442079460", "+441614960", "+441134960", "+1212555010"[:9], "+3319900",
            "+493023125", "+468465004")  # fmt: skip
    assert all(number.startswith(free) for number in numbers)


def test_names_are_of_many_languages_and_families_share_an_address():
    people = sample_people(LEAP_DAY, LONDON)

    addresses = [person.email for person in people if person.email]

    assert len({person.language for person in people}) >= 10
    assert len(addresses) - len(set(addresses)) > 60


def test_a_few_people_are_there_twice_and_no_family_has_two_of_one_name():
    people = sample_people(LEAP_DAY, LONDON)
    names = Counter((person.first_name, person.last_name, person.phone) for person in people)
    twice = {name for name, number in names.items() if number > 1 and name[2]}
    addresses = Counter((person.first_name, person.email) for person in people if person.email)

    assert 4 <= len(twice) <= 20
    assert max(addresses.values()) == 1


def test_somebody_has_a_birthday_today_and_nobody_was_added_in_the_future():
    people = sample_people(LEAP_DAY, LONDON)
    birthdays = {(born.month, born.day) for born in (p.date_of_birth for p in people) if born}

    assert (2, 29) in birthdays
    assert all(person.created_at.date() < LEAP_DAY for person in people)


def test_the_owner_can_sign_in_with_the_password_that_was_made(sample):
    owner = User.objects.get(email=sample.owner.email)

    assert owner.role == Role.OWNER
    assert owner.check_password(sample.password)
    assert len(sample.password) >= 15


def test_two_machines_never_get_the_same_password():
    assert business.random_password() != business.random_password()


def test_the_sample_says_that_it_is_one(sample):
    assert Preferences.load().is_sample
    assert Customer.objects.count() == sample.customers == HOW_MANY
    assert ChangeSet.objects.get(kind=ChangeSet.Kind.SAMPLE).size == HOW_MANY


def test_search_and_sorting_know_the_sample(sample):
    for customer in Customer.objects.all()[:50]:
        kept = (customer.name_key, customer.given_key, customer.search_text, customer.birthday)
        assert kept == derived_values(
            customer.first_name,
            customer.last_name,
            customer.email,
            customer.phone,
            customer.date_of_birth,
        )


@pytest.mark.django_db
@pytest.mark.parametrize("make", [UserFactory, CustomerFactory])
def test_a_sample_is_never_put_among_real_people(make):
    make()

    with pytest.raises(business.NotEmptyError):
        business.make_sample()
    assert not Preferences.load().is_sample


def test_removing_leaves_nothing_of_the_sample(sample):
    business.remove_sample()

    assert not Customer.objects.exists()
    assert not Tag.objects.exists()
    assert not Note.objects.exists()
    assert not Change.objects.exists()
    assert not ChangeSet.objects.exists()
    preferences = Preferences.load()
    assert not preferences.is_sample
    assert preferences.business_name == "Bookkinda"
    assert (preferences.address, preferences.phone) == ("", "")
    assert User.objects.get() == sample.owner


def test_removing_keeps_what_people_added_themselves(sample):
    vip = Tag.objects.get(name="VIP")
    own = CustomerFactory(first_name="Real")
    own.tags.add(vip, TagFactory(name="Ours"))
    Preferences.objects.update(business_name="Real Business")

    business.remove_sample()

    assert Customer.objects.get() == own
    assert set(own.tags.values_list("name", flat=True)) == {"VIP", "Ours"}
    assert set(Tag.objects.values_list("name", flat=True)) == {"VIP", "Ours"}
    assert Preferences.load().business_name == "Real Business"
    assert set(TAGS) - {"VIP"}


def test_removing_keeps_whom_people_merged_into_somebody_of_the_sample(sample):
    ada = CustomerFactory(first_name="Ada", email="ada@example.org")
    Note.objects.create(customer=ada, text="Tea")
    keep = business.sample_customers().first()
    merge(keep, ada, by=None, source=ChangeSet.Source.BACK_OFFICE)

    business.remove_sample()

    assert Customer.objects.archived().get() == ada
    assert ada.notes.get().text == "Tea"


def test_removing_counts_the_sample_customers_whom_somebody_changed(sample):
    Customer.objects.filter(pk=Customer.objects.first().pk).update(version=2)

    removed = business.remove_sample()

    assert removed == (HOW_MANY, 1)


def test_the_command_prints_the_password_once(db):
    first, second = StringIO(), StringIO()

    call_command("create_sample", "--if-empty", stdout=first)
    call_command("create_sample", "--if-empty", stdout=second)

    assert business.OWNER_EMAIL in first.getvalue()
    password = first.getvalue().partition("Password  ")[2].split()[0]
    assert User.objects.get(email=business.OWNER_EMAIL).check_password(password)
    assert password not in second.getvalue()
    assert "make password" in second.getvalue()


def test_without_if_empty_a_database_in_use_is_an_error(sample):
    with pytest.raises(CommandError, match="on an empty one only"):
        call_command("create_sample")


def test_the_remove_command_says_what_went(sample):
    said = StringIO()

    call_command("remove_sample", "--no-input", stdout=said)

    assert f"Removed {HOW_MANY:,} customers" in said.getvalue()
    assert "/backoffice/first-steps/" in said.getvalue()
    assert not Customer.objects.exists()


def test_the_remove_command_asks_first(sample, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda prompt: "no")

    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("remove_sample", stdout=StringIO())
    assert Customer.objects.count() == HOW_MANY


@pytest.mark.django_db
def test_the_remove_command_does_nothing_where_there_is_no_sample():
    CustomerFactory()
    said = StringIO()

    call_command("remove_sample", "--no-input", stdout=said)

    assert "no sample business" in said.getvalue()
    assert Customer.objects.count() == 1


def test_people_are_in_every_state_of_access_and_their_logins_go_with_them(sample):
    states = Counter(Customer.objects.values_list("access", flat=True))

    assert set(states) == set(Access)
    logins = User.objects.filter(role="")
    assert logins.count() == states.total() - states[Access.NONE] - states[Access.REVOKED]
    assert not any(user.has_usable_password() for user in logins)
    assert logins.filter(customer__access=Access.ACTIVE, one_time_until=None).exists()
    waiting = logins.filter(customer__access=Access.INVITED)
    assert all(user.one_time_until > timezone.now() for user in waiting)
    over = logins.filter(customer__access=Access.EXPIRED)
    assert all(user.one_time_until < timezone.now() for user in over)

    business.remove_sample()
    assert list(User.objects.all()) == [sample.owner]


def test_the_log_shows_what_there_is_to_see_nothing_waits_and_all_of_it_goes(sample):
    states = Counter(Delivery.objects.values_list("state", flat=True))
    times = list(Message.objects.order_by("pk").values_list("created_at", flat=True))

    assert set(states) == {"sent", "delivered", "opened", "bounced", "failed"}
    assert sum(states.values()) > 100
    assert not Message.objects.exclude(job=None).exists()
    assert health.look().failed_today == 0
    assert times == sorted(times)
    counts, _more = count_newest()
    access = counts["portal-access"]
    assert 0 < access.failed < access.sent / 8

    said.say_cancelled(Appointment.objects.coming().first())
    assert Message.objects.filter(event="provider-cancelled").exists()
    business.remove_sample()

    assert not Message.objects.exists()
    assert not OptOut.objects.exists()
