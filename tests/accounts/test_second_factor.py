"""The second factor of staff: setting one up, being asked for it, being made to have one."""

import time
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.test import Client

from accounts.staff import forget_second_factor, require_second_factor, suspend
from bookkinda.preferences import Preferences
from bookkinda.worker import run_due_jobs
from notifications.login_mails import password_link
from tests.accounts.test_passwords import NEW, choose, path_of
from tests.accounts.test_signing_in import is_in, sign_in
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
FACTOR = "/account/second-factor/"
SECRET = "JBSWY3DPEHPK3PXP"


def code(secret=SECRET, offset=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + offset))


def confirm(client, password=PASSWORD, **more):
    return client.post("/account/confirm/", {"password": password, **more})


def set_up_app(client):
    """By the page, as a person would; the key of the app."""
    confirm(client)
    client.get(f"{FACTOR}app/add/")
    secret = client.session["mfa.totp.secret"]
    client.post(f"{FACTOR}app/add/", {"code": code(secret)})
    return secret


@pytest.fixture
def guarded(owner):
    """An owner whose sign-in asks for a code."""
    TOTP.activate(owner, SECRET)
    return owner


def test_a_member_of_staff_sets_up_an_app_and_gets_recovery_codes(client, owner):
    sign_in(client, owner.email)

    set_up_app(client)

    kinds = set(Authenticator.objects.filter(user=owner).values_list("type", flat=True))
    assert kinds == {"totp", "recovery_codes"}
    page = client.get(f"{FACTOR}recovery-codes/").content.decode()
    first = Authenticator.objects.get(user=owner, type="recovery_codes").wrap().generate_codes()[0]
    assert first in page


def test_setting_up_a_factor_asks_for_the_password_again(client, owner):
    sign_in(client, owner.email)

    response = client.get(f"{FACTOR}app/add/")

    assert response["Location"] == f"/account/confirm/?next={quote(FACTOR, safe='')}app%2Fadd%2F"
    back = confirm(client, next=f"{FACTOR}app/add/")
    assert back["Location"] == f"{FACTOR}app/add/"
    assert client.get(f"{FACTOR}app/add/").status_code == 200


def test_confirming_with_a_wrong_password_opens_nothing(client, owner):
    sign_in(client, owner.email)

    page = confirm(client, "not the password")

    assert "This is not your password." in page.content.decode()
    assert client.get(f"{FACTOR}app/add/").status_code == 302


def test_confirming_leads_nowhere_outside(client, owner):
    sign_in(client, owner.email)

    assert "evil" not in confirm(client, next="https://evil.example/")["Location"]


def test_setting_up_a_factor_is_told_by_mail(client, owner, django_capture_on_commit_callbacks):
    sign_in(client, owner.email)
    with django_capture_on_commit_callbacks(execute=True):
        set_up_app(client)
    assert mail.outbox == []
    run_due_jobs()

    assert "An authenticator app was added" in mail.outbox[0].subject


def test_the_password_alone_signs_nobody_in_who_has_a_second_factor(client, guarded):
    response = sign_in(client, guarded.email)

    assert response["Location"] == "/sign-in/code/"
    assert not is_in(client)


def test_the_code_of_the_app_completes_the_sign_in(client, guarded):
    sign_in(client, guarded.email, next="/account/sessions/")

    response = client.post("/sign-in/code/", {"code": code()})

    assert response["Location"] == "/account/sessions/"
    assert is_in(client)


def test_a_wrong_code_signs_nobody_in(client, guarded):
    sign_in(client, guarded.email)

    page = client.post("/sign-in/code/", {"code": "000000" if code() != "000000" else "000001"})

    assert "This code is not right" in page.content.decode()
    assert not is_in(client)


def test_a_code_that_was_seen_opens_no_second_time(client, guarded):
    seen = code()
    sign_in(client, guarded.email)
    client.post("/sign-in/code/", {"code": seen})
    thief = Client()
    sign_in(thief, guarded.email)

    thief.post("/sign-in/code/", {"code": seen})

    assert not is_in(thief)


def test_a_code_that_was_seen_opens_no_second_time_while_clocks_may_be_off(guarded):
    at = datetime(2026, 11, 21, 12, 0, 5, tzinfo=UTC)
    with time_machine.travel(at, tick=False) as clock:
        seen, thief = code(), Client()
        owner = Client()
        sign_in(owner, guarded.email)
        owner.post("/sign-in/code/", {"code": seen})
        assert is_in(owner)

        clock.shift(40)
        sign_in(thief, guarded.email)
        thief.post("/sign-in/code/", {"code": seen})

        assert not is_in(thief)


def test_a_clock_may_be_half_a_minute_off(client, guarded):
    sign_in(client, guarded.email)

    client.post("/sign-in/code/", {"code": code(offset=-1)})

    assert is_in(client)


