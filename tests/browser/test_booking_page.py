"""The booking page inside of the website of the business."""

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect
from pytest_django.live_server_helper import LiveServer

from appointments.models import Appointment
from bookkinda.preferences import Preferences
from tests.factories import ProviderFactory, ServiceFactory, open_daily

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOP = "http://shop.example"


@pytest.fixture
def website(browser: Browser, live_server: LiveServer) -> Page:
    """The website, in a browser in Tokyo. Its page holds nothing but the booking page."""
    page = browser.new_context(timezone_id="Asia/Tokyo", locale="en-GB").new_page()
    frame = f'<iframe src="{live_server.url}/book/" width="390" height="800"></iframe>'
    page.route(f"{SHOP}/**", lambda route: route.fulfill(body=frame, content_type="text/html"))
    page.goto(f"{SHOP}/")
    return page


@pytest.fixture
def business(transactional_db: None) -> None:
    Preferences(booking_origins=[SHOP]).save()
    open_daily()
    service = ServiceFactory(name="Cut and finish")
    ProviderFactory(name="Rowan Ferry", services=[service])
    ProviderFactory(name="Elif Aksoy", services=[service])


def framed(website: Page) -> FrameLocator:
    return website.frame_locator("iframe")


def test_a_visitor_abroad_books_inside_of_the_website(business: None, website: Page) -> None:
    page = framed(website)
    page.get_by_role("link", name="Cut and finish").click()
    page.get_by_role("link", name="Rowan Ferry").click()
    expect(page.get_by_text("Times in Tokyo (JST)")).to_be_visible()
    page.locator("button[name=start]").first.click()
    page.get_by_label("Name", exact=True).fill("Grace")
    page.get_by_label("Surname").fill("Hopper")
    page.get_by_label("E-mail").fill("grace@example.org")
    page.get_by_role("button", name="Book").click()

    expect(page.get_by_role("heading", name="You are booked")).to_be_visible()
    assert Appointment.objects.get().time_zone == "Asia/Tokyo"
    assert website.context.cookies() == []
