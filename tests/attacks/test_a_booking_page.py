"""Classes A and F on the booking page: whoever types an address, or a number, is not its owner.

A: a booking signed in whose address was typed (BookingPress CVE-2024-7350, BookIt CVE-2023-2834),
or linked the visitor to a login (LatePoint CVE-2024-8943, CVE-2025-7038). F: a booking with a known
phone number overwrote the address of its owner, whose password was then reset (LatePoint
CVE-2026-17538). What strangers try besides: tests/appointments/test_booking_page_attacks.py.
"""

from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User
from appointments.models import Appointment, Service
from bookkinda.preferences import FirstBooking, Preferences
from bookkinda.worker import run_due_jobs
from customers.models import Customer
from tests.accounts.test_signing_in import is_in
from tests.appointments.conftest import cut, monday  # noqa: F401 fixtures
from tests.appointments.visitor import hidden, hold, send, text_of
from tests.factories import CustomerFactory, UserFactory

pytestmark = pytest.mark.django_db
UNKNOWN = "nobody@example.org"


@pytest.fixture(autouse=True)
def no_limits_of_earlier_tests(db):
    cache.clear()


def everything_of_users() -> list[tuple[Any, ...]]:
    return list(User.objects.order_by("pk").values_list())


def a_customer(email: str) -> None:
    CustomerFactory(email=email, first_name="Augusta", phone="+447700900111")


def two_of_a_family(email: str) -> None:
    for name in ("Augusta", "Byron"):
        CustomerFactory(email=email, first_name=name)


def somebody_deleted(email: str) -> None:
    CustomerFactory(email=email, archived_at=timezone.now())


def somebody_with_a_login(email: str) -> None:
    CustomerFactory(email=email, user=UserFactory(email=email))


def somebody_on_the_staff(email: str) -> None:
    UserFactory(email=email, role="owner")


KNOWN = [
    a_customer,
    two_of_a_family,
    somebody_deleted,
    somebody_with_a_login,
    somebody_on_the_staff,
]


def told(service: Service, email: str) -> tuple[list[int], str]:
    """What a visitor sees from the first page to the last, but for tokens and the typed address."""
    browser = Client()
    details = hold(browser, service)
    secret = details.rstrip("/").rpartition("/")[2]
    form = browser.get(details)
    answer = send(browser, details, email=email, wants_login="on")
    done = browser.get(answer.headers["Location"])
    assert not is_in(browser)
    seen = text_of(form) + text_of(done)
    for own in (secret, email, hidden(form)["token"]):
        seen = seen.replace(own, "…")
    return [form.status_code, answer.status_code, done.status_code], seen


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.__name__)
def test_no_address_is_answered_otherwise_signed_in_or_given_a_login(cut, known):  # noqa: F811
    Preferences(login_on_booking=FirstBooking.ALWAYS).save()
    stranger = told(cut, UNKNOWN)
    Appointment.objects.all().delete()
    known("ada@example.org")
    before = everything_of_users()

    assert told(cut, "ada@example.org") == stranger

    kept = {row[0] for row in before}
    assert [row for row in everything_of_users() if row[0] in kept] == before
    for user in User.objects.filter(email="ada@example.org").exclude(pk__in=kept):
        # A login of its own for a new record: it opens nothing of whoever was there before.
        assert Appointment.objects.get().customer == user.customer


@pytest.mark.parametrize("field", ["email", "phone"])
def test_a_booking_changes_no_address_so_no_reset_reaches_the_visitor(cut, panel_user, field):  # noqa: F811
    cora = panel_user.customer
    Customer.objects.filter(pk=cora.pk).update(phone="+447700900111")
    before = Customer.objects.filter(pk=cora.pk).values().get()
    typed = {"first_name": "Mallory", "last_name": "Thief", "phone": "07700 900999"}
    typed |= {"email": cora.email} if field == "email" else {"phone": "07700 900111"}

    send(Client(), hold(Client(), cut), **{"email": "thief@example.org", **typed})
    run_due_jobs()
    mail.outbox.clear()
    for email in ("thief@example.org", cora.email):
        Client().post("/forgotten-password/", {"email": email})
    run_due_jobs()

    after = Customer.objects.filter(pk=cora.pk).values().get()
    visits = {"next_visit_at", "last_visit_at"}
    assert {name for name in before if before[name] != after[name]} <= visits
    assert everything_of_users() == list(User.objects.filter(pk=panel_user.pk).values_list())
    assert {address for each in mail.outbox for address in each.recipients()} == {cora.email}


def test_the_link_of_an_appointment_signs_nobody_in_and_leads_to_nobodys_record(cut, panel_user):  # noqa: F811
    browser = Client()
    done = send(browser, hold(browser, cut), email=panel_user.email).headers["Location"]

    browser.get(done)
    browser.get(f"/book/manage/{Appointment.objects.get().token}/")

    assert not is_in(browser)
    assert browser.get("/panel/").headers["Location"].startswith("/sign-in/")
