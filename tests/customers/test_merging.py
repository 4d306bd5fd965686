"""Two customers who are one person become one, and Undo makes them two again."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import User
from customers import dependents
from customers.archiving import archive_customers, restore_customers
from customers.editing import add_customer, edit_customer
from customers.matching import keep_apart, known_apart
from customers.merged import where_is
from customers.merging import CannotMerge, PairChanged, merge
from customers.models import Change, ChangeSet, Customer, Merge, Note
from customers.undoing import CannotUndo, is_undoable, undo
from tests.customers.test_history import Visits
from tests.factories import CustomerFactory, TagFactory, UserFactory

SOURCE = ChangeSet.Source.BACK_OFFICE
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def now(customer: Customer) -> Customer:
    """The customer as the database has it."""
    found: Customer = Customer.objects.get(pk=customer.pk)
    return found


def everything_about(customer: Customer) -> dict[str, Any]:
    """The customer's row without what every write moves on, the tags and the dated notes."""
    row = Customer.objects.values().get(pk=customer.pk)
    del row["version"], row["changed_at"]
    return {
        **row,
        "tags": sorted(customer.tags.values_list("name", flat=True)),
        "notes": sorted(customer.notes.values_list("text", flat=True)),
    }


@pytest.fixture
def zoe(manager: User) -> Customer:
    """The one who is kept."""
    zoe = add_customer(
        by=manager, source=SOURCE, first_name="Zoë", last_name="Müller", email="zoe@old.example",
        phone="+447700900111", note="Tea", external_id="A-1", tags=[TagFactory(name="VIP")],
    )  # fmt: skip
    Note.objects.create(customer=zoe, text="Came on Monday", author_name="Max")
    return zoe


@pytest.fixture
def zoe_again(manager: User) -> Customer:
    """The same person, typed in a second time."""
    again = add_customer(
        by=manager, source=SOURCE, first_name="Zoe", last_name="Miller", email="zoe@new.example",
        phone="+447700900222", phone_extension="7", note="Coffee", external_id="B-2",
        date_of_birth=date(1991, 4, 9), tags=[TagFactory(name="New")],
        photo=ContentFile(b"picture"), created_at=datetime(2020, 1, 2, tzinfo=UTC),
    )  # fmt: skip
    Note.objects.create(customer=again, text="Came on Friday", author_name="Max")
    return again


TAKE = ("email", "phone", "date_of_birth", "photo", "external_id")


def merge_them(zoe: Customer, again: Customer, by: User, **options: Any) -> ChangeSet:
    return merge(zoe, again, **{"take": TAKE, "by": by, "source": SOURCE, **options}).change_set


def test_the_kept_one_has_the_chosen_values_and_all_tags_and_notes(
    zoe: Customer, zoe_again: Customer, manager: User
) -> None:
    merge_them(zoe, zoe_again, manager, join_notes=True)

    kept = Customer.objects.get(pk=zoe.pk)
    assert (kept.first_name, kept.last_name) == ("Zoë", "Müller")
    assert (kept.email, kept.phone, kept.phone_extension) == (
        "zoe@new.example", "+447700900222", "7",
    )  # fmt: skip
    assert (kept.date_of_birth, kept.birthday) == (date(1991, 4, 9), 409)
    assert (kept.note, kept.external_id) == ("Tea\nCoffee", "B-2")
    assert kept.created_at == datetime(2020, 1, 2, tzinfo=UTC)
    assert "  447700900222" in kept.search_text
    assert sorted(str(tag) for tag in kept.tags.all()) == ["New", "VIP"]
    notes = list(kept.notes.values_list("text", flat=True))
    assert {"Came on Monday", "Came on Friday"} < set(notes)
    with default_storage.open(kept.photo.name) as picture:
        assert picture.read() == b"picture"


def test_what_was_not_taken_is_written_down(
    zoe: Customer, zoe_again: Customer, manager: User
) -> None:
    merge_them(zoe, zoe_again, manager)

    note = Note.objects.get(author=manager).text
    assert note.splitlines()[0] == "Merged with Zoe Miller. Not kept:"
    assert set(note.splitlines()[1:]) == {
        "Surname: Miller", "E-mail: zoe@old.example", "Phone: +44 7700 900111", "Note: Coffee",
        "External ID: A-1",
    }  # fmt: skip


