"""Where somebody is signed in, and how that ends."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.sessions import device_name, forget_ended_sessions
from tests.accounts.test_signing_in import is_in, sign_in

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0"
)
SESSIONS = "/account/sessions/"


def device(agent, address="127.0.0.1"):
    return Client(headers={"user-agent": agent}, REMOTE_ADDR=address)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Windows"),
        (IPHONE, "Safari on iPhone"),
        (EDGE, "Edge on Mac"),
        ("curl/8.1", "Unknown device"),
        ("Firefox/1", "Firefox"),
        ("", "Unknown device"),
    ],
)
def test_a_device_is_named_as_a_person_would(agent, name):
    assert device_name(agent) == name


def test_the_list_names_device_address_and_this_one(owner):
    phone, laptop = device(IPHONE, "203.0.113.9"), device(FIREFOX, "198.51.100.4")
    sign_in(phone, owner.email)
    sign_in(laptop, owner.email)

    page = laptop.get(SESSIONS).content.decode()

    assert "Safari on iPhone" in page
    assert "203.0.113.9" in page
    assert "Firefox on Windows" in page
    assert page.count("This device") == 1


def test_the_list_shows_nobody_elses_devices(client, owner, manager):
    sign_in(device(IPHONE), manager.email)
    sign_in(client, owner.email)

    assert "Safari on iPhone" not in client.get(SESSIONS).content.decode()


def test_last_seen_follows_the_person(owner):
    laptop = device(FIREFOX)
    sign_in(laptop, owner.email)

    later = timezone.now() + timedelta(minutes=5)
    with time_machine.travel(later, tick=False):
        laptop.get("/account/")

    session = owner.usersession_set.get()
    assert session.last_seen_at == later


def test_a_new_network_address_is_noted_at_once(owner):
    laptop = device(FIREFOX, "203.0.113.9")
    sign_in(laptop, owner.email)

    laptop.get("/account/", REMOTE_ADDR="198.51.100.4")

    assert owner.usersession_set.get().ip == "198.51.100.4"


def test_one_device_is_signed_out_from_another(owner):
    phone, laptop = device(IPHONE), device(FIREFOX)
    sign_in(phone, owner.email)
    sign_in(laptop, owner.email)
    theirs = owner.usersession_set.get(user_agent=IPHONE)

    laptop.post(f"{SESSIONS}{theirs.pk}/end/")

    assert is_in(laptop)
    assert not is_in(phone)


def test_signing_out_this_device_in_the_list_ends_here(client, owner):
    sign_in(client, owner.email)

    response = client.post(f"{SESSIONS}{owner.usersession_set.get().pk}/end/")

    assert response["Location"] == "/sign-in/"
    assert not is_in(client)


def test_nobody_signs_out_somebody_elses_device(client, owner, manager):
    phone = device(IPHONE)
    sign_in(phone, manager.email)
    sign_in(client, owner.email)

    response = client.post(f"{SESSIONS}{manager.usersession_set.get().pk}/end/")

    assert response.status_code == 404
    assert is_in(phone)


def test_signing_out_everywhere_ends_every_session(owner):
    phone, laptop = device(IPHONE), device(FIREFOX)
    sign_in(phone, owner.email)
    sign_in(laptop, owner.email)

    response = laptop.post(SESSIONS)

    assert response["Location"] == "/sign-in/"
    assert not is_in(phone)
    assert not is_in(laptop)
    assert owner.usersession_set.count() == 0


def test_what_is_kept_about_ended_sessions_is_forgotten_in_time(owner):
    gone, kept = device(IPHONE), device(FIREFOX)
    sign_in(gone, owner.email)
    sign_in(kept, owner.email)
    Session.objects.filter(session_key=gone.session.session_key).update(
        expire_date=timezone.now() - timedelta(seconds=1)
    )

    forget_ended_sessions()

    assert [session.user_agent for session in owner.usersession_set.all()] == [FIREFOX]
    assert Session.objects.count() == 1
    assert is_in(kept)


@pytest.mark.parametrize("path", [SESSIONS, f"{SESSIONS}1/end/", "/sign-out/", "/account/"])
def test_no_other_site_can_send_these_forms(owner, path):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)

    assert client.post(path).status_code == 403


def test_a_link_ends_no_session(client, owner):
    sign_in(client, owner.email)

    assert client.get(f"{SESSIONS}{owner.usersession_set.get().pk}/end/").status_code == 405
    assert is_in(client)


def test_signed_in_pages_are_never_stored(client, panel_user):
    sign_in(client, panel_user.email)

    for path in ("/account/", SESSIONS, "/panel/", "/account/password/"):
        assert "no-store" in client.get(path)["Cache-Control"]


def test_staff_change_their_own_name(client, owner):
    sign_in(client, owner.email)

    client.post("/account/", {"name": "Olivia Owner", "role": "read-only", "email": "x@y.org"})

    owner.refresh_from_db()
    assert (owner.name, owner.role, owner.email) == ("Olivia Owner", "owner", "owner@example.org")


def test_a_customer_cannot_change_the_name_that_the_record_has(client, panel_user):
    sign_in(client, panel_user.email)

    assert client.post("/account/", {"name": "Somebody Else"}).status_code == 403

    panel_user.refresh_from_db()
    assert panel_user.name == "Cora Customer"
