"""One appointment from the booking page to the next one: visitor, staff and customer, each in a
browser of their own, on a desktop and on a phone; the mails are those that a real mail server took.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage
from re import search

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.test import Client
from icalendar import Calendar
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from appointments.models import Appointment
from bookkinda.preferences import Preferences
from bookkinda.worker import run_due_jobs
from tests.browser.test_access import SCREENS
from tests.browser.test_panel import NEW, found, mails, words
from tests.browser.test_signing_in import type_login
from tests.factories import ProviderFactory, ServiceFactory, open_daily

__all__ = ["mails"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GRACE = "grace@example.org"


@pytest.fixture
def shop(transactional_db: None) -> Preferences:
    """Open every day. Rescheduling takes two days of notice, cancelling two hours."""
    cache.clear()
    business = Preferences(
        business_name="Marlow & Finch", phone="0113 496 0123", reschedule_notice=48, cancel_notice=2
    )
    business.save()
    open_daily()
    cut = ServiceFactory(name="Cut and colour", category="Hair", price=48)
    for name in ("Elif Aksoy", "Rowan Ferry"):
        ProviderFactory(name=name, services=[cut])
    return business


def day_at(shop: Preferences, days: int, hour: int) -> datetime:
    """So many days from today at this hour of the business, in UTC as the pages write it."""
    day = shop.today() + timedelta(days=days)
    return datetime.combine(day, time(hour), shop.zone).astimezone(UTC)


def look_at(page: Page) -> None:
    """Nothing on the page keeps anybody out, and it fits."""
    violations = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["target"]) for each in violations] == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), page.url


def on_the_day_of(page: Page, start: datetime) -> None:
    page.goto(f"{page.url.partition('?')[0]}?day={start:%Y-%m-%d}")


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer, front_desk: User, page: Page) -> Iterator[Page]:
    """The browser at the front desk, with a screen like the visitor's."""
    client = Client()
    client.force_login(front_desk)
    name = "bookkinda_session"
    context = browser.new_context(viewport=page.viewport_size, locale="en-GB")
    cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
    context.add_cookies([cookie])  # type: ignore[list-item]
    yield context.new_page()
    context.close()


def book(page: Page, address: str, start: datetime) -> None:
    """A visitor's five steps."""
    page.goto(f"{address}/book/")
    look_at(page)
    page.get_by_role("link", name="Cut and colour").click()
    look_at(page)
    page.get_by_role("link", name="Elif Aksoy").click()
    on_the_day_of(page, start)
    look_at(page)
    page.locator(f'button[value="{start.isoformat()}"]').click()
    expect(page.get_by_text("reschedule up to 2 days")).to_be_visible()  # before it is booked
    page.get_by_label("Name", exact=True).fill("Grace")
    page.get_by_label("Surname").fill("Hopper")
    page.get_by_label("E-mail").fill(GRACE)
    page.get_by_label("I want to see and change my appointments online").check()
    look_at(page)
    page.get_by_role("button", name="Book").click()
    expect(page.get_by_role("heading", name="You are booked, Grace")).to_be_visible()
    look_at(page)


def move_at_the_desk(desk: Page, address: str, start: datetime) -> None:
    """Staff open it from the dashboard's day or the calendar; here, by its own address."""
    made = Appointment.objects.get()
    desk.goto(f"{address}/backoffice/appointments/{made.pk}/")
    look_at(desk)
    desk.get_by_role("link", name="Move").click()
    asked = desk.locator("#modal.show")
    asked.get_by_label("Day").fill(f"{start:%Y-%m-%d}")
    asked.get_by_label("Time").fill(f"{start.astimezone(Preferences().zone):%H:%M}")
    expect(asked.get_by_label("Send a message about it to")).to_be_checked()
    asked.get_by_role("button", name="Move").click()
    expect(desk.locator(".toast")).to_contain_text("Moved to")
    look_at(desk)


