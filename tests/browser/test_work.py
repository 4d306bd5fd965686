"""People at work: two at the same customer, one with keys only, one with a phone in the hand."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from customers.models import Customer
from tests.factories import CustomerFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[User], None]


def address_of(customer: Customer, server: LiveServer, page: str = "") -> str:
    return f"{server.url}/backoffice/customers/{customer.pk}/{page}"


def test_the_second_of_two_people_is_shown_what_the_first_one_changed(
    live_server: LiveServer, page: Page, context: BrowserContext, sign_in: SignIn, owner: User
):
    ada = CustomerFactory(first_name="Ada", last_name="Byron", note="Tea")
    sign_in(owner)
    first, second = page, context.new_page()
    for one in (first, second):
        one.goto(address_of(ada, live_server, "edit/"))

    first.get_by_label("Surname").fill("Lovelace")
    first.locator("#id_note").fill("Coffee")
    first.keyboard.press("Control+s")
    expect(first.get_by_text("Ada Lovelace is saved.")).to_be_visible()
    second.locator("#id_note").fill("Water")
    second.get_by_label("Phone").fill("+44 7700 900123")
    second.keyboard.press("Control+s")

    told = second.get_by_role("alert")
    expect(told).to_be_focused()
    expect(told).to_contain_text("Note: they wrote “Coffee”, you wrote “Water”.")
    expect(told).to_contain_text("Surname: is “Lovelace” now.")
    expect(second.locator("#id_note")).to_have_value("Water")
    told.get_by_role("button", name="Use theirs").click()
    expect(second.locator("#id_note")).to_have_value("Coffee")
    second.keyboard.press("Control+s")
    expect(second.get_by_text("Ada Lovelace is saved.")).to_be_visible()
    ada.refresh_from_db()
    assert (ada.last_name, ada.note, ada.phone) == ("Lovelace", "Coffee", "+447700900123")


def test_a_customer_is_found_changed_and_added_with_keys_only(
    live_server: LiveServer, page: Page, sign_in: SignIn, owner: User, complaints: list[str]
):
    for name in ("Ada", "Grace", "Edsger"):
        CustomerFactory(first_name=name, last_name="Test")
    sign_in(owner)
    page.goto(f"{live_server.url}/backoffice/customers/")

    page.keyboard.press("/")
    page.keyboard.type("grace")
    expect(page.locator("#count")).to_have_text("1")
    page.keyboard.press("Tab")  # out of the field, where letters are shortcuts again
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Grace Test")
    page.wait_for_load_state()
    page.keyboard.press("e")
    expect(page.get_by_role("heading", level=1)).to_have_text("Edit Grace Test")
    page.locator("#id_last_name").press("Control+a")
    page.keyboard.type("Hopper")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("heading", level=1)).to_have_text("Grace Hopper")

    page.goto(f"{live_server.url}/backoffice/customers/")
    page.keyboard.press("?")
    expect(page.locator("#keys-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("n")
    page.get_by_label("Name", exact=True).press("B")
    page.keyboard.press("Enter")
    expect(page.get_by_text("B is added.")).to_be_visible()
    assert complaints == []


def test_a_phone_finds_a_customer_and_never_scrolls_sideways(
    live_server: LiveServer, browser: Browser, context: BrowserContext, sign_in: SignIn, owner: User
):
    for number in range(40):
        CustomerFactory(first_name="Wolfeschlegelsteinhausen", last_name=f"Bergerdorff {number}")
    sign_in(owner)
    phone = browser.new_context(
        storage_state=context.storage_state(),
        viewport={"width": 360, "height": 740},
        has_touch=True,
    )
    page = phone.new_page()

    def fits() -> bool:
        return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    page.goto(f"{live_server.url}/backoffice/customers/")
    page.locator("#q").fill("bergerdorff 3")
    expect(page.locator(".bk-list tbody tr")).to_have_count(11)
    assert fits()
    page.locator("summary").filter(has_text="Contact").tap()
    page.get_by_label("No phone").tap()
    expect(page).to_have_url(re.compile("has=no-phone"))
    assert fits()
    page.get_by_role("button", name="Apply").tap()
    page.locator(".bk-pick").first.tap()
    expect(page.locator("#picked")).to_have_text("1")
    assert fits()
    phone.close()
