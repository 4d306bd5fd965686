"""Importing in a real browser: upload, columns, a cell that is fixed, progress, result, undo."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from bookkinda.worker import run_due_jobs
from customers.models import Customer, ImportRun
from tests.factories import CustomerFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
START = reverse("customers:import")
TABLE = """Vorname,Nachname,E-Mail,Geburtsdatum,Friseur
Zoë,Müller,zoe@example.org,03/04/1990,Elif
Søren,Bonde,soren@example,05/06/1971,Tom
Ada,Lovelace,ada@example.org,01/02/1980,Tom
"""


@pytest.fixture
def desk(
    live_server: LiveServer, page: Page, sign_in: Callable[[User], None], manager: User
) -> Page:
    sign_in(manager)
    page.goto(live_server.url + START)
    return page


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Letters of a code page, dates that can be read in two ways, an address without an end."""
    path = tmp_path / "kunden.csv"
    path.write_text(TABLE, encoding="cp1252")
    return path


def is_clean(page: Page) -> bool:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    return True


def work(page: Page) -> None:
    """What the worker does meanwhile; the page asks by itself."""
    run_due_jobs()


def test_a_file_is_uploaded_matched_fixed_imported_and_undone(
    desk: Page, table: Path, complaints: list[str]
) -> None:
    CustomerFactory(first_name="Ada", last_name="Byron", email="ada@example.org")
    CustomerFactory(last_name="Somebody else")
    assert is_clean(desk)
    desk.locator("[name=file]").set_input_files(table)
    desk.get_by_role("button", name="Continue").click()

    # Matched by meaning; questions only about what the file leaves open.
    expect(desk.get_by_label("Vorname goes to")).to_have_value("first_name")
    expect(desk.get_by_label("Friseur goes to")).to_have_value("")
    expect(desk.get_by_text("Western European").locator("xpath=../..")).to_contain_text("Müller")
    desk.get_by_label("3 April 1990").check()
    desk.get_by_label("Update them with what the file says").check()
    desk.get_by_label("Friseur goes to").select_option(label="Tags")
    expect(desk.get_by_role("row", name="Friseur")).to_contain_text("Your choice")
    assert is_clean(desk)
    desk.get_by_role("button", name="Check the rows").click()

    # The check: a new one, an update, a cell to fix, put right by keys alone.
    expect(desk.get_by_role("heading", name="Checking kunden.csv")).to_be_visible()
    work(desk)
    expect(desk.get_by_role("link", name="1 Need fixing")).to_have_attribute("aria-current", "true")
    cell = desk.get_by_label("E-Mail in row 3", exact=True)
    expect(cell).to_have_value("soren@example")
    assert is_clean(desk)
    cell.fill("soren@@example.org")
    cell.press("Enter")
    expect(desk.locator("#said")).to_contain_text("Row 3 still needs fixing.")
    expect(cell).to_be_focused()
    cell.fill("soren@example.org")
    cell.press("Enter")
    expect(desk.locator("#row-3")).to_contain_text("Row 3 is right now: a new customer.")
    expect(desk.get_by_role("link", name="2 New")).to_be_visible()
    expect(desk.get_by_role("button", name="Import 3 rows")).to_be_focused()
    desk.get_by_role("link", name="1 Update").click()
    expect(desk.get_by_role("row", name="Surname")).to_contain_text("Byron")
    expect(desk.get_by_role("row", name="Surname")).to_contain_text("Lovelace")
    assert is_clean(desk)
    assert Customer.objects.count() == 2

    # The import goes on without the page; a tab that was closed finds it again.
    desk.get_by_role("button", name="Import 3 rows").click()
    expect(desk.get_by_role("heading", name="Importing kunden.csv")).to_be_visible()
    assert is_clean(desk)
    address = desk.url
    desk.goto("about:blank")
    work(desk)
    desk.goto(address)
    expect(desk.get_by_role("heading", name="3 customers imported")).to_be_visible()
    assert is_clean(desk)
    desk.get_by_role("link", name="See these customers").click()
    expect(desk.locator(".bk-list tbody tr")).to_have_count(3)
    expect(desk.locator("#chip-imported")).to_contain_text("kunden.csv")
    soren = Customer.objects.get(email="soren@example.org")
    assert (soren.last_name, soren.date_of_birth.isoformat()) == ("Bonde", "1971-06-05")

    # Undone, but for the one who changed since.
    Customer.objects.filter(pk=soren.pk).update(version=soren.version + 1)
    desk.goto(address)
    desk.get_by_role("link", name="Undo this import").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog.get_by_role("link", name="Keep them")).to_be_focused()
    expect(dialog).to_contain_text("Undo moves the 2 added customers to the Archive.")
    dialog.get_by_role("button", name="Undo the import").click()
    expect(desk.get_by_role("heading", name="This import was undone")).to_be_visible()
    expect(desk.get_by_role("heading", name="1 stayed as they are")).to_be_visible()
    expect(desk.get_by_role("link", name="Søren Bonde")).to_be_visible()
    assert is_clean(desk)
    live = set(Customer.objects.live().values_list("last_name", flat=True))
    assert live == {"Byron", "Bonde", "Somebody else"}
    assert complaints == []


