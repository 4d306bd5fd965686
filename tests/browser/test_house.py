"""An owner leaves the sample, names the business and brings in a colleague."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from bookkinda.preferences import Preferences
from bookkinda.sample.business import make_sample
from customers.models import Customer
from tests.factories import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_the_sample_to_the_first_steps_of_a_real_business(
    live_server: LiveServer, page: Page, sign_in: Callable[[User], None], complaints: list[str]
):
    sign_in(make_sample().owner)
    page.goto(f"{live_server.url}/backoffice/settings/")

    page.get_by_role("link", name="Remove the sample").click()
    expect(page.get_by_text("1,200 customers of the sample")).to_be_visible()
    page.get_by_role("button", name="Remove the sample").click()

    expect(page.get_by_role("heading", name="First steps")).to_be_visible()
    expect(page.get_by_text("This is a sample.")).to_have_count(0)
    assert not Customer.objects.exists()

    page.get_by_role("link", name="Open the settings").click()
    page.get_by_label("Business name").fill("Marigold")
    page.get_by_label("Time zone").select_option("Europe/Istanbul")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("The settings are saved.")).to_be_visible()
    assert Preferences.load().business_name == "Marigold"

    page.get_by_role("link", name="First steps").click()
    page.get_by_role("button", name="Done with the first steps").click()
    page.goto(f"{live_server.url}/backoffice/settings/")
    expect(page.get_by_role("link", name="First steps")).to_have_count(0)
    assert complaints == []


def test_a_colleague_comes_in_by_the_link_that_the_owner_hands_over(
    live_server: LiveServer,
    page: Page,
    browser: Browser,
    sign_in: Callable[[User], None],
    owner: User,
    settings,
):
    settings.PUBLIC_BASE_URL = live_server.url
    sign_in(owner)
    page.goto(f"{live_server.url}/backoffice/settings/staff/")
    page.get_by_role("link", name="ADD NEW").click()
    page.get_by_label("Name").fill("Ada Moss")
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_label("Read only").check()
    page.get_by_role("button", name="SAVE").click()
    expect(page.get_by_role("heading", name="Ada Moss")).to_be_visible()
    page.get_by_role("button", name="Show a link").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)  # asked for once more
    page.get_by_role("button", name="Continue").click()
    link = page.get_by_label("Link").input_value()

    theirs = browser.new_context().new_page()
    theirs.goto(link)
    theirs.get_by_label("New password", exact=True).fill("a fresh long password")
    theirs.get_by_label("New password again").fill("a fresh long password")
    theirs.locator("main button.btn-primary").click()
    theirs.goto(f"{live_server.url}/sign-in/")
    theirs.get_by_label("E-mail").fill("ada@example.org")
    theirs.get_by_label("Password", exact=True).fill("a fresh long password")
    theirs.locator("main button.btn-primary").click()

    expect(theirs).to_have_url(re.compile("/backoffice/$"))
    expect(theirs.get_by_role("link", name="Settings")).to_have_count(0)
