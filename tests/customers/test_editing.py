"""Adding and editing a customer."""

import threading
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection

from accounts.models import User
from customers.archiving import archive_customers
from customers.editing import (
    ArchivedCustomer,
    Photo,
    StaleCustomer,
    add_customer,
    edit_customer,
)
from customers.erasing import erase_customers
from customers.models import Change, ChangeSet, Customer
from tests.factories import CustomerFactory, TagFactory

SOURCE = ChangeSet.Source.BACK_OFFICE
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def pictures_in(media: Path) -> int:
    return sum(1 for path in media.rglob("*") if path.is_file())


def test_adding_writes_the_customer_and_who_did_it_when_and_from_where(manager: User) -> None:
    vip = TagFactory(name="VIP")

    ada = add_customer(
        by=manager, source=SOURCE, first_name="Ada", last_name="Şimşek", tags=[vip],
        date_of_birth=date(1990, 2, 28),
    )  # fmt: skip

    ada.refresh_from_db()
    assert (ada.version, ada.name_key, ada.birthday) == (1, "simsek ada", 228)
    assert list(ada.tags.all()) == [vip]
    change = Change.objects.get(customer=ada)
    assert (change.action, change.before, change.after, change.version) == ("added", {}, {}, 1)
    act = change.change_set
    assert (act.kind, act.source, act.by, act.by_name, act.size) == (
        "add", "back-office", manager, "Max Manager", 1,
    )  # fmt: skip


def test_a_form_sent_twice_adds_one_customer(manager: User, media: Path) -> None:
    token = uuid4()

    first, second = (
        add_customer(
            by=manager, source=SOURCE, token=token, first_name="Ada", photo=ContentFile(b"picture")
        )
        for _turn in range(2)
    )

    assert first == second
    assert Customer.objects.count() == ChangeSet.objects.count() == 1
    assert pictures_in(media) == 1


def test_going_back_to_the_form_and_typing_somebody_else_adds_somebody_else(manager: User) -> None:
    token = uuid4()
    ada = add_customer(by=manager, source=SOURCE, token=token, first_name="Ada")

    bob = add_customer(by=manager, source=SOURCE, token=token, first_name="Bob")

    assert set(Customer.objects.all()) == {ada, bob}


def test_a_customer_who_breaks_a_rule_is_refused_by_field_and_leaves_no_picture(
    manager: User, media: Path
) -> None:
    CustomerFactory(external_id="A-1")

    with pytest.raises(ValidationError, match="Another customer has this external ID"):
        add_customer(
            by=manager, source=SOURCE, first_name="Ada", external_id="A-1", photo=ContentFile(b"p")
        )

    assert Customer.objects.count() == 1
    assert not ChangeSet.objects.exists()
    assert pictures_in(media) == 0


def test_the_address_of_a_deleted_customer_can_be_used_again(manager: User) -> None:
    ada = CustomerFactory(email="ada@example.org", external_id="A-1")
    archive_customers(Customer.objects.filter(pk=ada.pk), by=manager, source=SOURCE)

    again = add_customer(
        by=manager, source=SOURCE, first_name="Ada", email="ada@example.org", external_id="A-1"
    )

    assert again.pk != ada.pk


def test_editing_writes_only_what_differs_and_keeps_before_and_after(manager: User) -> None:
    vip, new = TagFactory(name="VIP"), TagFactory(name="New")
    ada = CustomerFactory(first_name="Ada", last_name="Byron", email="ada@example.org")
    ada.tags.set([vip])

    edit_customer(
        ada, by=manager, source=SOURCE, expected_version=1, tags=[new], first_name="Ada",
        last_name="Lovelace", date_of_birth=date(1815 + 100, 12, 10),
    )  # fmt: skip

    ada.refresh_from_db()
    assert (ada.last_name, ada.version, ada.name_key) == ("Lovelace", 2, "lovelace ada")
    change = Change.objects.get(customer=ada)
    assert change.before == {"last_name": "Byron", "date_of_birth": None, "tags": ["VIP"]}
    assert change.after == {
        "last_name": "Lovelace", "date_of_birth": "1915-12-10", "tags": ["New"],
    }  # fmt: skip
    assert (change.action, change.version) == ("edited", 2)


def test_saving_without_a_change_writes_nothing(manager: User) -> None:
    ada = CustomerFactory(first_name="Ada")

    done = edit_customer(
        ada, by=manager, source=SOURCE, expected_version=1, first_name="Ada", tags=[]
    )

    assert done is None
    assert Customer.objects.get().version == 1
    assert not ChangeSet.objects.exists()


