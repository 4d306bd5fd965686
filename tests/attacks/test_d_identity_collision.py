"""Class D: a login is found by something that is nearly the right name, and is somebody else's.

LatePoint CVE-2026-100163 fell back from the e-mail address to the user name and linked whom it
found. Here the address is the user name; it belongs to one person, and staff are never linked.
"""

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.roles import Role
from accounts.staff import add_staff
from customers import changing_email
from customers.editing import edit_customer
from customers.merging import CannotMerge, merge
from customers.models import Access, ChangeSet, Customer
from notifications import portal_access
from notifications.models import Message
from notifications.portal_access import CannotAllow
from tests.accounts.test_signing_in import is_in, sign_in
from tests.customers.importing.conftest import run_import
from tests.factories import CustomerFactory, UserFactory

pytestmark = pytest.mark.django_db
SOURCE = ChangeSet.Source.BACK_OFFICE


def allow(customer: Customer) -> None:
    portal_access.allow_one(customer, by=None, source=SOURCE)


def of_login(user: User) -> tuple[object, ...]:
    user = User.objects.get(pk=user.pk)
    linked = Customer.objects.filter(user=user).values_list("pk", flat=True)
    return (user.email, user.role, user.password, user.is_active, *linked)


@pytest.mark.parametrize(
    "written",
    ["owner@example.org", "OWNER@EXAMPLE.ORG", "Owner@Example.org", " owner@example.org",
     "owner@example.org ", "owner@EXAMPLE.org\t", "\uff4fwner@example.org", "owner@example.org."],
)  # fmt: skip
def test_no_spelling_of_a_staff_address_makes_or_links_a_login(owner, written):
    """Also where something wrote it past every form, straight into the table."""
    customer = CustomerFactory()
    Customer.objects.filter(pk=customer.pk).update(email=written)
    customer.refresh_from_db()
    before = of_login(owner)

    with pytest.raises(CannotAllow):
        allow(customer)

    customer.refresh_from_db()
    assert (customer.user, customer.access) == (None, Access.NONE)
    assert of_login(owner) == before
    assert User.objects.count() == 1
    assert not Message.objects.exists()


def test_suspended_staff_are_not_linked_either(owner):
    gone = UserFactory(email="gone@example.org", role=Role.MANAGER, is_active=False)

    with pytest.raises(CannotAllow):
        allow(CustomerFactory(email="gone@example.org"))

    assert of_login(gone)[:2] == ("gone@example.org", Role.MANAGER)


def test_of_two_who_share_an_address_only_one_can_log_in(panel_user):
    twin = CustomerFactory(first_name="Twin", email=panel_user.email)

    with pytest.raises(CannotAllow, match="Cora"):
        allow(twin)

    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.filter(pk=twin.pk).update(user=UserFactory())


def test_two_who_share_an_address_are_both_left_out_of_a_bulk(owner):
    twins = [CustomerFactory(email="shared@example.org") for _each in range(2)]

    done = portal_access.allow(Customer.objects.all(), by=owner, source=SOURCE)

    assert done.change_set.size == 0
    assert not User.objects.filter(email="shared@example.org").exists()
    assert not Customer.objects.filter(pk__in=[twin.pk for twin in twins], user__gt=0).exists()


@pytest.mark.parametrize("field", ["first_name", "last_name", "external_id", "note"])
def test_whoever_is_called_like_an_address_is_not_taken_for_its_owner(client, panel_user, field):
    """No other field is ever looked at, for signing in or for linking."""
    mallory = CustomerFactory(email="mallory@example.org", **{field: "cora@example.org"})

    allow(mallory)

    mallory.refresh_from_db()
    assert mallory.user.email == "mallory@example.org"
    assert mallory.user != panel_user
    mallory.user.set_password("mallory has one 99")
    mallory.user.save()
    sign_in(client, "cora@example.org", "mallory has one 99")
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize("typed", ["Cora Customer", "cora", "1", "+447700900123", "cora@", "%"])
def test_nothing_but_the_address_signs_in(client, panel_user, typed):
    Customer.objects.update(phone="+447700900123", external_id="1")

    sign_in(client, typed)

    assert not is_in(client)


def test_a_customers_address_cannot_become_that_of_staff_by_any_way(tmp_path, owner, panel_user):
    """By staff's form, by the panel, by an import and by merging."""
    cora = panel_user.customer
    before = [of_login(owner), of_login(panel_user)]

    with pytest.raises(ValidationError):
        edit_customer(cora, by=owner, source=SOURCE, expected_version=1, email=owner.email)
    with transaction.atomic():
        waiting = changing_email.ask(cora, owner.email, by=panel_user, source=SOURCE)
    token, digest = changing_email.make_token()
    assert changing_email.keep(waiting.pk, waiting.round, digest)
    with pytest.raises(changing_email.AddressTaken):
        changing_email.confirm(token)
    path = tmp_path / "customers.csv"
    path.write_text(f"ID,Name,E-mail\n{cora.pk},Cora,{owner.email}\n")
    run_import(path, "--existing", "update")
    other = CustomerFactory(first_name="Cora", email=owner.email)
    with pytest.raises(CannotMerge):
        merge(cora, other, take=["email"], by=owner, source=SOURCE)

    assert [of_login(owner), of_login(panel_user)] == before
    assert Customer.objects.get(user=panel_user).email == panel_user.email


def test_staff_cannot_be_added_under_a_customers_address(panel_user):
    """Who became staff that way would have a customer's password."""
    with pytest.raises(ValidationError):
        add_staff("CORA@example.org", role=Role.OWNER)

    assert of_login(panel_user)[1] == ""


def test_a_deleted_customers_login_is_not_given_to_the_next_one(panel_user, owner):
    Customer.objects.filter(user=panel_user).update(archived_at="2026-01-01T00:00Z")
    heir = CustomerFactory(first_name="Heir", email=panel_user.email)

    with pytest.raises(CannotAllow):
        allow(heir)

    heir.refresh_from_db()
    assert heir.user is None