def test_a_phone_imports_without_javascript_and_never_scrolls_sideways(
    live_server: LiveServer, browser: Browser, context: BrowserContext, desk: Page, table: Path
) -> None:
    phone = browser.new_context(
        storage_state=context.storage_state(),
        viewport={"width": 360, "height": 740},
        java_script_enabled=False,
    )
    page = phone.new_page()

    def fits() -> bool:
        return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    page.goto(live_server.url + START)
    page.locator("summary").filter(has_text="Or paste a table").click()
    page.get_by_label("Table").fill("nothing but words")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Table")).to_have_value("nothing but words")
    assert fits()
    page.get_by_label("Table").fill(TABLE.replace(",", "\t"))
    page.get_by_role("button", name="Continue").click()
    assert fits()
    page.get_by_label("Update them").check()
    page.get_by_role("button", name="Check the rows").click()
    assert fits()
    run_due_jobs()
    page.get_by_role("link", name="Show how far it is").click()
    page.get_by_label("E-Mail in row 3", exact=True).fill("soren@example.org")
    assert fits()
    page.get_by_role("button", name="Check E-Mail in row 3").click()
    expect(page.get_by_text("Row 3 is right now: a new customer.")).to_be_visible()
    page.get_by_role("link", name="3 New").click()
    assert fits()
    page.get_by_role("button", name="Import 3 rows").click()
    page.get_by_role("link", name="Stop").click()
    page.get_by_role("link", name="Go on").click()
    run_due_jobs()
    page.reload()
    expect(page.get_by_role("heading", name="3 customers imported")).to_be_visible()
    assert fits()
    page.get_by_role("link", name="Undo this import").click()
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_role("heading", name="This import was undone")).to_be_visible()
    assert fits()
    phone.close()


def test_a_file_is_dropped_a_table_is_pasted_and_an_import_is_cancelled(
    desk: Page, complaints: list[str]
) -> None:
    desk.evaluate(
        """() => {
          const held = new DataTransfer();
          held.items.add(new File(["Name\\nAda\\n"], "people.csv"));
          held.items.add(new File(["PK"], "pictures.zip"));
          const drop = new DragEvent("drop", {dataTransfer: held, bubbles: true, cancelable: true});
          document.querySelector("main").dispatchEvent(drop);
        }"""
    )
    assert desk.locator("[name=file]").evaluate("field => field.files[0].name") == "people.csv"
    assert desk.locator("[name=photos]").evaluate("field => field.files[0].name") == "pictures.zip"

    desk.reload()
    desk.evaluate(
        """() => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", "Name\\tE-mail\\nAda\\tada@example.org");
          document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true}));
        }"""
    )
    expect(desk.get_by_label("Table")).to_have_value("Name\tE-mail\nAda\tada@example.org")
    expect(desk.get_by_label("Table")).to_be_focused()
    desk.get_by_role("button", name="Continue").click()
    expect(desk.get_by_text("All columns are matched.")).to_be_visible()
    desk.get_by_role("link", name="Cancel").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog.get_by_role("link", name="Keep it")).to_be_focused()
    assert Axe().run(desk, context="#modal").violations_count == 0
    dialog.get_by_role("button", name="Remove the file").click()
    expect(desk.get_by_text("Pasted table is removed. Nothing was imported.")).to_be_visible()
    assert not ImportRun.objects.exists()
    assert complaints == []
