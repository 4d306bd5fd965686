"""Letting customers log in, from the list, the form and the profile, in a real browser."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from customers.models import Access, Customer
from notifications.models import Message
from tests.factories import CustomerFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def check_access(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_staff_let_customers_in_and_out_again(
    live_server: LiveServer,
    page: Page,
    sign_in: Callable[[User], None],
    front_desk: User,
    complaints: list[str],
):
    ada = CustomerFactory(first_name="Ada", last_name="Alt", email="ada@example.org")
    CustomerFactory(first_name="Bea", last_name="Bond", email="bea@example.org")
    CustomerFactory(first_name="Noah", last_name="Fischer", email="")
    sign_in(front_desk)
    page.goto(f"{live_server.url}/backoffice/customers/")
    dialog = page.locator("#modal")

    # Who has no address can't be let in, and the menu says what is missing.
    page.get_by_role("button", name="Actions for Noah Fischer").click()
    expect(page.get_by_text("Needs an e-mail address")).to_be_visible()
    page.keyboard.press("Escape")

    # One, from the menu of the row.
    page.get_by_role("button", name="Actions for Ada Alt").click()
    page.get_by_role("link", name="Allow to login").click()
    expect(dialog.get_by_role("heading", name="Allow Ada Alt to login?")).to_be_visible()
    expect(dialog.get_by_role("link", name="Cancel")).to_be_focused()
    check_access(page)
    dialog.get_by_role("button", name="Allow and send").click()
    expect(page.locator(".toast")).to_contain_text("Ada Alt may log in.")
    expect(page.locator("tr", has_text="ada@example.org")).to_contain_text("Invited")

    # All on the page: one has it, one gets it, one can't.
    page.locator("#pick-all").check()
    page.locator(".bk-bulk").get_by_role("button", name="Allow to login").click()
    expect(dialog).to_contain_text("Bea Bond Gets a password")
    expect(dialog).to_contain_text("Noah Fischer Left out")
    check_access(page)
    dialog.get_by_role("button", name="Allow and send to 2").click()
    expect(page.locator(".toast").first).to_contain_text("may log in")
    assert Message.objects.filter(customer=ada).count() == 1  # it had not gone yet

    # The filter finds them, and the profile takes one back.
    page.locator("#chip-access").click()
    page.get_by_label("Invited").check()
    expect(page.locator("#list-status")).to_have_text("2 customers")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Bea", exact=True).click()
    page.get_by_role("link", name="Revoke").click()
    check_access(page)
    dialog.get_by_role("button", name="Revoke login").click()
    expect(page.locator("#access")).to_contain_text("Revoked")

    # And the form lets her in again: the switch says what SAVE sends.
    page.keyboard.press("e")
    expect(page.locator(".bk-when-off")).to_contain_text("SAVE sends nothing.")
    page.get_by_role("switch", name="Allow to login").check()
    expect(page.locator(".bk-when-on")).to_contain_text("When you SAVE")
    expect(page.locator(".bk-when-off")).to_be_hidden()
    check_access(page)
    page.get_by_role("button", name="SAVE", exact=True).click()
    expect(page.locator("#access")).to_contain_text("Invited")

    assert Customer.objects.get(first_name="Bea").access == Access.INVITED
    assert complaints == []


def test_on_a_phone_without_scripts_the_same_pages_do_it(
    live_server: LiveServer,
    browser,
    sign_in: Callable[[User], None],
    context,
    front_desk: User,
):
    customer = CustomerFactory(first_name="Ada", last_name="Alt", email="ada@example.org")
    sign_in(front_desk)
    phone = browser.new_context(
        viewport={"width": 360, "height": 740},
        java_script_enabled=False,
        storage_state=context.storage_state(),
    )
    page = phone.new_page()
    page.goto(f"{live_server.url}/backoffice/customers/{customer.pk}/")
    page.get_by_role("link", name="Allow to login").click()
    page.get_by_role("button", name="Allow and send").click()

    expect(page.locator("#access")).to_contain_text("Invited")
    phone.close()