def come_in(page: Page, address: str, mail: EmailMessage) -> None:
    """Sign in with the password that was sent, and choose one's own."""
    page.goto(f"{address}/panel/")
    type_login(page, found(r"Username: (\S+)", mail), found(r"Password: (\S+)", mail))
    page.get_by_label("New password", exact=True).fill(NEW)
    page.get_by_label("New password again").fill(NEW)
    page.get_by_role("button", name="SAVE and continue").click()
    expect(page.get_by_role("heading", name="Hello Grace")).to_be_visible()
    look_at(page)


def events(mails: list[EmailMessage]) -> list[tuple[str, int, str]]:
    """Of each calendar file that was sent: what it asks for, its number, when it begins."""
    files = [part for mail in mails for part in mail.iter_attachments()]
    texts = [part.get_content() for part in files if part.get_content_type() == "text/calendar"]
    calendars = [Calendar.from_ical(text) for text in texts]
    return [
        (str(each["METHOD"]), int(event["SEQUENCE"]), event["DTSTART"].dt.astimezone(UTC))
        for each in calendars
        for event in each.walk("VEVENT")
    ]


def send_all(mails: list[EmailMessage]) -> list[EmailMessage]:
    """What the worker sends now."""
    before = len(mails)
    run_due_jobs()
    return mails[before:]


@pytest.mark.parametrize(("width", "height", "scheme"), SCREENS)
def test_from_the_booking_page_to_booking_again(
    width: int, height: int, scheme: str, live_server: LiveServer, page: Page,
    shop: Preferences, mails: list[EmailMessage], desk: Page, complaints: list[str],
):  # fmt: skip
    for each in (page, desk):
        each.set_viewport_size({"width": width, "height": height})
        each.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    first, moved, soon = day_at(shop, 5, 10), day_at(shop, 6, 14), day_at(shop, 1, 15)

    book(page, live_server.url, first)
    sent = send_all(mails)
    assert {mail["To"] for mail in sent} == {GRACE}
    [access] = [mail for mail in sent if search("Password: ", words(mail))]
    assert events(sent) == [("PUBLISH", 0, first)]

    move_at_the_desk(desk, live_server.url, moved)
    assert events(send_all(mails)) == [("PUBLISH", 1, moved)]

    come_in(page, live_server.url, access)
    page.get_by_role("link", name="Reschedule").click()
    on_the_day_of(page, soon)
    look_at(page)
    page.locator(f'a[href*="{soon:%Y-%m-%dT%H}%3A00%3A"]').click()
    look_at(page)
    page.get_by_role("button", name="Move to").click()
    expect(page.get_by_text("Your appointment is moved")).to_be_visible()
    made = Appointment.objects.get()
    assert made.start == soon
    assert events(send_all(mails)) == [("PUBLISH", 2, soon)]

    # Inside the window: no button, and who has the address is told why and whom to call.
    expect(page.get_by_role("link", name="Reschedule")).to_have_count(0)
    page.goto(f"{live_server.url}/panel/appointments/{made.pk}/move/")
    expect(page.get_by_role("heading", name="This appointment can't be moved here")).to_be_visible()
    expect(page.get_by_text("0113 496 0123").first).to_be_visible()
    look_at(page)

    page.goto(f"{live_server.url}/panel/")
    page.get_by_role("link", name="Cancel").click()
    look_at(page)
    page.get_by_role("button", name="Cancel appointment").click()
    expect(page.get_by_text("Nothing is booked at the moment.")).to_be_visible()
    made.refresh_from_db()
    assert made.status == Appointment.Status.CANCELLED
    assert events(send_all(mails)) == [("CANCEL", 3, soon)]

    page.get_by_role("link", name="Book again").click()
    on_the_day_of(page, first)
    page.locator(f'button[value="{first.isoformat()}"]').click()
    expect(page.get_by_label("Surname")).to_have_count(0)  # who is signed in is known
    look_at(page)
    page.get_by_role("button", name="Book").click()
    expect(page.get_by_role("heading", name="You are booked, Grace")).to_be_visible()
    assert Appointment.objects.latest("pk").customer == made.customer
    assert events(send_all(mails)) == [("PUBLISH", 0, first)]
    assert [each for each in complaints if "409" not in each] == []
