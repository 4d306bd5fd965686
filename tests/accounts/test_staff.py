"""The rules for staff accounts. There is always an owner who can sign in."""

import threading

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from accounts.staff import (
    LastOwner,
    add_staff,
    change_role,
    reinstate,
    require_second_factor,
    suspend,
)
from bookkinda.worker import run_due_jobs
from tests.accounts.test_passwords import NEW, choose, link_in, path_of
from tests.accounts.test_signing_in import is_in, sign_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_new_staff_choose_their_password_by_a_link_in_a_mail(client, owner):
    user = add_staff("  New@Example.org", role=Role.FRONT_DESK, name="Nora New")
    assert mail.outbox == []
    run_due_jobs()

    assert mail.outbox[0].to == ["new@example.org"]
    choose(client, path_of(link_in(mail.outbox[0])))
    sign_in(client, user.email, NEW)

    assert is_in(client)
    assert user.role == Role.FRONT_DESK


def test_staff_with_a_password_get_no_mail(owner):
    add_staff("new@example.org", role=Role.MANAGER, password=NEW)
    run_due_jobs()

    assert mail.outbox == []


def test_nobody_signs_in_as_new_staff_before_the_password_is_chosen(client):
    add_staff("new@example.org", role=Role.OWNER)

    sign_in(client, "new@example.org", "")
    assert not is_in(client)
    sign_in(client, "new@example.org", "!")
    assert not is_in(client)


@pytest.mark.parametrize("role", ["", "superuser", "admin", "OWNER"])
def test_there_are_no_roles_but_the_four(role, owner, reader):
    with pytest.raises(ValidationError):
        add_staff("new@example.org", role=role)
    with pytest.raises(ValidationError):
        change_role(reader, role)

    reader.refresh_from_db()
    assert reader.role == Role.READ_ONLY


def test_an_address_that_staff_use_is_refused_with_the_name(owner):
    with pytest.raises(ValidationError, match="Olive Owner of your staff"):
        add_staff("OWNER@example.org", role=Role.MANAGER)


def test_the_address_of_a_customers_login_never_becomes_staff(panel_user):
    with pytest.raises(ValidationError, match="A customer signs in"):
        add_staff(panel_user.email, role=Role.OWNER)

    panel_user.refresh_from_db()
    assert panel_user.role == ""


@pytest.mark.parametrize("email", ["", "no at", "a@b", "\u0131@example.org", "a\x00@example.org"])
def test_what_is_no_address_is_refused_at_its_field(email):
    with pytest.raises(ValidationError) as refused:
        add_staff(email, role=Role.MANAGER)

    assert set(refused.value.message_dict) == {"email"}


def test_a_changed_role_holds_at_the_next_request(client, owner, reader):
    sign_in(client, reader.email)

    change_role(reader, Role.MANAGER)

    reader.refresh_from_db()
    assert reader.has_perm("customers.export_customer")
    assert is_in(client)


def test_the_last_owner_cannot_become_less(owner, manager):
    with pytest.raises(LastOwner):
        change_role(owner, Role.MANAGER)

    owner.refresh_from_db()
    assert owner.role == Role.OWNER


def test_the_last_owner_cannot_be_suspended(owner, manager):
    with pytest.raises(LastOwner):
        suspend(owner)

    owner.refresh_from_db()
    assert owner.is_active


def test_a_suspended_owner_does_not_count_as_one_who_is_left(owner):
    other = UserFactory(role=Role.OWNER)
    suspend(other)

    with pytest.raises(LastOwner):
        change_role(owner, Role.READ_ONLY)


def test_one_of_two_owners_may_go(owner):
    other = UserFactory(role=Role.OWNER)

    change_role(other, Role.MANAGER)

    other.refresh_from_db()
    assert other.role == Role.MANAGER


def test_a_suspended_member_of_staff_is_out_at_once_and_comes_back_only_by_signing_in(
    client, owner, reader
):
    sign_in(client, reader.email)
    cookie = client.session.session_key

    suspend(reader)
    assert not is_in(client)

    reinstate(reader)
    client.cookies["bookkinda_session"] = cookie
    assert not is_in(client)
    again = Client()
    sign_in(again, reader.email)
    assert is_in(again)


def test_a_demand_for_a_second_factor_can_be_taken_back(client, owner, reader):
    require_second_factor(reader, required=True)
    require_second_factor(reader, required=False)
    sign_in(client, reader.email)

    assert is_in(client)


def test_a_rule_saves_what_it_changes_and_nothing_else(owner, reader):
    stale = User.objects.get(pk=reader.pk)
    change_role(reader, Role.MANAGER)

    require_second_factor(stale, required=True)

    reader.refresh_from_db()
    assert (reader.role, reader.second_factor_required) == (Role.MANAGER, True)


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_suspend_each_other_at_once_leave_one():
    owners = [UserFactory(role=Role.OWNER), UserFactory(role=Role.OWNER)]
    start, refused = threading.Barrier(2), []

    def strike(victim: User) -> None:
        start.wait()
        try:
            suspend(victim)
        except LastOwner:
            refused.append(victim)
        finally:
            connection.close()

    threads = [threading.Thread(target=strike, args=[each]) for each in owners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert User.objects.filter(is_active=True).count() == 1
