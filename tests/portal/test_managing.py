"""The page behind the link of one appointment: no login, and nothing of anybody else."""

from datetime import timedelta

import pytest
from django.test import Client

from appointments.models import Appointment
from tests.portal.conftest import NOW, THURSDAY_TEN, at, link

pytestmark = pytest.mark.django_db
Status = Appointment.Status
PAGES = ["manage", "manage-move", "manage-cancel", "ics"]


@pytest.mark.parametrize("what", PAGES)
def test_it_opens_without_a_login_and_is_kept_and_found_by_nobody(booked, what):
    answer = Client().get(link(what, booked))

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("what", PAGES[:3])
def test_it_shows_the_appointment_and_nothing_else_of_the_person(booked, cora, what):
    cora.phone, cora.note = "+447700900142", "Talks too much"
    cora.save()
    Appointment.objects.update(note="Ring twice", staff_note="Late last time")
    other = at(NOW + timedelta(days=5), customer=cora, service__name="Patch test")

    text = Client().get(link(what, booked)).text

    assert "Cut and colour" in text
    assert "Elif Demir" in text
    for secret in ("Cora", "cora@", "7700", "Talks", "Ring twice", "Late last", "Patch test",
                   other.token, "/panel/"):  # fmt: skip
        assert secret not in text


@pytest.mark.parametrize("what", PAGES)
@pytest.mark.parametrize("send", ["get", "post"])
def test_another_token_opens_nothing(booked, what, send):
    real = link(what, booked)
    for token in ("x", booked.token[:-1], booked.token + "A", booked.token.swapcase()):
        answer = getattr(Client(), send)(real.replace(booked.token, token))
        # Files and looks know no POST; that is said before anything is looked up.
        assert answer.status_code in ((404,) if send == "get" else (404, 405))


def test_a_hold_has_no_page(cut, elif_):
    held = at(
        THURSDAY_TEN, customer=None, service=cut, provider=elif_, status=Status.HELD,
        held_until=NOW + timedelta(minutes=9),
    )  # fmt: skip

    assert Client().get(link("manage", held)).status_code == 404


def test_it_says_until_when_and_after_that_whom_to_call(booked, cut, elif_):
    early = Client().get(link("manage", booked)).text
    soon = at(NOW + timedelta(hours=3), service=cut, provider=elif_)
    late = Client().get(link("manage", soon)).text

    assert "You can reschedule or cancel until Thu 19 Nov, 10:00." in early
    assert link("manage-move", booked) in early
    assert link("manage-cancel", booked) in early
    assert link("manage-move", soon) not in late
    assert link("manage-cancel", soon) not in late
    assert "Please call us: 0113 496 0123" in late


def test_a_cancelled_one_says_so_and_takes_itself_out_of_the_calendar(booked):
    Client().post(link("manage-cancel", booked), {})

    text = Client().get(link("manage", booked)).text

    assert "Cancelled" in text
    assert "Take it out of your calendar" in text
    assert "Reschedule" not in text


def test_who_is_signed_in_as_somebody_else_acts_as_nobody(booked, manager, client):
    client.force_login(manager)

    client.post(link("manage-cancel", booked), {})

    booked.refresh_from_db()
    assert booked.status == Status.CANCELLED
    assert booked.changes.get().change_set.by is None


def test_the_visitors_own_clock_is_shown_beside_the_businesss(booked):
    Appointment.objects.update(time_zone="Asia/Tokyo")

    assert "Fri 20 Nov, 19:00 (Tokyo)" in Client().get(link("manage", booked)).text