def test_the_second_of_two_people_is_told_what_the_first_one_changed(
    manager: User, front_desk: User
) -> None:
    ada = CustomerFactory(first_name="Ada", email="old@example.org", note="Shy")
    edit_customer(
        ada, by=manager, source=SOURCE, expected_version=1, email="max@example.org", note="Loud"
    )

    with pytest.raises(StaleCustomer) as stale:
        edit_customer(
            ada, by=front_desk, source=SOURCE, expected_version=1, first_name="Ada",
            email="fay@example.org", note="Shy",
        )  # fmt: skip

    differences = {each.field: each for each in stale.value.differences}
    email = differences["email"]
    assert (email.before, email.theirs, email.yours) == (
        "old@example.org", "max@example.org", "fay@example.org",
    )  # fmt: skip
    assert email.is_conflict
    assert not differences["note"].is_conflict
    assert stale.value.customer.version == 2
    assert Customer.objects.get().email == "max@example.org"


def test_two_people_who_edit_different_fields_do_not_disturb_each_other(
    manager: User, front_desk: User
) -> None:
    ada = CustomerFactory(first_name="Ada", note="")
    edit_customer(ada, by=manager, source=SOURCE, expected_version=1, note="Shy")

    edit_customer(ada, by=front_desk, source=SOURCE, expected_version=1, last_name="Lovelace")

    ada.refresh_from_db()
    assert (ada.note, ada.last_name, ada.version) == ("Shy", "Lovelace", 3)


def test_an_archived_customer_cannot_be_edited(manager: User) -> None:
    ada = CustomerFactory()
    archive_customers(Customer.objects.all(), by=manager, source=SOURCE)

    with pytest.raises(ArchivedCustomer):
        edit_customer(ada, by=manager, source=SOURCE, expected_version=2, first_name="Eve")


def test_a_customer_erased_meanwhile_cannot_be_edited(manager: User) -> None:
    ada = CustomerFactory()
    Customer.objects.all().delete()

    with pytest.raises(ArchivedCustomer):
        edit_customer(ada, by=manager, source=SOURCE, expected_version=1, first_name="Eve")


def test_an_old_value_that_breaks_todays_rules_does_not_stop_an_edit_of_another_field(
    manager: User,
) -> None:
    ada = CustomerFactory(first_name="Ada", time_zone="Mars/Olympus", gender="robot")

    edit_customer(ada, by=manager, source=SOURCE, expected_version=1, note="Shy", gender="robot")

    assert Customer.objects.get().note == "Shy"


def test_a_replaced_picture_is_kept_for_history(manager: User, media: Path) -> None:
    ada = add_customer(by=manager, source=SOURCE, first_name="Ada", photo=ContentFile(b"one"))
    old = ada.photo.name

    edit_customer(ada, by=manager, source=SOURCE, expected_version=1, photo=ContentFile(b"two"))
    edit_customer(ada, by=manager, source=SOURCE, expected_version=2, photo=Photo.REMOVE)

    ada.refresh_from_db()
    first, second = Change.objects.filter(action="edited").order_by("pk")
    assert not ada.photo
    assert first.before == {"photo": old}
    assert second.before == first.after
    assert second.after == {"photo": ""}
    assert (media / old).read_bytes() == b"one"


def test_the_picture_of_a_refused_edit_is_not_kept(manager: User, media: Path) -> None:
    ada = CustomerFactory()
    edit_customer(ada, by=manager, source=SOURCE, expected_version=1, note="one")

    with pytest.raises(StaleCustomer):
        edit_customer(
            ada, by=manager, source=SOURCE, expected_version=1, note="two", photo=ContentFile(b"p")
        )

    assert pictures_in(media) == 0


def at_the_same_time(*acts: Callable[[], object]) -> list[object]:
    """What the acts returned or raised, begun together, each on a connection of its own."""
    results: list[object] = []
    begin = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        begin.wait()
        try:
            results.append(act())
        except (StaleCustomer, ValidationError) as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_of_two_edits_at_the_same_time_one_is_written_and_one_is_told(manager: User) -> None:
    ada = CustomerFactory(first_name="Ada")

    results = at_the_same_time(
        *(
            lambda name=name: edit_customer(  # type: ignore[misc]
                ada, by=manager, source=SOURCE, expected_version=1, last_name=name
            )
            for name in ("One", "Two")
        )
    )

    assert sorted(type(result).__name__ for result in results) == ["ChangeSet", "StaleCustomer"]
    assert Customer.objects.get().version == 2


@pytest.mark.django_db(transaction=True)
def test_a_double_click_on_save_adds_one_customer(manager: User) -> None:
    token = uuid4()

    results = at_the_same_time(
        *[lambda: add_customer(by=manager, source=SOURCE, token=token, first_name="Ada")] * 3
    )

    assert results == [Customer.objects.get()] * 3


def test_a_form_gone_back_to_after_its_customer_was_deleted_adds_the_customer_again(
    owner: User,
) -> None:
    token = uuid4()
    add = partial(add_customer, by=owner, source=SOURCE, token=token, first_name="Ada")
    first = add()
    archive_customers(Customer.objects.all(), by=owner, source=SOURCE)
    second = add()
    assert add() == second != first

    archive_customers(Customer.objects.all(), by=owner, source=SOURCE)
    erase_customers(Customer.objects.all(), by=owner, source=SOURCE)
    third = add()
    assert list(Customer.objects.all()) == [third]
