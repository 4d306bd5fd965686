"""Exporting in a real browser: the dialog, the file, and the same without JavaScript."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from bookkinda.worker import run_due_jobs
from customers import kept_exports
from customers.models import ExportRun
from tests.factories import CustomerFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = reverse("customers:list")


@pytest.fixture
def desk(
    live_server: LiveServer,
    page: Page,
    sign_in: Callable[[User], None],
    manager: User,
    media: Path,
) -> Page:
    for name in ("Ada", "Adam", "Bob"):
        CustomerFactory(first_name=name, last_name="Example", note="=1+1")
    sign_in(manager)
    page.goto(live_server.url + LIST)
    return page


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8-sig").splitlines()


def columns(path: Path, delimiter: str = ",") -> list[str]:
    return lines(path)[0].split(delimiter)


def test_what_the_search_shows_is_exported_from_a_dialog(desk: Page, complaints: list[str]) -> None:
    desk.goto(desk.url + "?q=ada")
    desk.get_by_role("link", name="Export").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog.get_by_label("Matching the search and filters")).to_be_checked()
    expect(dialog.get_by_text("Commas")).to_be_hidden()
    dialog.get_by_text("CSV", exact=True).click()
    dialog.get_by_text("Semicolons", exact=True).click()
    dialog.get_by_label("Note", exact=True).check()
    up = dialog.get_by_role("button", name="Move up: Note")
    up.focus()
    for _press in range(9):
        desk.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name="Move down: Note")).to_be_focused()
    expect(dialog.get_by_text("Note: column 1 of 16")).to_be_attached()
    dialog.get_by_label("All customers").check()
    expect(dialog.get_by_role("button", name="Export 3 customers")).to_be_visible()
    dialog.get_by_label("Matching the search and filters").check()
    assert Axe().run(desk, context="#modal").violations_count == 0

    with desk.expect_download() as download:
        dialog.get_by_role("button", name="Export 2 customers").click()

    rows = lines(download.value.path())
    assert download.value.suggested_filename.endswith(".csv")
    assert columns(download.value.path(), ";")[:4] == ["Note", "Bookkinda ID", "Name", "Surname"]
    assert [row.split(";")[2] for row in rows] == ["Name", "Ada", "Adam"]
    assert all(row.startswith("'=1+1;") for row in rows[1:])
    assert ExportRun.objects.get().count == 2
    expect(dialog).to_be_hidden()

    desk.get_by_role("link", name="Export").click()
    expect(dialog.get_by_text("Semicolons", exact=True)).to_be_visible()
    expect(dialog.locator(".bk-order label").first).to_have_text("Note")
    assert complaints == []


def test_those_picked_are_exported_as_cards(desk: Page, complaints: list[str]) -> None:
    desk.get_by_label("Select Bob Example").check()
    desk.locator(".bk-bulk").get_by_role("button", name="Export").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog.get_by_label("Selected")).to_be_checked()
    dialog.get_by_text("vCard", exact=True).click()

    with desk.expect_download() as download:
        dialog.get_by_label("Selected").press("Enter")

    assert "FN:Bob Example" in lines(download.value.path())
    assert download.value.suggested_filename.endswith(".vcf")
    assert complaints == []


def test_many_are_written_in_the_background_and_wait_in_the_history(
    desk: Page, complaints: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_exports, "AT_ONCE", 2)
    desk.get_by_role("link", name="Export").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog.get_by_text("written in the background")).to_be_visible()
    dialog.get_by_text("CSV", exact=True).click()
    dialog.get_by_role("button", name="Export 3 customers").click()
    expect(desk.get_by_role("heading", name="Writing the file")).to_be_visible()
    assert Axe().run(desk).violations_count == 0
    desk.get_by_role("button", name="Stop").click()
    expect(desk.get_by_role("heading", name="The export was stopped")).to_be_visible()
    desk.get_by_role("link", name="Export again").click()
    desk.get_by_role("button", name="Export 3 customers").click()
    expect(desk.get_by_text("0 of 3 customers")).to_be_visible()

    run_due_jobs()

    expect(desk.get_by_role("heading", name="Your file is ready")).to_be_visible()
    expect(desk.locator("#spoken")).to_have_text("Your file is ready")
    desk.get_by_role("link", name="Imports and exports").click()
    assert Axe().run(desk).violations_count == 0
    first, second = desk.locator("tbody tr").all()
    expect(first).to_contain_text("Done")
    expect(second).to_contain_text("Stopped")
    with desk.expect_download() as download:
        first.get_by_role("link", name="Download").click()
    assert len(lines(download.value.path())) == 4
    assert complaints == []


def test_exporting_works_without_javascript(
    live_server: LiveServer, browser: Browser, context: BrowserContext, desk: Page
) -> None:
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies(context.cookies())
    page = plain.new_page()
    page.goto(live_server.url + LIST)
    page.get_by_role("link", name="Export").click()
    page.get_by_text("CSV", exact=True).click()
    page.get_by_label("Gender", exact=True).uncheck()
    for _press in range(3):
        page.get_by_role("button", name="Move up: Surname").click()
    expect(page.get_by_role("button", name="Move down: Surname")).to_be_focused()

    with page.expect_download() as download:
        page.get_by_role("button", name="Export 3 customers").click()

    assert len(lines(download.value.path())) == 4
    assert columns(download.value.path())[:3] == ["Surname", "Bookkinda ID", "Name"]
    assert "Gender" not in columns(download.value.path())
    plain.close()


def test_one_persons_data_is_handed_out_from_the_profile(desk: Page, complaints: list[str]) -> None:
    desk.get_by_role("link", name="Ada").first.click()

    with desk.expect_download() as download:
        desk.get_by_role("button", name="Download the data").click()

    with zipfile.ZipFile(download.value.path()) as folder, desk.context.new_page() as page:
        page.set_content(folder.read("data.html").decode())
        expect(page.get_by_role("heading", level=1)).to_have_text("Ada Example")
        assert Axe().run(page).violations_count == 0
    assert complaints == []
