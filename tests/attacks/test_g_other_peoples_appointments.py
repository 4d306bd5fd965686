"""Class G on appointments: a number, or a link, is exchanged for somebody else's.

Easy!Appointments CVE-2026-108758 (any appointment by its number), CVE-2022-0482 and CVE-2026-52839
(written before it was refused); LatePoint CVE-2024-2472, Bookly CVE-2026-12905, Booktics
CVE-2026-1919. Addresses are those of the permission table: a page that is new is tried, too.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from appointments.models import Appointment, AppointmentChange, CalendarFeed, Suggestion
from customers.models import Customer
from tests.attacks.walking import browser_of
from tests.factories import AppointmentFactory, CustomerFactory, UserFactory
from tests.project.test_permission_table import PAGES

pytestmark = pytest.mark.django_db
FORM = {"confirmed": "1", "start": "2027-01-05T10:00:00+00:00", "to": "done", "tell": "on"}


@pytest.fixture(autouse=True)
def no_limits_of_earlier_tests(db):
    cache.clear()


@pytest.fixture
def theirs() -> Appointment:
    """An appointment to come of somebody who can sign in."""
    user = UserFactory(email="olga-private@example.org")
    olga = CustomerFactory(first_name="Olga", last_name="Ostrich", email=user.email, user=user)
    start = timezone.now() + timedelta(days=9)
    return AppointmentFactory(customer=olga, start=start, note="Ostrich feathers")


def rows() -> list[Any]:
    tables = (Appointment.with_holds, AppointmentChange.objects, Suggestion.objects,
              CalendarFeed.objects, Customer.objects)  # fmt: skip
    return [list(table.order_by("pk").values_list()) for table in tables]


def numbered(space: str) -> list[str]:
    """Names of the pages whose address holds nothing but one number."""
    return [
        name
        for name, page in PAGES.items()
        if name.startswith(space) and set(page.pattern.converters) == {"pk"}
    ]


def with_token() -> list[str]:
    """Names of the pages that open to whoever has the link of an appointment."""
    return [
        name
        for name, page in PAGES.items()
        if name.startswith("booking:") and set(page.pattern.converters) == {"token"}
    ]


def test_in_the_panel_somebody_elses_appointment_is_not_there(panel_user, theirs):
    """Neither one of another customer nor a hold, and nothing is written before that is seen."""
    hold = AppointmentFactory(
        customer=None, status=Appointment.Status.HELD, held_until=timezone.now(),
        start=theirs.start + timedelta(days=1),
    )  # fmt: skip
    browser, before, answers = browser_of(panel_user), rows(), {}

    for name in numbered("portal:"):
        for pk in (theirs.pk, hold.pk):
            path = reverse(name, args=[pk])
            answers[path] = {browser.get(path).status_code, browser.post(path, FORM).status_code}

    assert answers
    assert {path: found for path, found in answers.items() if found - {404, 405}} == {}
    assert rows() == before


def test_in_the_back_office_a_customer_opens_and_changes_nothing(panel_user, theirs):
    Suggestion.objects.create(customer=theirs.customer, values={"first_name": "Ann"}, pk=theirs.pk)
    browser, before, answers = browser_of(panel_user), rows(), {}

    for name in numbered("appointments:"):
        path = reverse(name, args=[theirs.pk])
        answers[path] = {browser.get(path).status_code, browser.post(path, FORM).status_code}

    assert len(answers) > 5
    assert {path: found for path, found in answers.items() if found != {403}} == {}
    assert rows() == before


def test_a_link_that_is_nearly_one_opens_nothing(theirs):
    """What could be guessed, read elsewhere, or is a link that a browser or a person damaged."""
    token = theirs.token
    wrong = [
        str(theirs.pk), str(theirs.uid), theirs.uid.hex, token[:-1], token + "A", token.swapcase(),
        token[::-1], "None", "null", "0", "%", "%25", "_" * len(token), " ", "\x00", "x" * 5000,
    ]  # fmt: skip
    hold = AppointmentFactory(
        customer=None, status=Appointment.Status.HELD, held_until=timezone.now(),
        start=theirs.start + timedelta(days=1),
    )  # fmt: skip
    browser, before, answers = Client(), rows(), {}

    for name in with_token():
        for other in (*wrong, hold.token):
            path = reverse(name, args=[other])
            for answer in (browser.get(path), browser.post(path, FORM)):
                text = b"".join(answer)
                answers[path] = answers.get(path, set()) | {answer.status_code}
                assert b"Ostrich" not in text, path

    assert len(answers) > len(wrong)
    assert {path: found for path, found in answers.items() if found - {404, 405}} == {}
    assert rows() == before


def test_the_link_of_one_appointment_shows_and_changes_no_other_one(theirs):
    """Also not by a number or a token that is sent along."""
    other = AppointmentFactory(
        customer=theirs.customer, start=theirs.start + timedelta(days=7), note="Another feather"
    )
    more = dict.fromkeys(("pk", "id", "appointment", "token", "customer"), str(other.pk))
    more["token"] = other.token
    before = Appointment.objects.filter(pk=other.pk).values().get()
    browser = Client()

    for name in with_token():
        path = reverse(name, args=[theirs.token])
        for answer in (browser.get(path, more), browser.post(path, {**FORM, **more})):
            assert b"Another feather" not in b"".join(answer), path
            assert b"olga-private" not in b"".join(answer), path

    assert Appointment.objects.filter(pk=other.pk).values().get() == before


def test_the_link_of_an_appointment_is_no_address_of_a_calendar_and_the_other_way_round(theirs):
    feed = CalendarFeed.objects.create(customer=theirs.customer)
    browser = Client()

    for name in with_token():
        assert browser.get(reverse(name, args=[feed.token])).status_code == 404, name
    if "portal:feed" in PAGES:
        for token in (theirs.token, feed.token[:-1], str(theirs.customer_id), feed.token.lower()):
            assert browser.get(reverse("portal:feed", args=[token])).status_code == 404


def test_links_are_too_long_to_be_guessed(theirs):
    assert len(theirs.token) >= 32
    assert len({AppointmentFactory().token for _ in range(20)}) == 20
