"""Appointments in the customer's own calendar: a file, and an address that is read again."""

from datetime import timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from appointments.models import Appointment, CalendarFeed
from bookkinda.preferences import Preferences
from customers.archiving import archive_customers
from customers.models import ChangeSet, Customer
from notifications.portal_access import revoke
from tests.factories import CustomerFactory, UserFactory
from tests.portal.conftest import NOW, at, link, panel

pytestmark = pytest.mark.django_db
CALENDAR = "/panel/calendar/"
Status = Appointment.Status


def feed_of(customer):
    return f"{CALENDAR}{CalendarFeed.objects.get(customer=customer).token}.ics"


def events(content):
    return Calendar.from_ical(content).walk("VEVENT")


@pytest.mark.parametrize("way", [panel, link])
def test_the_file_keeps_its_uid_and_counts_up_until_it_takes_itself_away(client, booked, way):
    def file():
        return client.get(way("ics", booked))

    first = file()
    [before] = events(first.content)
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    client.post(panel("cancel", booked), {})
    calendar = Calendar.from_ical(file().content)

    [after] = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "CANCEL"
    assert (before["UID"], after["STATUS"]) == (after["UID"], "CANCELLED")
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_the_feed_has_what_is_booked_and_nothing_of_anybody_else(client, cora, booked, cut, elif_):
    at(NOW + timedelta(days=5), customer=cora, service=cut, provider=elif_, status=Status.CANCELLED)
    at(NOW - timedelta(days=100), customer=cora, service=cut, provider=elif_)
    at(NOW + timedelta(days=6), service=cut, provider=elif_)
    client.post(CALENDAR, {"do": "on"})

    answer = Client().get(feed_of(cora))

    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert [str(event["UID"]) for event in events(answer.content)] == [str(booked.uid)]
    assert booked.token not in answer.text
    assert "cora" not in answer.text.lower()


def test_the_address_is_shown_to_its_owner_only_and_pressed_twice_it_is_one(client, cora):
    assert "Make the address" in client.get(CALENDAR).text
    for _time in range(2):
        client.post(CALENDAR, {"do": "on"})

    page = client.get(CALENDAR).text

    assert feed_of(cora) in page
    assert "webcal://" in page
    stranger = UserFactory(email="eve@example.org")
    CustomerFactory(email="eve@example.org", user=stranger)
    client.force_login(stranger)
    assert feed_of(cora) not in client.get(CALENDAR).text
    client.post(CALENDAR, {"do": "off"})
    assert CalendarFeed.objects.count() == 1


def test_a_new_address_ends_the_old_one_and_switched_off_there_is_none(client, cora, booked):
    client.post(CALENDAR, {"do": "on"})
    old = feed_of(cora)
    client.post(CALENDAR, {"do": "renew"})
    new = feed_of(cora)

    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200
    client.post(CALENDAR, {"do": "off"})
    assert Client().get(new).status_code == 404
    client.post(CALENDAR, {"do": "nonsense"})
    assert not CalendarFeed.objects.exists()


@pytest.mark.parametrize("why", ["revoked", "deleted", "off"])
def test_the_feed_ends_with_the_access(client, cora, why, owner):
    client.post(CALENDAR, {"do": "on"})
    feed, one = feed_of(cora), Customer.objects.filter(pk=cora.pk)
    by = {"by": owner, "source": ChangeSet.Source.BACK_OFFICE}
    if why == "revoked":
        one.update(access=4)
        revoke(one, **by)
    elif why == "deleted":
        archive_customers(one, **by)
    else:
        Preferences.objects.update(customer_panel_enabled=False)

    assert Client().get(feed).status_code == 404
