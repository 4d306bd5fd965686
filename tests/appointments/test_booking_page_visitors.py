"""Visitors on other clocks, and customers who are signed in."""

import pytest
from django.test import Client

from appointments.models import Appointment, Block
from bookkinda.preferences import Preferences
from customers.models import Customer
from tests.appointments.visitor import (
    GRACE,
    TEN,
    booked,
    choose,
    hidden,
    hold,
    send,
    text_of,
    times_of,
)
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
TOKYO = "zone=Asia/Tokyo"


def test_times_are_on_the_visitors_clock_with_the_businesss_below(client, cut):
    page = text_of(client.get(f"{times_of(cut)}?{TOKYO}"))

    assert "Times in Tokyo (JST), and below them in London (GMT)." in page
    assert f'value="{TEN.isoformat()}">19:00<small>10:00</small>' in page


def test_a_day_is_that_of_the_visitors_clock(client, cut):
    """In London the last time of Monday is four in the afternoon, which is Tuesday in Tokyo."""
    late = TEN.replace(hour=15).isoformat()

    monday = text_of(client.get(f"{times_of(cut)}?day=2027-01-04&{TOKYO}"))
    tuesday = text_of(client.get(f"{times_of(cut)}?day=2027-01-05&{TOKYO}"))

    assert late not in monday
    assert f'value="{late}">00:00<small>15:00</small>' in tuesday


def test_a_visitors_zone_goes_along_to_the_end(client, cut):
    start = text_of(client.get(f"/book/?{TOKYO}"))
    assert f"/book/{cut.pk}/?{TOKYO}" in start
    page = text_of(client.get(f"/book/{cut.pk}/?{TOKYO}"))
    assert "First free: today, 19:00" in page
    details = choose(client, f"{times_of(cut)}?{TOKYO}").headers["Location"]
    assert "Book Mon 4 Jan, 19:00" in text_of(client.get(details))

    done = text_of(client.get(send(client, details).headers["Location"]))

    assert "19:00–20:00</span> <span" in done
    assert ">10:00–11:00</span> London (GMT)" in done
    assert booked().time_zone == "Asia/Tokyo"
    assert booked().start == TEN


@pytest.mark.parametrize("named", ["", "Nowhere/City", "../../etc/passwd", "Europe/Jersey"])
def test_on_the_same_clock_or_an_unknown_one_times_are_the_businesss(client, cut, named):
    page = text_of(client.get(times_of(cut), {"zone": named}))

    assert "Times in London (GMT)" in page
    assert "<small>" not in page


def test_a_browser_is_asked_for_its_zone_once_also_when_nobody_here_knows_it(client, cut):
    """static/js/booking.js asks again as long as the page does not say that a zone was named."""
    assert "data-zone-named" not in client.get(times_of(cut)).text
    for zone in ("Asia/Tokyo", "Nowhere/Land"):
        assert "data-zone-named" in client.get(times_of(cut), {"zone": zone}).text


@pytest.mark.parametrize(
    "query", ["day=0001-01-01", "day=9999-12-31", "month=9999-12", "month=0001-01", "day=x&month=y"]
)
@pytest.mark.parametrize("zone", ["", "&zone=Pacific/Kiritimati"])
def test_any_day_can_be_asked_for(client, cut, query, zone):
    assert client.get(f"{times_of(cut)}?{query}{zone}").status_code == 200


@pytest.fixture
def cora(cut, panel_user):
    """A customer with a login."""
    return panel_user.customer


def test_who_is_signed_in_is_asked_for_no_name_and_gets_the_appointment(client, cut, cora):
    CustomerFactory(email=cora.email)  # somebody of the family
    client.force_login(cora.user)
    details = hold(client, cut)
    page = text_of(client.get(details))
    assert "Cora Customer" in page
    assert 'name="email"' not in page

    client.post(details, {**hidden(client.get(details)), "note": "Curls"})

    made = booked()
    assert (made.customer, made.source, made.note) == (cora, "panel", "Curls")


def test_a_form_of_somebody_signed_in_is_worth_nothing_to_others(client, cut, cora):
    client.force_login(cora.user)
    details = hold(client, cut)
    page = hidden(client.get(details))

    answer = Client().post(details, {**page, **GRACE})

    assert answer.status_code == 403
    assert 'name="email"' in text_of(answer)
    assert "Cora" not in text_of(answer)
    assert not Appointment.objects.exists()


def test_a_session_alone_books_nothing_in_the_customers_name(client, cut, cora):
    details = hold(Client(), cut)
    page = hidden(Client().get(details))
    client.force_login(cora.user)

    answer = client.post(details, {**page, **GRACE})

    assert answer.status_code == 403
    assert not Appointment.objects.exists()


def test_who_is_signed_in_and_blocked_gets_the_same_sentence(client, cut, cora):
    Block.objects.create(email=cora.email)
    client.force_login(cora.user)
    details = hold(client, cut)

    answer = client.post(details, hidden(client.get(details)))

    assert answer.status_code == 403
    assert "Please call us" in text_of(answer)


def test_staff_book_there_like_any_visitor(client, cut, owner):
    client.force_login(owner)

    send(client, hold(client, cut))

    assert booked().customer == Customer.objects.get(email="grace@example.org")


def test_the_panel_is_not_offered_where_there_is_none(client, cut):
    Preferences(customer_panel_enabled=False).save()

    page = text_of(client.get(hold(client, cut)))

    assert "wants_login" not in page
    assert "/sign-in/" not in page
