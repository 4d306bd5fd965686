"""Signing in by a link or a code that comes by e-mail: once, soon, and never staff."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import mailed_sign_in
from accounts.changing_address import change_address
from accounts.models import MailedSignIn, User
from accounts.sessions import end_sessions
from bookkinda.jobs import Job
from bookkinda.preferences import Preferences
from bookkinda.worker import run_due_jobs
from customers.models import Customer
from customers.models.customer import Access
from tests.accounts.test_passwords import path_of
from tests.accounts.test_signing_in import deleted, sign_in, suspended, with_a_role, without_panel
from tests.at_once import all_at_once
from tests.factories import PASSWORD, CustomerFactory, UserFactory

pytestmark = pytest.mark.django_db
ASK = "/sign-in/mail/"
SENT = "/sign-in/mail/sent/"


@pytest.fixture
def by_code(db):
    Preferences(panel_sign_in="code").save()


@pytest.fixture
def by_link(db):
    Preferences(panel_sign_in="link").save()


@pytest.fixture(autouse=True)
def no_limits_of_earlier_tests(db):
    cache.clear()


def ask(client, email="cora@example.org"):
    return client.post(ASK, {"email": email})


def type_code(client, code):
    return client.post(SENT, {"code": code})


def code_in(message):
    return re.search(r"\b\d{6}\b", message.body)[0]


def link_in(message):
    return path_of(re.search(r"https?://\S+/sign-in/mail/\S+/", message.body)[0])


def mailed(client, email="cora@example.org"):
    """The mail after asking in this browser."""
    ask(client, email)
    run_due_jobs()
    return mail.outbox[-1]


def is_in_panel(client):
    return client.get("/panel/").status_code == 200


def test_a_code_signs_in_the_browser_that_asked_for_it_once(client, panel_user, by_code):
    code = code_in(mailed(client))

    other = Client()
    ask(other, "nobody@example.org")
    assert type_code(other, code).status_code == 422
    answer = type_code(client, f"{code[:3]} {code[3:]}")

    assert answer["Location"] == "/"
    assert is_in_panel(client)
    client.post("/sign-out/")
    assert type_code(client, code)["Location"] == ASK
    assert not MailedSignIn.objects.filter(user=panel_user).exists()


def test_a_link_signs_in_any_browser_once_and_looking_at_it_uses_nothing_up(
    client, panel_user, by_link
):
    path = link_in(mailed(client))

    other = Client()
    for _look in range(3):
        assert "You sign in as" in other.get(path).text
    assert not is_in_panel(other)
    assert other.post(path)["Location"] == "/"
    assert is_in_panel(other)
    assert "does not work any more" in Client().get(path).text
    assert "does not work any more" in Client().post(path).text


def test_asking_does_and_answers_the_same_whoever_it_is(client, panel_user, owner, by_code):
    counts, answers = set(), set()
    for email in (panel_user.email, owner.email, "nobody@example.org"):
        with CaptureQueriesContext(connection) as queries:
            answer = ask(Client(), email)
        counts.add(len(queries))
        answers.add((answer.status_code, answer["Location"], answer.content))

    assert len(counts) == 1
    assert answers == {(302, SENT, b"")}


def test_a_wrong_code_is_answered_the_same_whoever_it_is(panel_user, owner, by_code):
    answers = set()
    for email in (panel_user.email, owner.email, "nobody@example.org"):
        client = Client()
        ask(client, email)
        run_due_jobs()
        answers.add((type_code(client, "000000").status_code, client.get(SENT).status_code))

    assert answers == {(422, 200)}


def test_staff_and_strangers_get_no_mail(client, owner, by_code):
    for email in (owner.email, "nobody@example.org"):
        ask(client, email)
    run_due_jobs()

    assert mail.outbox == []


@pytest.mark.parametrize("refuse", [suspended, deleted, with_a_role, without_panel])
@pytest.mark.parametrize("when", ["before the mail", "after the mail"])
def test_who_may_not_sign_in_does_not(client, panel_user, by_code, refuse, when):
    ask(client)
    if when == "before the mail":
        refuse(panel_user)
    run_due_jobs()
    if when == "after the mail":
        refuse(panel_user)
        type_code(client, code_in(mail.outbox[0]))
    else:
        assert mail.outbox == []

    assert "_auth_user_id" not in client.session


def test_a_link_does_not_let_in_who_may_not_sign_in_any_more(client, panel_user, by_link):
    path = link_in(mailed(client))
    deleted(panel_user)

    assert "does not work any more" in client.post(path).text


def test_five_wrong_codes_make_the_right_one_worthless(client, panel_user, by_code):
    code = code_in(mailed(client))
    wrong = "000000" if code != "000000" else "111111"
    for _try in range(5):
        assert type_code(client, wrong).status_code == 422

    assert type_code(client, code).status_code == 422
    assert not is_in_panel(client)


def test_a_code_can_be_asked_for_thrice_in_five_minutes(client, panel_user, by_code):
    answers = [ask(Client()).status_code for _time in range(4)]
    strangers = [ask(Client(), "nobody@example.org").status_code for _time in range(4)]

    assert answers == strangers == [302, 302, 302, 429]


def test_a_network_address_can_try_twenty_codes_a_minute(panel_user, by_code):
    for n in range(4):
        client = Client()
        ask(client, f"nobody{n}@example.org")
        for _try in range(5):
            assert type_code(client, "123456").status_code == 422
    ask(client, "another@example.org")
    assert type_code(client, "123456").status_code == 429


@pytest.mark.parametrize("way", ["by_code", "by_link"])
def test_it_ends_after_a_quarter_of_an_hour(client, panel_user, way, request):
    request.getfixturevalue(way)
    message = mailed(client)

    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        if way == "by_code":
            type_code(client, code_in(message))
        else:
            client.post(link_in(message))
        assert not is_in_panel(client)
        mailed_sign_in.forget_old()
    assert not MailedSignIn.objects.exists()


def test_a_mail_that_is_late_is_not_sent(client, panel_user, by_code):
    ask(client)

    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        run_due_jobs()

    assert mail.outbox == []


def test_using_one_makes_all_others_worthless(client, panel_user, by_link):
    first = link_in(mailed(client))
    second = link_in(mailed(Client()))

    client.post(second)

    assert "does not work any more" in Client().post(first).text


def another_address(user):
    change_address(user, "cora@example.net")


def another_password(user):
    mine = Client()
    mine.force_login(user)
    new = "three-unrelated-words"
    words = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert mine.post("/account/password/", words).status_code == 302


def signed_out_everywhere(user):
    end_sessions(user)


@pytest.mark.parametrize("change", [another_address, another_password, signed_out_everywhere])
def test_what_was_mailed_before_the_login_changed_opens_nothing(
    client, panel_user, by_link, change
):
    link = link_in(mailed(client))

    change(panel_user)

    client.post(link)
    assert not is_in_panel(client)


def test_what_is_asked_for_before_the_address_changes_is_mailed_to_nobody(
    client, panel_user, by_link
):
    ask(client)
    change_address(panel_user, "cora@example.net")
    run_due_jobs()

    assert mail.outbox == []


def test_neither_link_nor_code_is_kept_anywhere(client, panel_user, by_code):
    code = code_in(mailed(client))
    asked = MailedSignIn.objects.get()

    assert re.fullmatch(r"[0-9a-f]{64}", asked.digest)
    kept = f"{list(Job.objects.values())}{list(MailedSignIn.objects.values('tries', 'expires_at'))}"
    assert code not in kept


@pytest.mark.parametrize("way", ["password", "off"])
def test_where_it_is_not_offered_there_is_no_such_page(client, panel_user, way):
    Preferences(
        panel_sign_in="password" if way == "password" else "code",
        customer_panel_enabled=way != "off",
    ).save()

    assert "/sign-in/mail/" not in client.get("/sign-in/").text
    assert client.get(ASK).status_code == 404
    assert ask(client).status_code == 404
    assert client.get(SENT).status_code == 404
    assert client.get("/sign-in/mail/x/").status_code == 404


def test_the_sign_in_page_offers_it(client, by_code):
    assert 'href="/sign-in/mail/"' in client.get("/sign-in/").text


def test_a_code_for_links_and_a_link_for_codes_open_nothing(client, panel_user, by_link):
    path = link_in(mailed(client))
    Preferences(panel_sign_in="code").save()

    assert "does not work any more" in client.post(path).text
    assert not is_in_panel(client)


def test_an_invented_link_opens_nothing(client, panel_user, by_link):
    for token in ("x", "123456", "x" * 43, "%00", "é"):
        assert "does not work any more" in client.get(f"/sign-in/mail/{token}/").text
        assert "does not work any more" in client.post(f"/sign-in/mail/{token}/").text


def test_who_comes_by_mail_needs_no_password_and_the_sent_one_is_dead(client, panel_user, by_code):
    User.objects.filter(pk=panel_user.pk).update(one_time_until=timezone.now() - timedelta(days=1))
    Customer.objects.update(access=Access.EXPIRED)

    type_code(client, code_in(mailed(client)))

    assert is_in_panel(client)
    assert Customer.objects.get().access == Access.ACTIVE
    other = Client()
    sign_in(other, panel_user.email, PASSWORD)
    assert not is_in_panel(other)
    assert client.get("/account/password/")["Location"] == "/forgotten-password/"


def test_a_chosen_password_goes_on_working_beside_it(client, panel_user, by_code):
    type_code(client, code_in(mailed(client)))

    other = Client()
    sign_in(other, panel_user.email, PASSWORD)
    assert is_in_panel(other)


def test_two_customers_at_once_get_each_their_own(panel_user, by_code):
    user = UserFactory(email="dora@example.org")
    CustomerFactory(first_name="Dora", email=user.email, user=user)
    cora, dora = Client(), Client()
    code = code_in(mailed(cora))
    mailed(dora, "dora@example.org")

    type_code(dora, code)

    assert not is_in_panel(dora)
    assert type_code(cora, code)["Location"] == "/"


def test_asking_needs_the_token_of_our_own_page(panel_user, by_code):
    assert ask(Client(enforce_csrf_checks=True)).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_a_code_that_is_typed_twice_at_once_opens_once(panel_user):
    Preferences(panel_sign_in="code").save()
    asked = mailed_sign_in.ask(panel_user.email)
    code, digest = mailed_sign_in.make_code(asked)
    mailed_sign_in.keep(asked, digest)
    let_in = []

    def type_it() -> None:
        let_in.append(mailed_sign_in.use_code(asked.pk, code))

    answers = all_at_once((type_it,), (type_it,), (type_it,), refusals=())

    assert answers["done"] == 3
    assert [user for user in let_in if user] == [panel_user]