def test_nothing_is_written_down_when_everything_is_kept(manager: User) -> None:
    ada = CustomerFactory(first_name="Ada", last_name="", email="")
    again = CustomerFactory(first_name="ADA", last_name="", email="ada@example.org")

    merge(ada, again, take=["email"], by=manager, source=SOURCE)

    assert not Note.objects.exists()


def test_the_other_one_is_archived_and_leads_to_the_kept_one(
    zoe: Customer, zoe_again: Customer, manager: User
) -> None:
    merge_them(zoe, zoe_again, manager)

    zoe_again.refresh_from_db()
    assert zoe_again.is_archived
    assert where_is(now(zoe_again)) == zoe
    last = CustomerFactory()
    merge(last, Customer.objects.get(pk=zoe.pk), by=manager, source=SOURCE)
    assert where_is(now(zoe_again)) == last


def test_who_was_told_apart_from_one_is_told_apart_from_both_until_undo(
    zoe: Customer, zoe_again: Customer, manager: User
) -> None:
    sister = CustomerFactory()
    keep_apart(zoe_again, sister, by=manager)

    done = merge_them(zoe, zoe_again, manager)
    assert known_apart(sister.pk) == {zoe.pk, zoe_again.pk}
    undo(done, by=manager, source=SOURCE)

    assert known_apart(sister.pk) == {zoe_again.pk}


def test_undo_gives_both_back_as_they_were(
    zoe: Customer, zoe_again: Customer, manager: User
) -> None:
    before = everything_about(zoe), everything_about(zoe_again)
    done = merge_them(zoe, zoe_again, manager, join_notes=True)
    Note.objects.create(customer=zoe, text="Later", author_name="Max")

    undone = undo(done, by=manager, source=SOURCE)

    zoes = everything_about(zoe)
    assert zoes["notes"].pop() == "Later"
    assert (zoes, everything_about(zoe_again)) == before
    assert undone.change_set.size == 2
    assert where_is(now(zoe_again)) == zoe_again
    with pytest.raises(CannotUndo):
        undo(done, by=manager, source=SOURCE)


@pytest.mark.parametrize("who", [0, 1])
def test_undo_changes_nothing_when_one_of_the_two_changed_since(
    zoe: Customer, zoe_again: Customer, manager: User, who: int
) -> None:
    done = merge_them(zoe, zoe_again, manager, take=["email"])
    if who:
        restore_customers(Customer.objects.all(), by=manager, source=SOURCE)
    else:
        edit_customer(zoe, by=manager, source=SOURCE, expected_version=2, note="since")
    before = everything_about(zoe), everything_about(zoe_again)
    sets = ChangeSet.objects.count()

    with pytest.raises(CannotUndo, match="changed since the merge"):
        undo(done, by=manager, source=SOURCE)

    assert (everything_about(zoe), everything_about(zoe_again)) == before
    assert ChangeSet.objects.count() == sets


def test_undo_refuses_when_somebody_else_has_the_external_id_by_now(
    zoe: Customer, zoe_again: Customer, manager: User
) -> None:
    done = merge_them(zoe, zoe_again, manager)
    CustomerFactory(external_id="A-1")

    with pytest.raises(CannotUndo, match="Another customer has the external ID by now"):
        undo(done, by=manager, source=SOURCE)

    assert where_is(now(zoe_again)) == zoe


def test_a_restored_one_does_not_lead_elsewhere_and_keeps_its_own_values(
    zoe: Customer, zoe_again: Customer, manager: User
) -> None:
    merge_them(zoe, zoe_again, manager, take=["email"])
    restore_customers(Customer.objects.filter(pk=zoe_again.pk), by=manager, source=SOURCE)

    zoe_again.refresh_from_db()
    assert where_is(now(zoe_again)) == zoe_again
    assert zoe_again.email == "zoe@new.example"
    archive_customers(Customer.objects.filter(pk=zoe_again.pk), by=manager, source=SOURCE)
    assert where_is(Customer.objects.get(pk=zoe_again.pk)) == zoe_again


