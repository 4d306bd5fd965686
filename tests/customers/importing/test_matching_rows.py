"""Who a row is: known by its keys, new, or refused because that cannot be said."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from customers.archiving import archive_customers
from customers.importing.recognising import more_than_one
from customers.models import Change, ChangeSet, Customer, ImportRun, Tag
from tests.customers.importing.conftest import run_import
from tests.customers.importing.runs import checked
from tests.factories import CustomerFactory, TagFactory

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


@pytest.fixture
def ada() -> Customer:
    customer: Customer = CustomerFactory(
        first_name="Ada", last_name="Lovelace", email="ada@example.org", note="old note"
    )
    return customer


def test_known_customers_are_left_alone_by_default(write: Write, ada: Customer):
    answer = run_import(write("Name,E-mail,Note\nAda,ADA@example.org,new note\n"))

    assert answer.counts == {"skipped": 1}
    ada.refresh_from_db()
    assert (ada.note, ada.version) == ("old note", 1)


def test_update_changes_what_differs_and_keeps_what_was_there_before(write: Write, ada: Customer):
    path = write("Name,E-mail,Note,Phone\nAda M.,ada@example.org,new,07700 900123\n")

    answer = run_import(path, "--existing", "update")

    assert answer.counts == {"update": 1}
    ada.refresh_from_db()
    assert (ada.first_name, ada.note, ada.phone) == ("Ada M.", "new", "+447700900123")
    assert ada.last_name == "Lovelace"
    assert ada.version == 2
    assert ada.given_key == "ada m. lovelace"
    assert "447700900123" in ada.search_text
    change = Change.objects.get()
    assert change.before == {"first_name": "Ada", "note": "old note", "phone": ""}
    assert change.after == {"first_name": "Ada M.", "note": "new", "phone": "+447700900123"}
    assert (change.action, change.version) == ("edited", 2)
    assert ChangeSet.objects.get().kind == ChangeSet.Kind.IMPORT


def test_fill_changes_only_what_was_blank(write: Write, ada: Customer):
    path = write("Name,E-mail,Note,Phone\nOther,ada@example.org,new,07700 900123\n")

    assert run_import(path, "--existing", "fill").counts == {"update": 1}
    ada.refresh_from_db()
    assert (ada.first_name, ada.note, ada.phone) == ("Ada", "old note", "+447700900123")


def test_blank_cells_change_nothing_unless_they_clear(write: Write, ada: Customer):
    ada.date_of_birth = date(1985, 12, 10)
    ada.save()
    ada.tags.add(TagFactory(name="VIP"))
    path = write("Name,Surname,E-mail,Note,Birthday,Tags\n,,ada@example.org,,,\n")

    assert run_import(path, "--existing", "update").counts == {"unchanged": 1}
    assert run_import(path, "--existing", "update", "--clear-blanks").counts == {"update": 1}
    ada.refresh_from_db()
    assert (ada.first_name, ada.last_name, ada.note) == ("Ada", "", "")
    assert (ada.date_of_birth, ada.birthday) == (None, None)
    assert not ada.tags.exists()
    again = run_import(path, "--existing", "update", "--clear-blanks")
    assert again.counts == {"unchanged": 1}


def test_clearing_without_update_makes_no_sense(write: Write):
    assert run_import(write("Name\nAda\n"), "--clear-blanks").status == 2


def test_a_row_that_matches_two_customers_is_refused_with_their_ids(write: Write, ada: Customer):
    twin = CustomerFactory(first_name="Twin", email="ada@example.org")

    answer = run_import(write("Name,E-mail\nAda,ada@example.org\n"))

    assert answer.status == 1
    assert f"IDs {ada.pk}, {twin.pk}" in answer.problems()[2]


def test_keys_that_point_to_different_customers_are_refused(write: Write, ada: Customer):
    other = CustomerFactory(external_id="X1")

    answer = run_import(write("Name,E-mail,External ID\nAda,ada@example.org,X1\n"))

    assert f"IDs {ada.pk}, {other.pk}" in answer.problems()[2]


def test_the_external_id_decides_between_those_who_share_an_address(write: Write, ada: Customer):
    kid = CustomerFactory(first_name="Kid", email="ada@example.org", external_id="K")

    path = write("Name,E-mail,External ID,Note\nKid,ada@example.org,K,likes trains\n")

    assert run_import(path, "--existing", "update").counts == {"update": 1}
    kid.refresh_from_db()
    assert kid.note == "likes trains"


def test_the_bookkinda_id_decides_alone(write: Write, ada: Customer):
    CustomerFactory(first_name="Kid", email="ada@example.org")
    path = write(f"Bookkinda ID,Name,Surname,E-mail\n{ada.pk},Ada,King,ada@example.org\n")

    assert run_import(path, "--existing", "update").counts == {"update": 1}
    ada.refresh_from_db()
    assert ada.last_name == "King"


def test_an_id_of_somebody_else_is_refused_rather_than_overwritten(write: Write, ada: Customer):
    path = write(f"Bookkinda ID,Name,E-mail\n{ada.pk},Bob,bob@example.org\n")

    answer = run_import(path, "--existing", "update")

    assert "somebody else" in answer.problems()[2]
    ada.refresh_from_db()
    assert ada.first_name == "Ada"


def test_a_bookkinda_id_that_is_not_here_is_a_new_customer(write: Write):
    path = write("Bookkinda ID,Name,E-mail\n4711,Bob,bob@example.org\nX7,Cy,\n")

    answer = run_import(path)

    assert answer.counts == {"new": 1, "refused": 1}
    assert "not a Bookkinda ID" in answer.problems()[3]


@pytest.mark.parametrize("header", ["ID", "Customer ID", "Kundennummer", "Müşteri No"])
def test_a_plain_id_is_the_external_one(write: Write, header: str):
    run_import(write(f"{header},Name\n17,Ada\n"))

    assert Customer.objects.get().external_id == "17"


def test_one_address_under_two_names_is_refused_unless_families_share_them(write: Write):
    path = write(
        "Name,Surname,E-mail\nAda,L,fam@example.org\nKid,L,fam@example.org\nAda,L,FAM@example.org\n"
    )

    answer = run_import(path, "--dry-run")
    assert answer.counts == {"new": 1, "refused": 2}
    assert "Row 2" in answer.problems()[3]

    shared = run_import(path, "--shared-email")
    assert shared.counts == {"new": 2, "refused": 1}
    assert "Row 2" in shared.problems()[4]
    assert run_import(path, "--shared-email").counts == {"skipped": 2, "refused": 1}


def test_a_repeat_of_a_refused_row_is_not_refused_for_it(write: Write):
    path = write("Name,E-mail,Phone\nAda,ada@example.org,12\nAda,ada@example.org,\n")

    answer = run_import(path)

    assert answer.counts == {"new": 1, "refused": 1}
    assert list(answer.problems()) == [2]


def test_a_row_without_keys_that_says_exactly_the_same_is_refused_with_the_row_it_repeats(
    write: Write,
):
    path = write("Name,Phone\nMia,\nMia,07700 900123\nMia,\n")

    answer = run_import(path)

    assert answer.counts == {"new": 2, "refused": 1}
    assert "Row 2" in answer.problems()[4]


def test_phones_match_when_asked_to(write: Write):
    CustomerFactory(first_name="Ada", email="", phone="+447700900123")
    path = write("Name,Phone\nA.,07700 900123\n")

    assert run_import(path, "--dry-run").counts == {"new": 1}
    assert run_import(path, "--match", "id,email,phone").counts == {"skipped": 1}


def test_an_external_id_that_another_customer_has_is_refused(write: Write, ada: Customer):
    other = CustomerFactory(external_id="X1")
    path = write("Name,E-mail,External ID\nAda,ada@example.org,X1\n")

    answer = run_import(path, "--match", "email", "--existing", "update")

    assert f"ID {other.pk} has this external ID" in answer.problems()[2]


def test_one_external_id_for_two_known_customers_is_refused_and_stops_nobody_else(write: Write):
    one, two = CustomerFactory(email="one@example.org"), CustomerFactory(email="two@example.org")
    path = write("Name,E-mail,External ID\nOne,one@example.org,X\nTwo,two@example.org,X\nNew,,Y\n")

    answer = run_import(path, "--existing", "update")

    assert answer.counts == {"new": 1, "update": 1, "refused": 1}
    assert answer.problems() == {3: "Row 2 has the same external ID."}
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.external_id, two.external_id) == ("X", "")


def test_deleted_customers_are_not_matched(write: Write, ada: Customer, owner: User):
    archive_customers(
        Customer.objects.filter(pk=ada.pk), by=owner, source=ChangeSet.Source.BACK_OFFICE
    )

    assert run_import(write("Name,E-mail\nAda,ada@example.org\n")).counts == {"new": 1}


def test_the_address_of_a_login_is_not_changed_by_a_file(write: Write, panel_user: User):
    customer = Customer.objects.get(user=panel_user)
    path = write(f"Bookkinda ID,Name,Surname,E-mail\n{customer.pk},Cora,Customer,new@example.org\n")

    answer = run_import(path, "--existing", "update")

    assert "logs in with cora@example.org" in answer.problems()[2]


def test_tags_of_cells_and_of_the_command_are_put_on_once_whatever_their_case(write: Write):
    TagFactory(name="VIP")
    path = write('Name,Tags\nAda,"vip, New one"\nBob,\n')

    run_import(path, "--tag", "Spring 2026", "--tag", "new one")

    assert sorted(Tag.objects.values_list("name", flat=True)) == ["New one", "Spring 2026", "VIP"]
    ada, bob = Customer.objects.order_by("first_name")
    assert {tag.name for tag in ada.tags.all()} == {"VIP", "New one", "Spring 2026"}
    assert {tag.name for tag in bob.tags.all()} == {"New one", "Spring 2026"}


def test_tags_of_an_update_are_those_of_the_cell_and_in_history(write: Write, ada: Customer):
    ada.tags.add(TagFactory(name="Old"), TagFactory(name="Both"))
    path = write('Name,E-mail,Tags\nAda,ada@example.org,"both, new"\n')

    assert run_import(path, "--existing", "update").counts == {"update": 1}
    change = Change.objects.get()
    assert (change.before, change.after) == (
        {"tags": ["Both", "Old"]},
        {"tags": ["Both", "new"]},
    )
    assert run_import(path, "--existing", "update").counts == {"unchanged": 1}


def test_a_dry_run_leaves_nothing_behind(write: Write, ada: Customer):
    path = write("Name,E-mail,Tags\nAda M.,ada@example.org,x\nBob,bob@example.org,\n,,\nC,x,\n")

    answer = run_import(path, "--dry-run", "--existing", "update")

    assert answer.status == 1
    assert answer.counts == {"new": 1, "update": 1, "refused": 1, "blank": 1}
    assert Customer.objects.get().version == 1
    assert not Tag.objects.exists()
    assert not ImportRun.objects.exists()
    assert not ChangeSet.objects.exists()


def test_rows_without_keys_are_known_again_in_the_same_file(write: Write):
    path = write("Name,Phone\nMia,\nNoah,07700 900155\n")
    run_import(path)

    assert run_import(path).counts == {"skipped": 2}
    assert run_import(path, "--existing", "update").counts == {"unchanged": 2}
    assert Customer.objects.count() == 2


def test_an_import_is_an_act_of_somebody_in_history(write: Write, manager: User):
    run_import(write("Name\nAda\nBob\n"), "--by", "manager@example.org")

    change_set = ChangeSet.objects.get()
    assert (change_set.kind, change_set.source, change_set.size) == ("import", "command", 2)
    assert (change_set.by, change_set.by_name) == (manager, "Max Manager")
    assert change_set.import_run.customers.count() == 2
    assert set(Change.objects.values_list("action", "version")) == {("added", 1)}
    assert run_import(write("Name\nC\n"), "--by", "nobody@example.org").status == 2


def test_a_row_that_matches_two_customers_leads_to_comparing_them(client: Client, manager: User):
    pair = CustomerFactory.create_batch(2, email="ada@example.org")
    run = checked("Name,E-mail\nAda,ada@example.org\n", by=manager, existing="update")
    client.force_login(manager)

    page = client.get(reverse("customers:import-check", args=[run.pk]))

    assert "This row matches more than one customer" in page.content.decode()
    compare = reverse("customers:merge-pair", args=[each.pk for each in pair])
    assert f'href="{compare}?next=' in page.content.decode()
    assert more_than_one("The name is missing.") == []
