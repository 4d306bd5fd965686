"""Limits on attempts, in one process: what the person sees. test_limits_processes.py has many."""

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from bookkinda.jobs import Job
from notifications.login_mails import password_link
from tests.accounts.test_passwords import NEW, ask, choose, path_of
from tests.accounts.test_signing_in import NEUTRAL, is_in, sign_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
LIMITED = "Too many tries"
WRONG = "not the password"


def guess(client, email, times):
    return [sign_in(client, email, WRONG) for _ in range(times)]


def test_after_five_wrong_passwords_an_account_is_closed_for_a_while(client, owner):
    answers = guess(client, owner.email, 6)

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert NEUTRAL in answers[4].content.decode()
    assert LIMITED in answers[5].content.decode()


def test_the_page_of_a_closed_account_offers_to_choose_a_new_password(client, owner):
    page = guess(client, owner.email, 6)[-1].content.decode()

    assert 'href="/forgotten-password/"' in page


def test_while_an_account_is_closed_the_right_password_does_not_open_it(client, owner):
    guess(client, owner.email, 5)

    response = sign_in(client, owner.email)

    assert response.status_code == 429
    assert not is_in(client)


def test_an_unknown_address_is_closed_like_a_known_one(client):
    answers = guess(client, "nobody@example.org", 6)

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]


@pytest.mark.parametrize("typed", ["OWNER@example.org", " owner@example.org", "owner@EXAMPLE.ORG"])
def test_another_spelling_of_the_address_gives_no_more_tries(client, owner, typed):
    guess(client, owner.email, 5)

    assert sign_in(client, typed, WRONG).status_code == 429


def test_another_host_name_gives_no_more_tries(client, owner, settings):
    settings.ALLOWED_HOSTS = ["*"]
    guess(client, owner.email, 5)

    typed = {"login": owner.email, "password": WRONG}
    response = client.post("/sign-in/", typed, headers={"host": "other.example"})

    assert response.status_code == 429


def test_a_new_password_opens_a_closed_account_again(client, owner):
    guess(client, owner.email, 5)

    choose(client, path_of(password_link(owner)))
    sign_in(client, owner.email, NEW)

    assert is_in(client)


def test_right_passwords_use_up_no_tries(client, owner):
    for _ in range(8):
        sign_in(Client(), owner.email)

    sign_in(client, owner.email)

    assert is_in(client)


def test_a_right_password_in_between_gives_a_guesser_no_more_tries(client, owner, manager):
    answers = []
    for number in range(12):
        answers.append(sign_in(Client(), f"victim{number}@example.org", WRONG).status_code)
        sign_in(Client(), manager.email)

    assert answers == [200] * 10 + [429] * 2


def test_one_network_address_gets_ten_wrong_passwords_a_minute(client):
    people = [UserFactory() for _ in range(11)]

    answers = [sign_in(client, person.email, WRONG) for person in people]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429]


def test_without_a_trusted_proxy_the_forwarded_address_is_not_believed(client):
    for number in range(11):
        answer = client.post(
            "/sign-in/",
            {"login": f"x{number}@example.org", "password": WRONG},
            headers={"x-forwarded-for": f"203.0.113.{number}"},
        )

    assert answer.status_code == 429


def test_behind_a_trusted_proxy_each_visitor_is_counted_alone(client, settings):
    settings.TRUSTED_PROXIES = 1
    for number in range(12):
        answer = client.post(
            "/sign-in/",
            {"login": f"x{number}@example.org", "password": WRONG},
            headers={"x-forwarded-for": f"203.0.113.{number}"},
        )

    assert answer.status_code == 200


def test_behind_a_trusted_proxy_a_visitor_cannot_choose_an_address(client, settings):
    settings.TRUSTED_PROXIES = 1
    for number in range(11):
        answer = client.post(
            "/sign-in/",
            {"login": f"x{number}@example.org", "password": WRONG},
            headers={"x-forwarded-for": f"198.51.100.{number}, 203.0.113.7"},
        )

    assert answer.status_code == 429


def test_a_request_past_the_proxy_is_served(client, owner, settings):
    """A health check or a colleague on the same machine comes without the proxy's header."""
    settings.TRUSTED_PROXIES = 2

    sign_in(client, owner.email)

    assert is_in(client)


def test_a_header_with_too_few_addresses_is_no_crash(client, owner, settings):
    settings.TRUSTED_PROXIES = 2

    typed = {"login": owner.email, "password": WRONG}
    answer = client.post("/sign-in/", typed, headers={"x-forwarded-for": "203.0.113.7"})

    assert answer.status_code == 200


def test_many_other_guesses_do_not_push_out_the_counted_ones(client, owner):
    guess(client, owner.email, 5)
    cache.set_many({f"other-{number}": number for number in range(400)})

    assert sign_in(client, owner.email, WRONG).status_code == 429


def test_nobody_can_flood_a_mailbox_with_reset_mails(client, owner):
    answers = [ask(client, owner.email).status_code for _ in range(7)]

    assert answers == [302] * 5 + [429] * 2
    assert Job.objects.filter(kind="notifications.password_reset").count() == 5
    assert mail.outbox == []


def test_the_page_about_too_many_tries_says_what_to_do(client):
    page = [ask(client, "nobody@example.org") for _ in range(6)][-1].content.decode()

    assert "Wait a few minutes and try again" in page
    assert 'href="/sign-in/"' in page