def test_who_stops_at_the_second_step_can_sign_in_as_somebody_else(client, guarded, reader):
    sign_in(client, guarded.email)

    client.post("/sign-out/")
    sign_in(client, reader.email)

    assert is_in(client)
    assert "Ray Reader" in client.get("/account/").content.decode()


def test_a_recovery_code_signs_in_once(client, owner):
    sign_in(client, owner.email)
    set_up_app(client)
    codes = Authenticator.objects.get(user=owner, type="recovery_codes").wrap().generate_codes()
    other, third = Client(), Client()

    sign_in(other, owner.email)
    other.post("/sign-in/code/", {"code": codes[0]})
    sign_in(third, owner.email)
    third.post("/sign-in/code/", {"code": codes[0]})

    assert is_in(other)
    assert not is_in(third)


def test_codes_cannot_be_guessed_for_long(client, guarded):
    sign_in(client, guarded.email)
    wrong = "000000" if code() != "000000" else "000001"

    pages = [client.post("/sign-in/code/", {"code": wrong}) for _ in range(6)]
    right = client.post("/sign-in/code/", {"code": code()})

    assert "Too many tries" in pages[-1].content.decode()
    assert "Too many tries" in right.content.decode()
    assert not is_in(client)


def test_the_second_step_opens_to_nobody_without_the_first(client, guarded):
    assert client.get("/sign-in/code/")["Location"] == "/sign-in/"
    assert client.post("/sign-in/code/", {"code": code()})["Location"] == "/sign-in/"


def test_a_password_changed_between_the_two_steps_ends_the_sign_in(client, guarded):
    sign_in(client, guarded.email)
    guarded.set_password(NEW)
    guarded.save()

    answer = client.post("/sign-in/code/", {"code": code()}, follow=True)

    assert not is_in(client)
    assert "The e-mail or the password is not right" in answer.content.decode()


def test_who_is_suspended_between_the_two_steps_stays_out(client, guarded, manager):
    sign_in(client, guarded.email)
    guarded.role = "manager"
    guarded.save(update_fields=["role"])
    suspend(guarded, by=None)

    response = client.post("/sign-in/code/", {"code": code()})

    assert response["Location"] == "/sign-in/"
    assert not is_in(client)


@pytest.mark.parametrize("path", ["", "app/add/", "recovery-codes/", "passkeys/add/"])
def test_a_customer_has_no_second_factor_pages(client, panel_user, path):
    client.force_login(panel_user)

    assert client.get(f"{FACTOR}{path}").status_code == 403


def test_who_must_have_a_second_factor_can_only_set_one_up(client, reader):
    require_second_factor(reader, required=True)
    sign_in(client, reader.email)

    for path in ("/", "/account/", "/account/sessions/", "/account/password/"):
        assert client.get(path)["Location"] == FACTOR
    assert "The owner asks you" in client.get(FACTOR).content.decode()
    assert client.get("/sign-out/").status_code == 200

    set_up_app(client)

    assert is_in(client)


def test_a_demand_for_a_second_factor_holds_at_the_next_request(client, reader):
    sign_in(client, reader.email)
    assert is_in(client)

    require_second_factor(reader, required=True)

    assert client.get("/account/")["Location"] == FACTOR


def test_an_owner_helps_out_who_lost_the_second_factor(client, guarded):
    elsewhere = Client()
    sign_in(elsewhere, guarded.email)
    elsewhere.post("/sign-in/code/", {"code": code()})
    assert is_in(elsewhere)

    forget_second_factor(guarded)
    run_due_jobs()

    assert not is_in(elsewhere)
    assert "Your second factor was removed" in mail.outbox[0].subject
    sign_in(client, guarded.email)
    assert is_in(client)


def test_a_forgotten_password_does_not_lead_past_the_second_factor(client, guarded):
    choose(client, path_of(password_link(guarded)))
    response = sign_in(client, guarded.email, NEW)

    assert response["Location"] == "/sign-in/code/"
    assert not is_in(client)


def test_the_key_is_named_after_the_business(client, owner):
    Preferences(business_name="Marlow & Finch").save()
    sign_in(client, owner.email)
    confirm(client)

    response = client.get(f"{FACTOR}app/add/")

    assert "issuer=Marlow%20%26%20Finch" in response.context["totp_url"]


@pytest.mark.parametrize("path", ["app/remove/", "recovery-codes/new/"])
def test_pages_that_change_the_factor_ask_for_proof_first(client, guarded, path):
    client.force_login(guarded)

    assert client.get(f"{FACTOR}{path}")["Location"].startswith("/account/confirm/")


def test_every_page_of_the_second_factor_can_be_read(client, owner):
    sign_in(client, owner.email)
    set_up_app(client)

    for path in (
        "",
        "app/remove/",
        "recovery-codes/",
        "recovery-codes/new/",
        "recovery-codes/download/",
        "passkeys/add/",
    ):
        assert client.get(f"{FACTOR}{path}").status_code == 200, path
    assert client.get("/account/confirm/code/").status_code == 200
