"""What the scripts do for the rows of the customer list: keys, selection, dialogs."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from customers.models import Customer
from tests.factories import CustomerFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def customers(
    live_server: LiveServer,
    page: Page,
    sign_in: Callable[[User], None],
    owner: User,
    complaints: list[str],
) -> Page:
    """The owner in front of the list of 30 customers, 25 of them on this page."""
    for number in range(30):
        CustomerFactory(
            first_name="Ada", last_name=f"Nr{number:02}", email=f"a{number}@example.org"
        )
    sign_in(owner)
    page.goto(f"{live_server.url}/backoffice/customers/")
    return page


def test_rows_are_walked_selected_and_opened_by_keys(customers: Page, complaints: list[str]):
    customers.keyboard.press("j")
    customers.keyboard.press("j")
    customers.keyboard.press("x")
    expect(customers.locator("#picked")).to_have_text("1")
    expect(customers.get_by_label("Select Ada Nr01")).to_be_checked()

    customers.keyboard.press("k")
    customers.keyboard.press("Enter")

    expect(customers.get_by_role("heading", level=1)).to_have_text("Ada Nr00")
    assert complaints == []


def test_a_range_is_selected_with_shift_and_cleared_at_once(customers: Page):
    customers.locator(".bk-pick").nth(2).click()
    customers.locator(".bk-pick").nth(6).click(modifiers=["Shift"])
    expect(customers.locator("#picked")).to_have_text("5")

    customers.get_by_role("button", name="Clear").click()

    expect(customers.locator(".bk-bulk")).to_be_hidden()
    expect(customers.locator("#pick-all")).to_be_focused()


def test_all_that_match_are_offered_once_the_page_is_selected(customers: Page):
    customers.locator(".bk-pick").first.click()
    expect(customers.locator(".bk-all")).to_be_hidden()

    customers.locator("#pick-all").check()
    customers.get_by_text("Select all 30 that match").click()
    expect(customers.locator("#picked")).to_have_text("30")

    customers.locator(".bk-pick").first.click()
    expect(customers.locator("#picked")).to_have_text("24")


def test_the_selection_works_for_rows_that_a_search_brought(customers: Page):
    customers.keyboard.press("/")
    customers.keyboard.type("Nr2")
    expect(customers.locator("#count")).to_have_text("10")

    customers.locator("#pick-all").check()  # takes the focus out of the search field

    customers.wait_for_timeout(500)  # milliseconds, in which nothing may be asked for anew
    expect(customers.locator("#picked")).to_have_text("10")


def test_a_dialog_focuses_the_safe_choice_and_gives_the_focus_back(
    customers: Page, complaints: list[str]
):
    menu = customers.get_by_role("button", name="Actions for Ada Nr03")
    menu.click()
    customers.locator("tr").filter(has_text="Nr03").get_by_text("Delete").click()
    expect(customers.get_by_role("heading", name="Delete Ada Nr03?")).to_be_visible()
    expect(customers.get_by_role("link", name="Keep it")).to_be_focused()

    customers.keyboard.press("Escape")

    expect(menu).to_be_focused()
    customers.get_by_role("link", name="E-mail").first.click()
    expect(customers.locator("th[aria-sort]")).to_have_text("E-mail")
    assert complaints == []


def test_deleting_offers_undo(customers: Page):
    customers.locator(".bk-pick").first.click()
    customers.locator(".bk-bulk").get_by_role("button", name="Delete").click()
    customers.locator("#modal").get_by_role("button", name="Delete 1 customer").click()
    expect(customers.locator("#count")).to_have_text("29")

    customers.locator("#toasts").get_by_role("button", name="Undo").click()

    expect(customers.locator("#count")).to_have_text("30")
    assert not Customer.objects.filter(archived_at__isnull=False).exists()