def test_what_apps_keep_moves_along_and_back(
    zoe: Customer, zoe_again: Customer, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    visits = Visits(zoe_again)
    monkeypatch.setattr(dependents, "registered", [visits])

    done = merge_them(zoe, zoe_again, manager)
    assert visits.expected == {zoe.pk}
    visits.expected.clear()
    with pytest.raises(CannotUndo, match="The visit is over"):
        undo(done, by=manager, source=SOURCE)
    assert where_is(now(zoe_again)) == zoe
    visits.expected.add(zoe.pk)
    undo(done, by=manager, source=SOURCE)

    assert visits.expected == {zoe_again.pk}


def test_an_app_that_cannot_let_go_stops_the_merge(
    zoe: Customer, zoe_again: Customer, manager: User, monkeypatch: pytest.MonkeyPatch, media: Path
) -> None:
    class Stubborn(Visits):
        def move(self, customer: Customer, to: Customer) -> Any:
            return None

    monkeypatch.setattr(dependents, "registered", [Stubborn(zoe_again)])
    before = everything_about(zoe), everything_about(zoe_again)

    with pytest.raises(CannotMerge, match="Has a visit tomorrow"):
        merge_them(zoe, zoe_again, manager)

    assert (everything_about(zoe), everything_about(zoe_again)) == before
    assert not ChangeSet.objects.filter(kind="merge").exists()
    assert len([path for path in media.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("holder", [0, 1])
def test_the_login_stays_with_the_person_and_comes_back_with_undo(
    zoe: Customer, zoe_again: Customer, manager: User, holder: int
) -> None:
    pair = [zoe, zoe_again]
    login = UserFactory(email=pair[holder].email)
    pair[holder].user = login
    pair[holder].save(update_fields=["user"])
    right, wrong = [((), ["email"]), (["email"], ())][holder]

    with pytest.raises(CannotMerge, match="that address has to be kept"):
        merge_them(zoe, zoe_again, manager, take=wrong)
    done = merge_them(zoe, zoe_again, manager, take=right)

    kept = Customer.objects.get(user=login)
    assert (kept, kept.email) == (zoe, login.email)
    undo(done, by=manager, source=SOURCE)
    assert Customer.objects.get(user=login) == pair[holder]


def test_a_pair_that_changed_since_it_was_shown_is_left_alone(
    zoe: Customer, zoe_again: Customer, manager: User
) -> None:
    edit_customer(zoe_again, by=manager, source=SOURCE, expected_version=1, note="Water")

    with pytest.raises(PairChanged):
        merge_them(zoe, zoe_again, manager, expected_versions=(1, 1))

    assert Customer.objects.live().count() == 2
    merge_them(zoe, Customer.objects.get(pk=zoe_again.pk), manager, expected_versions=(1, 2))


def test_a_second_time_the_other_way_round_or_with_oneself_is_refused(
    zoe: Customer, zoe_again: Customer, manager: User
) -> None:
    merge_them(zoe, zoe_again, manager)

    for pair in [(zoe, zoe_again), (zoe_again, zoe), (zoe, zoe)]:
        with pytest.raises(CannotMerge):
            merge_them(*pair, manager)
    zoe_again.delete()
    with pytest.raises(CannotMerge, match="erased meanwhile"):
        merge_them(zoe, Customer(pk=zoe_again.pk or 0), manager, take=())
    assert Customer.objects.live().count() == 1


def test_history_says_what_was_merged_and_with_what_values(
    zoe: Customer, zoe_again: Customer, manager: User
) -> None:
    done = merge_them(zoe, zoe_again, manager, take=["email"])

    actions = Change.objects.filter(change_set=done).values_list("customer", "action", "version")
    assert set(actions) == {(zoe.pk, "edited", 2), (zoe_again.pk, "archived", 2)}
    change = Change.objects.get(change_set=done, customer=zoe)
    assert change.before == {"email": "zoe@old.example", "tags": ["VIP"]}
    assert change.after == {"email": "zoe@new.example", "tags": ["New", "VIP"]}
    assert (done.kind, done.by, done.size) == ("merge", manager, 2)


def test_a_merge_without_the_other_one_cannot_be_undone(
    zoe: Customer, zoe_again: Customer, manager: User
) -> None:
    done = merge_them(zoe, zoe_again, manager)
    zoe_again.delete()
    done = ChangeSet.objects.get(pk=done.pk)

    assert not is_undoable(done)
    with pytest.raises(CannotUndo):
        undo(done, by=manager, source=SOURCE)
    assert not Merge.objects.exists()
