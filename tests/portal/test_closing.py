"""Delete my account: two weeks to change one's mind, nothing cancelled, staff told."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from bookkinda.schedules import start_due_schedules, write_missing_schedules
from bookkinda.worker import run_due_jobs
from customers import closing
from customers.archiving import archive_customers, restore_customers
from customers.erasing import erase_customers
from customers.merging import merge
from customers.models import Access, Change, ChangeSet, Closing, Customer
from customers.undoing import undo
from notifications.portal_access import revoke
from tests.factories import PASSWORD, CustomerFactory
from tests.portal.conftest import NOW, at

pytestmark = pytest.mark.django_db
CLOSE = "/panel/delete/"
SOURCE = ChangeSet.Source.BACK_OFFICE
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def no_limits_of_earlier_tests(db):
    cache.clear()


def end_logins(customers):
    revoke(customers, by=None, source=ChangeSet.Source.SYSTEM)


def carry_out(after: timedelta) -> list[bool]:
    with time_machine.travel(NOW + after, tick=False):
        return [closing.carry_out(each, end_logins) for each in closing.due()]


def ask(client, password=PASSWORD):
    return client.post(CLOSE, {"password": password})


@pytest.fixture
def staff(manager):
    browser = Client()
    browser.force_login(manager)
    return browser


@pytest.fixture
def leaving(client, cora):
    Customer.objects.update(access=Access.ACTIVE)
    ask(client)
    return cora


def test_what_is_booked_is_shown_first_and_not_cancelled(client, booked, cora):
    page = client.get(CLOSE).text
    assert "Fri 20 Nov, 10:00–11:00" in page
    assert f"/panel/appointments/{booked.pk}/cancel/" in page
    assert "You have 14 days" in page

    assert ask(client).status_code == 302

    booked.refresh_from_db()
    assert booked.is_open
    assert Closing.objects.get(customer=cora).due_at == NOW + 14 * DAY
    for path in ("/panel/", "/panel/profile/", CLOSE):
        assert "Your account will be deleted on 2 Dec 2026" in client.get(path).text


@pytest.mark.parametrize("password", ["", "a wrong guess"])
def test_it_takes_the_password(client, cora, password):
    assert ask(client, password).status_code == 422
    assert not Closing.objects.exists()


def test_asked_twice_the_first_day_counts(client, leaving):
    with time_machine.travel(NOW + DAY, tick=False):
        closing.ask(leaving, by=None, source=SOURCE)

    assert Closing.objects.get().due_at == NOW + 14 * DAY
    assert Change.objects.filter(action="closing").count() == 1


def test_the_customer_takes_it_back(client, leaving, panel_user):
    assert "Your account stays." in client.post("/panel/delete/keep/", follow=True).text

    assert not Closing.objects.exists()
    assert carry_out(20 * DAY) == []
    kept = Change.objects.get(action="kept")
    assert (kept.change_set.by, kept.change_set.source) == (panel_user, ChangeSet.Source.PANEL)
    client.post("/panel/delete/keep/")
    assert Change.objects.filter(action="kept").count() == 1


def test_after_two_weeks_the_customer_is_deleted_and_the_login_is_gone(client, leaving, panel_user):
    assert carry_out(13 * DAY) == []

    assert carry_out(15 * DAY) == [True]

    leaving.refresh_from_db()
    assert leaving.is_archived
    assert (leaving.user, leaving.access) == (None, Access.REVOKED)
    assert not User.objects.filter(pk=panel_user.pk).exists()
    assert client.get("/panel/").status_code == 302
    assert carry_out(16 * DAY) == []


def test_it_waits_for_the_last_appointment(client, leaving, cut, elif_):
    at(NOW + 20 * DAY, customer=leaving, service=cut, provider=elif_)
    acts = ChangeSet.objects.count()

    assert carry_out(15 * DAY) == [False]
    leaving.refresh_from_db()
    assert (leaving.is_archived, leaving.access) == (False, Access.ACTIVE)
    assert ChangeSet.objects.count() == acts
    assert carry_out(21 * DAY) == [True]


def test_whom_staff_deleted_before_loses_the_login_all_the_same(leaving, manager):
    archive_customers(Customer.objects.filter(pk=leaving.pk), by=manager, source=SOURCE)

    assert carry_out(15 * DAY) == [True]

    leaving.refresh_from_db()
    assert leaving.access == Access.REVOKED


def test_the_worker_does_it_by_itself(leaving):
    Closing.objects.update(due_at=NOW - DAY)
    write_missing_schedules()

    with time_machine.travel(NOW + DAY, tick=False):
        start_due_schedules()
        run_due_jobs()

    leaving.refresh_from_db()
    assert leaving.is_archived


def test_customer_owners_and_managers_are_told(leaving, owner, manager, front_desk):
    run_due_jobs()

    told = {message.to[0]: message for message in mail.outbox}
    assert told.keys() == {"cora@example.org", owner.email, manager.email}
    assert "2 December 2026" in told["cora@example.org"].body
    assert "/panel/" in told["cora@example.org"].body
    assert "Cora Customer asked to have the account deleted" in told[owner.email].subject
    assert f"/backoffice/customers/{leaving.pk}/" in told[owner.email].body


def test_nobody_is_told_of_what_was_taken_back_before_the_mail_went(client, leaving, owner):
    client.post("/panel/delete/keep/")

    run_due_jobs()

    assert mail.outbox == []


def test_staff_see_it_on_list_and_profile_and_take_it_back_when_asked(staff, leaving):
    profile = f"/backoffice/customers/{leaving.pk}/"
    assert "Asked to be deleted" in staff.get("/backoffice/customers/").text
    page = staff.get(profile).text
    assert "Asked on 18 Nov 2026 to have the account deleted." in page
    assert "Cora Customer asked to have the account deleted" in page

    staff.post(f"{profile}keep-account/")

    assert not Closing.objects.exists()
    assert "Asked to be deleted" not in staff.get("/backoffice/customers/").text
    assert "took the deletion of the account back" in staff.get(profile).text


def test_in_the_archive_staff_see_whose_wish_it_was_and_may_restore(staff, leaving):
    carry_out(15 * DAY)
    profile = f"/backoffice/customers/{leaving.pk}/"
    assert "As the customer asked" in staff.get(profile).text

    restore_customers(Customer.objects.filter(pk=leaving.pk), by=None, source=SOURCE)

    assert "asked to be deleted" not in staff.get("/backoffice/customers/").text.lower()
    assert carry_out(40 * DAY) == []


def test_erased_for_good_nothing_of_it_stays(leaving, owner):
    carry_out(15 * DAY)

    erase_customers(Customer.objects.filter(pk=leaving.pk), by=owner, source=SOURCE)

    assert not Closing.objects.exists()
    assert not ChangeSet.objects.filter(by_name__contains="Cora").exists()
    assert not ChangeSet.objects.filter(by_name__contains="cora").exists()


def test_the_wish_goes_along_with_a_merge_and_comes_back_with_its_undo(leaving, manager):
    other = CustomerFactory(email=leaving.email)
    wish = Closing.objects.get()

    done = merge(other, leaving, take=[], by=manager, source=SOURCE)
    wish.refresh_from_db()
    assert wish.customer == other

    undo(done.change_set, by=manager, source=SOURCE)
    wish.refresh_from_db()
    assert wish.customer == leaving
