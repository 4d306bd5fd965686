"""Exporting in a real browser: the dialog, the file, and the same without JavaScript."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from customers.models import ExportRun
from tests.factories import CustomerFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = reverse("customers:list")


@pytest.fixture
def desk(
    live_server: LiveServer, page: Page, sign_in: Callable[[User], None], manager: User
) -> Page:
    for name in ("Ada", "Adam", "Bob"):
        CustomerFactory(first_name=name, last_name="Example", note="=1+1")
    sign_in(manager)
    page.goto(live_server.url + LIST)
    return page


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8-sig").splitlines()


def test_what_the_search_shows_is_exported_from_a_dialog(desk: Page, complaints: list[str]) -> None:
    desk.goto(desk.url + "?q=ada")
    desk.get_by_role("link", name="Export").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog.get_by_label("Matching the search and filters")).to_be_checked()
    dialog.get_by_text("CSV, commas").click()
    dialog.get_by_label("Note").check()
    assert Axe().run(desk, context="#modal").violations_count == 0

    with desk.expect_download() as download:
        dialog.get_by_role("button", name="Export").click()

    rows = lines(download.value.path())
    assert download.value.suggested_filename.endswith(".csv")
    assert [row.split(",")[1] for row in rows] == ["Name", "Ada", "Adam"]
    assert all(row.endswith("'=1+1") for row in rows[1:])
    assert ExportRun.objects.get().count == 2
    assert complaints == []


def test_those_picked_are_exported(desk: Page, complaints: list[str]) -> None:
    desk.get_by_label("Select Bob Example").check()
    desk.locator(".bk-bulk").get_by_role("button", name="Export").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog.get_by_label("Selected")).to_be_checked()
    dialog.get_by_text("CSV, semicolons").click()

    with desk.expect_download() as download:
        dialog.get_by_role("button", name="Export").click()

    assert [row.split(";")[1] for row in lines(download.value.path())] == ["Name", "Bob"]
    assert complaints == []


def test_exporting_works_without_javascript(
    live_server: LiveServer, browser: Browser, context: BrowserContext, desk: Page
) -> None:
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies(context.cookies())
    page = plain.new_page()
    page.goto(live_server.url + LIST)
    page.get_by_role("link", name="Export").click()
    page.get_by_text("CSV, commas").click()

    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()

    assert len(lines(download.value.path())) == 4
    plain.close()
