"""An owner decides what is sent, and in which words."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from bookkinda.preferences import Preferences
from notifications.models import MessageTemplate, Workflow
from tests.factories import CustomerFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_owner_switches_a_channel_on_and_writes_its_text(
    live_server: LiveServer,
    page: Page,
    sign_in: Callable[[User], None],
    owner: User,
    complaints: list[str],
):
    Preferences(business_name="Marlow & Finch").save()
    CustomerFactory(first_name="Amelia", email="amelia@example.org")
    sign_in(owner)
    page.goto(f"{live_server.url}/backoffice/notifications/")

    switch = page.get_by_label("Birthday by SMS")
    switch.focus()
    page.keyboard.press("Space")
    expect(page.locator("#row-birthday")).to_contain_text("None yet")
    expect(switch).to_be_focused()
    assert Workflow.objects.get(event="birthday").channels == ["sms"]

    page.get_by_role("link", name="Edit Birthday").click()
    page.get_by_label("Message").fill("Dear ")
    page.get_by_role("button", name="{customer_first_name}").click()
    page.keyboard.type(", {custmer_email}")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("Do you mean {customer_email}?")
    expect(preview.locator(".bk-bubble")).to_have_text("Dear Amelia, {custmer_email}")
    expect(preview).to_contain_text("1 SMS part")

    page.get_by_label("Message").press("Control+s")
    expect(page.get_by_role("alert").first).to_contain_text("1 thing needs your attention")
    page.get_by_label("Message").fill("Dear {customer_first_name}, all the best")
    page.get_by_role("button", name="SAVE").last.click()
    expect(page.get_by_text("The text is saved.")).to_be_visible()
    assert MessageTemplate.objects.get().body == "Dear {customer_first_name}, all the best"
    assert [line for line in complaints if "422" not in line] == []
