"""Class N on bookings: the client names a price, a state, or how long it takes.

Bookly CVE-2026-2519 (a price), Bookr CVE-2026-1932 (a status). Every field that an appointment has
is sent along with every form of a visitor and of a customer, under the names that other systems
give them, too. Times that nobody offers and tokens that were changed are tried in
tests/appointments/test_booking_page_attacks.py.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from appointments.models import Appointment, Block
from tests.appointments.conftest import cut, monday, rowan  # noqa: F401 fixtures
from tests.appointments.visitor import ELEVEN, TEN, booked, held, hidden, hold, send, times_of
from tests.attacks.walking import crashed, send_everything
from tests.factories import AppointmentFactory, CustomerFactory, ProviderFactory, ServiceFactory

pytestmark = pytest.mark.django_db
DECIDED_HERE = ("price", "currency", "source", "token", "uid", "customer_id", "service_id")


@pytest.fixture(autouse=True)
def no_limits_of_earlier_tests(db):
    cache.clear()


def wishes(customer: int = 1) -> dict[str, Any]:
    """Every field of an appointment with a value that suits the attacker."""
    other = ServiceFactory(price=Decimal("0.01"), duration=5)
    values = dict.fromkeys(("deposit", "discount", "total", "amount", "paid", "tip"), "1")
    values |= {field.attname: "1" for field in Appointment._meta.concrete_fields}  # noqa: SLF001
    values |= {field.name: "1" for field in Appointment._meta.concrete_fields}  # noqa: SLF001
    values |= {
        "service": str(other.pk), "service_id": str(other.pk), "price": "0.01", "currency": "ZZZ",
        "duration": "5", "length": "5", "minutes": "5", "end": ELEVEN.isoformat(),
        "status": "done", "state": "confirmed", "is_approved": "1", "needs_approval": "0",
        "customer": str(customer), "customer_id": str(customer), "held_until": "2999-01-01",
        "provider": "0", "provider_id": "0", "source": "back-office", "staff_note": "VIP",
        "buffer_before": "0", "buffer_after": "0", "limits": "0", "blocked_from": TEN.isoformat(),
    }  # fmt: skip
    for own in ("token", "start", "note", "consent"):  # what the forms do have
        values.pop(own, None)
    return values


def test_a_visitor_decides_on_nothing_but_what_the_page_asks(cut, rowan):  # noqa: F811
    cut.needs_approval, cut.buffer_after = True, 15
    cut.save()
    victim, browser = CustomerFactory(first_name="Vic"), Client()
    times, more = times_of(cut, rowan.pk), wishes(victim.pk)

    sent = {**more, **hidden(browser.get(times)), "start": TEN.isoformat()}
    details = browser.post(times, sent).headers["Location"]
    assert [each.customer_id for each in held()] == [None]
    send(browser, details, **more)

    made = booked()
    assert (made.service, made.provider, made.start, made.end) == (cut, rowan, TEN, ELEVEN)
    assert (made.price, made.currency, made.source) == (cut.price, "GBP", "booking")
    assert made.status == Appointment.Status.PENDING
    assert made.blocked_until == ELEVEN + timedelta(minutes=15)
    assert (made.held_until, made.staff_note) == (None, "")
    assert made.customer != victim
    assert made.token in details


@pytest.mark.walk
def test_a_customer_decides_on_nothing_but_what_the_panel_asks(panel_user):
    """Every form of the panel; cancelling and moving are theirs, the rest is not."""
    cora, start = panel_user.customer, timezone.now() + timedelta(days=30)
    service = ServiceFactory(price=Decimal(48))
    provider = ProviderFactory(services=[service])
    for days in range(3):
        AppointmentFactory(
            customer=cora, service=service, provider=provider, price=48, currency="GBP",
            start=start + timedelta(days=days),
        )  # fmt: skip
    mine = Appointment.objects.filter(pk__in=list(cora.appointments.values_list("pk", flat=True)))
    before = list(mine.order_by("pk").values_list(*DECIDED_HERE))

    answers = send_everything(panel_user, wishes(CustomerFactory().pk), below="/panel/")

    assert list(mine.order_by("pk").values_list(*DECIDED_HERE)) == before
    for each in cora.appointments.all():
        assert each.price != Decimal("0.01") or each.service.price == each.price
        assert each.end - each.start == timedelta(minutes=each.service.duration)
        assert each.status in {"confirmed", "cancelled"}
        assert each.staff_note == ""
    assert crashed(answers) == []


@pytest.mark.parametrize(
    "typed",
    [{"email": " Ada@Example.ORG "}, {"email": "ada+again@example.org"},
     {"email": "new@example.org", "phone": "07700 900111"},
     {"email": "new@example.org", "phone": "+44 (0)7700-900 111"}],
)  # fmt: skip
def test_another_spelling_is_no_way_around_the_block_list(cut, typed):  # noqa: F811
    Block.objects.create(email="ada@example.org", phone="+447700900111", reason="Never came")

    answer = send(Client(), hold(Client(), cut), **typed)

    assert answer.status_code == 403
    assert b"Never came" not in answer.content
    assert not Appointment.with_holds.exists()


def test_held_times_come_back_by_themselves_whoever_held_them(cut, rowan, monday):  # noqa: F811
    """From many network addresses every time of a day can be held, and for ten minutes only."""

    def offered() -> int:
        page = Client().get(f"{times_of(cut, rowan.pk)}?day=2027-01-05")
        return page.content.count(b'value="2027-01-05T')

    free = offered()
    for number, hour in enumerate(range(9, 17)):
        browser = Client(REMOTE_ADDR=f"203.0.113.{number}")
        hold(browser, cut, TEN.replace(day=5, hour=hour), who=rowan.pk)
    assert (len(held()), offered()) == (8, 0)

    monday.shift(timedelta(minutes=10))

    assert offered() == free > 20
