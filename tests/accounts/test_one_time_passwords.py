"""A password that was sent opens one page, until its time is over or another one is chosen."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.one_time import Replaced, choose_password
from bookkinda.jobs import Job
from customers.models import Customer
from customers.models.customer import Access
from notifications.login_mails import password_link
from tests.accounts.test_passwords import NEW, choose, path_of
from tests.accounts.test_signing_in import NEUTRAL, sign_in
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
FIRST = "/panel/password/"


@pytest.fixture
def invited(panel_user: User) -> User:
    """A customer whose password was sent, and works for a week."""
    panel_user.one_time_until = timezone.now() + timedelta(days=7)
    panel_user.save(update_fields=["one_time_until"])
    Customer.objects.update(access=Access.INVITED)
    return panel_user


def choose_first(client, password=NEW, again=None):
    return client.post(FIRST, {"password1": password, "password2": again or password})


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/panel/",
        "/panel/profile/",
        "/panel/email/",
        "/account/",
        "/account/password/",
        "/account/sessions/",
        "/backoffice/customers/",
        "/forgotten-password/",
        "/panel/email/confirm/x/",
    ],
)
def test_a_sent_password_opens_nothing_but_the_page_to_choose_another(client, invited, path):
    sign_in(client, invited.email)

    for answer in (client.get(path), client.post(path, {"first_name": "Eve"})):
        assert answer.status_code == 302
        assert answer["Location"] == FIRST
    assert Customer.objects.get().first_name == "Cora"


def test_who_signed_in_with_a_sent_password_can_sign_out(client, invited):
    sign_in(client, invited.email)

    client.post("/sign-out/")

    assert "_auth_user_id" not in client.session


def test_after_choosing_a_password_the_panel_opens_and_access_is_active(client, invited):
    sign_in(client, invited.email)

    answer = choose_first(client)

    assert answer["Location"] == "/panel/"
    assert "Hello Cora" in client.get("/panel/").text
    invited.refresh_from_db()
    assert invited.one_time_until is None
    assert Customer.objects.get().access == Access.ACTIVE
    again = Client()
    sign_in(again, invited.email)
    assert "_auth_user_id" not in again.session
    sign_in(again, invited.email, NEW)
    assert again.get("/panel/").status_code == 200


def test_the_password_that_was_sent_cannot_be_kept(client, invited):
    sign_in(client, invited.email)

    page = choose_first(client, PASSWORD)

    assert "Choose another one" in page.text
    assert client.get("/panel/")["Location"] == FIRST


@pytest.mark.parametrize(
    ("password", "again", "told"),
    [
        ("short 1", None, "too short"),
        ("cora@example.org", None, "too similar"),
        (NEW, "something else 12", "not the same"),
        ("", None, "required"),
    ],
)
def test_a_weak_or_mistyped_first_password_is_refused(client, invited, password, again, told):
    sign_in(client, invited.email)

    assert told in choose_first(client, password, again).text


def test_the_page_is_not_there_for_who_chose_a_password_already(client, panel_user):
    client.force_login(panel_user)

    assert client.get(FIRST)["Location"] == "/"
    assert choose_first(client)["Location"] == "/"
    panel_user.refresh_from_db()
    assert panel_user.check_password(PASSWORD)


def test_choosing_a_first_password_needs_the_token_of_our_own_page(invited):
    client = Client(enforce_csrf_checks=True)
    client.force_login(invited)

    assert choose_first(client).status_code == 403


def test_a_password_that_ran_out_is_refused_like_a_wrong_one_with_a_way_on(client, invited):
    with time_machine.travel(invited.one_time_until, tick=False):
        right = sign_in(client, invited.email)
        wrong = sign_in(Client(), invited.email, "not the password")
        unknown = sign_in(Client(), "nobody@example.org")

        for answer in (right, wrong, unknown):
            assert NEUTRAL in answer.text
            assert "Was your password sent to you?" in answer.text
            assert 'href="/forgotten-password/"' in answer.text
        assert "_auth_user_id" not in client.session


def test_a_password_opens_until_the_last_second(client, invited):
    with time_machine.travel(invited.one_time_until - timedelta(seconds=1), tick=False):
        sign_in(client, invited.email)
        assert client.get(FIRST).status_code == 200


def test_who_is_choosing_when_the_time_runs_out_is_signed_out(client, invited):
    sign_in(client, invited.email)

    with time_machine.travel(invited.one_time_until + timedelta(seconds=1)):
        answer = choose_first(client)

    assert answer["Location"].startswith("/sign-in/")
    invited.refresh_from_db()
    assert invited.check_password(PASSWORD)


def test_a_password_that_ran_out_is_replaced_by_the_link_of_a_reset(client, invited):
    with time_machine.travel(invited.one_time_until + timedelta(days=1)):
        choose(client, path_of(password_link(invited)))

        sign_in(client, invited.email, NEW)
        assert client.get("/panel/").status_code == 200
    assert Customer.objects.get().access == Access.ACTIVE


def test_of_a_choice_and_a_newer_sent_password_the_sent_one_stays(client, invited):
    sign_in(client, invited.email)
    mine = User.objects.get(pk=invited.pk)
    invited.set_password("k7vmrqt29dxe")
    invited.save(update_fields=["password"])

    with pytest.raises(Replaced):
        choose_password(mine, NEW)

    assert User.objects.get().check_password("k7vmrqt29dxe")
    assert client.get(FIRST)["Location"].startswith("/sign-in/")


def test_other_devices_are_signed_out_by_the_choice(client, invited):
    other = Client()
    sign_in(other, invited.email)
    sign_in(client, invited.email)

    choose_first(client)

    assert client.get("/panel/").status_code == 200
    assert other.get(FIRST)["Location"].startswith("/sign-in/")


def test_the_customer_is_told_of_the_new_password(client, invited):
    sign_in(client, invited.email)

    choose_first(client)

    job = Job.objects.get(kind="notifications.account_notice")
    assert (job.payload["user"], job.payload["news"]) == (invited.pk, "password-changed")
