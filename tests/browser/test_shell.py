"""What the scripts of every back-office page do."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[User], None]


@pytest.fixture
def account(live_server: LiveServer, page: Page, sign_in: SignIn, owner: User) -> Page:
    """The owner in front of their own account."""
    sign_in(owner)
    page.goto(f"{live_server.url}/account/")
    return page


def test_the_chosen_appearance_is_written_into_the_next_page_by_the_server(account: Page):
    account.click(".bk-account")
    account.click("[data-theme-toggle]")
    account.click("[data-theme-toggle]")
    expect(account.locator("[data-theme-label]")).to_have_text("Dark")

    answer = account.reload()

    assert answer is not None
    assert 'data-bs-theme="dark"' in answer.text()


def test_the_list_of_shortcuts_opens_by_its_key_and_gives_the_focus_back(account: Page):
    link = account.get_by_role("link", name="Change password")
    link.focus()

    account.keyboard.press("?")
    expect(account.locator("#keys-title")).to_be_focused()
    account.keyboard.press("Escape")

    expect(account.locator("#keys")).to_be_hidden()
    expect(link).to_be_focused()


def test_single_keys_can_be_switched_off_and_stay_off(account: Page):
    account.keyboard.press("?")
    account.get_by_label("Use single-key shortcuts").uncheck()
    account.reload()

    account.keyboard.press("?")

    expect(account.locator("#keys")).to_be_hidden()


def test_a_key_typed_into_a_field_is_a_letter(account: Page):
    account.focus("#id_name")

    account.keyboard.type("n?")

    expect(account.locator("#keys")).to_be_hidden()
    assert "n?" in account.input_value("#id_name")


def test_saving_by_key_shows_a_message_that_can_be_closed(account: Page):
    account.fill("#id_name", "Olivia Owner")

    account.keyboard.press("Control+s")

    toast = account.locator(".toast")
    expect(toast).to_be_visible()
    toast.get_by_role("button", name="Close message").click()
    expect(toast).to_have_count(0)


def test_a_message_stays_while_the_pointer_is_on_it(account: Page):
    account.clock.install()
    account.fill("#id_name", "Olivia Owner")
    account.keyboard.press("Control+s")
    account.clock.run_for(1_000)
    toast = account.locator(".toast")
    expect(toast).to_be_visible()

    account.clock.run_for(9_000)
    toast.hover()
    account.clock.run_for(60_000)
    expect(toast).to_be_visible()

    account.mouse.move(5, 5)
    account.clock.run_for(13_000)
    expect(toast).to_have_count(0)


def test_a_password_can_be_shown_and_is_rated(account: Page, live_server: LiveServer):
    account.goto(f"{live_server.url}/account/password/")
    field = account.get_by_label("New password", exact=True)

    field.fill("short")
    expect(account.get_by_text("Too easy to guess")).to_be_visible()
    field.fill("four unrelated words 4 me")
    expect(account.get_by_text("Strong", exact=True)).to_be_visible()

    account.locator(f'[data-reveal="{field.get_attribute("id")}"]').click()
    expect(field).to_have_attribute("type", "text")


def test_the_menu_of_a_phone_opens_and_holds_the_account(account: Page):
    account.set_viewport_size({"width": 360, "height": 740})
    expect(account.locator("#nav")).to_be_hidden()

    account.get_by_role("button", name="Open menu").click()

    expect(account.locator("#nav .bk-account")).to_be_visible()


def test_no_script_of_a_page_breaks_or_is_refused(
    complaints: list[str], account: Page, live_server: LiveServer
):
    account.click(".bk-account")
    account.keyboard.press("Escape")
    account.keyboard.press("?")
    account.goto(f"{live_server.url}/account/sessions/")

    assert complaints == []
