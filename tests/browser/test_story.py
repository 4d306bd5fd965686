"""From an empty folder to a customer erased for good: the real commands, the real server, Chromium.

What is not covered here on purpose is told where it belongs: one page or script in the other files
of this folder, processes that die in tests/bookkinda.
"""

import csv
import os
import re
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.bookkinda.conftest import ROOT, House, eventually
from tests.bookkinda.test_serve_processes import family_of
from tests.customers import pictures
from tests.servers.postgresql import free_port
from tests.servers.redis import wait_until_open

pytestmark = pytest.mark.browser
MESSY = ROOT / "tests" / "data" / "customers-messy.csv"
SLOW = 30_000  # milliseconds that a worker may take on a busy machine


class Shop(House):
    """The sample business as `make run` makes it, served on a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "bookkinda.sqlite3"
        super().__init__(folder, f"sqlite:///{self.database}")
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"

    def environment(self, **more: str) -> dict[str, str]:
        words = super().environment(PORT=str(self.port), **more)
        return {**words, "DJANGO_SETTINGS_MODULE": "bookkinda.settings"}

    def open(self) -> None:
        assert self.run("prepare").returncode == 0
        said = self.run("create_sample", "--if-empty").stdout
        self.email, self.password = (
            found[1] for found in re.finditer(r"(?:E-mail|Password) +(\S+)", said)
        )
        self.start("serve")
        wait_until_open(self.port, seconds=60)

    def mentions(self, *words: str) -> list[str]:
        """Which of the words stand in a row of any table, those of the search index included."""
        database = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        try:
            rows = "\n".join(database.iterdump()).casefold()
        finally:
            database.close()
        return [word for word in words if word.casefold() in rows]

    def count(self, rows: str) -> int:
        """How many rows a table has, or those of it that meet a condition."""
        database = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        try:
            return int(database.execute(f"SELECT COUNT(*) FROM {rows}").fetchone()[0])  # noqa: S608
        finally:
            database.close()

    def write(self, statement: str) -> None:
        """Turns something on in the database, such as a clock."""
        database = sqlite3.connect(self.database, timeout=60)
        try:
            with database:
                database.execute(statement)
        finally:
            database.close()

    def worker(self) -> int:
        family = family_of(self.processes[0].pid)
        return next(pid for pid, words in family.items() if words.endswith("manage.py worker "))

    def pictures(self) -> list[Path]:
        return [path for path in (self.folder / "media").rglob("*") if path.is_file()]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    shop.open()
    yield shop
    for process in shop.processes:
        process.terminate()
        process.wait(60)
    shop.stop_all()
    assert "Traceback" not in shop.log()


def sign_in(page: Page, shop: Shop) -> None:
    page.goto(shop.address)
    page.get_by_label("E-mail").fill(shop.email)
    page.get_by_label("Password", exact=True).fill(shop.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Dashboard")
    page.get_by_role("link", name="Customers", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Customers")


def search(page: Page, words: str, *, finds: str) -> None:
    """Types as somebody types who knows the shortcut; the address has to follow."""
    page.wait_for_load_state()
    page.keyboard.press("/")
    page.keyboard.press("Control+a")
    page.keyboard.type(words)
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("q") == [words])
    if finds != "nobody":
        expect(page.locator("#count")).to_have_text(finds)
    else:
        expect(page.get_by_role("heading", name=f"Nobody matches “{words}”")).to_be_visible()
    page.evaluate("document.activeElement.blur()")


def row(page: Page, name: str) -> Locator:
    return page.locator(".bk-list tbody tr").filter(has_text=name)


def choose(page: Page, name: str, action: str) -> None:
    """An item of the menu of a row."""
    row(page, name).get_by_role("button", name=re.compile("Actions for")).click()
    row(page, name).get_by_text(action, exact=True).click()


def toast(page: Page, words: str) -> Locator:
    return page.locator("#toasts .toast").filter(has_text=words)


def test_a_shop_tries_bookkinda_with_its_own_messy_file(
    shop: Shop, page: Page, complaints: list[str], tmp_path: Path
):
    sign_in(page, shop)
    expect(page.get_by_text("This is a sample.")).to_be_visible()

    # Everybody whom the file allows comes in; the others wait in a file of their own.
    refused = tmp_path / "refused.csv"
    options = ("--country", "GB", "--by", shop.email, "--report", str(refused))
    imported = shop.run("import_customers", str(MESSY), *options)
    assert imported.returncode == 1
    assert "Row 15" in imported.stdout
    with refused.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file, delimiter=";"))) == 1 + 11
    page.goto(f"{shop.address}/backoffice/customers/?imported=1")
    expect(page.locator("#count")).to_have_text("18")

    # Found as typed: without accents, words in any order, a phone in any spelling.
    for words in ("memmedova sebnem", "SEBNEM@", "+994 (50) 000-12", "00012 34"):
        search(page, words, finds="1")
        expect(row(page, "Şəbnəm")).to_contain_text("Məmmədova")
    page.get_by_role("link", name="Clear").click()
    expect(page.get_by_role("link", name="Clear")).to_be_hidden()

    # A picture from a camera, which says where it was taken.
    search(page, "sebnem@exa", finds="1")
    choose(page, "Şəbnəm", "Edit")
    photo = tmp_path / "camera.jpg"
    photo.write_bytes(pictures.with_exif())
    page.set_input_files("#id_photo", photo)
    page.get_by_label(re.compile("^Note")).fill("Moved to the harbour")
    page.keyboard.press("Control+s")
    expect(toast(page, "Şəbnəm Məmmədova is saved.")).to_be_visible()
    shown = page.locator(".bk-pagehead img")
    stored = page.request.get(shop.address + (shown.get_attribute("src") or "")).body()
    assert b"SecretCamera" not in stored
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    expect(page.locator(".bk-time")).to_contain_text("allergic to nuts → Moved to the harbour")

    # A new tag on everybody of the file, over the list's own search.
    page.goto(f"{shop.address}/backoffice/customers/?imported=1")
    page.locator("#pick-all").check()
    page.locator(".bk-bulk").get_by_role("button", name="Tag").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Add new tags").fill("Spring fair")
    dialog.get_by_role("button", name="Tag 18 customers").click()
    expect(toast(page, "18 customers tagged.")).to_be_visible()
    expect(row(page, "Şəbnəm")).to_contain_text("Spring fair")

    # Deleted from the menu of the row, undone from the message.
    choose(page, "Şəbnəm", "Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator("#count")).to_have_text("17")
    toast(page, "Şəbnəm Məmmədova is deleted.").get_by_role("button", name="Undo").click()
    expect(page.locator("#count")).to_have_text("18")
    expect(row(page, "Şəbnəm")).to_contain_text("Spring fair")

    # Deleted again, and brought back from the Archive.
    choose(page, "Şəbnəm", "Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="More").click()
    page.get_by_role("link", name="Archive").click()
    choose(page, "Şəbnəm", "Restore")
    expect(toast(page, "Şəbnəm Məmmədova is restored.")).to_be_visible()
    expect(page.get_by_role("heading", name="Nobody was deleted")).to_be_visible()

    # Erased for good, with the typed word: no table names her, and her picture is no more.
    page.goto(f"{shop.address}/backoffice/customers/?q=sebnem@exa")
    profile = row(page, "Şəbnəm").get_by_role("link").first.get_attribute("href")
    traces = ("sebnem@example.org", "+994500001234", "harbour", "allergic to nuts")
    assert shop.mentions(*traces) == list(traces)
    assert len(shop.pictures()) > 0
    choose(page, "Şəbnəm", "Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(toast(page, "is deleted.")).to_be_visible()
    page.goto(f"{shop.address}/backoffice/customers/archived/")
    choose(page, "Şəbnəm", "Erase for good")
    dialog.get_by_label("Type ERASE").fill("ERASE")
    dialog.get_by_role("button", name="Erase for good").click()
    expect(toast(page, "One customer is erased for good.")).to_be_visible()
    page.get_by_role("link", name="Customers", exact=True).first.click()
    expect(page.locator("#q")).to_be_visible()
    search(page, "sebnem@exa", finds="nobody")
    assert page.request.get(f"{shop.address}{profile}").status == 404
    assert shop.mentions(*traces) == []
    eventually(lambda: shop.pictures() == [])

    page.locator(".bk-account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sign in")
    page.goto(f"{shop.address}/backoffice/customers/?q=ada")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sign in")
    assert complaints == []


def test_a_worker_deletes_and_brings_back_all_that_match_over_many_pages(
    shop: Shop, page: Page, complaints: list[str], tmp_path: Path
):
    fair = tmp_path / "fair.csv"
    lines = [f"Visitor,Nr{number:04},v{number}@example.com" for number in range(2_100)]
    fair.write_text("\n".join(["Name,Surname,E-mail", *lines]))
    assert shop.run("import_customers", str(fair)).returncode == 0
    sign_in(page, shop)
    everybody = int((page.locator("#count").text_content() or "").replace(",", ""))

    search(page, "visitor nr", finds="1,000+")
    page.locator("#pick-all").check()
    page.get_by_text("Select all 1,000+ that match").click()
    page.locator(".bk-bulk").get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("and 2,095 more")
    dialog.get_by_role("button", name="Delete 2,100 customers").click()
    expect(page.get_by_role("heading", name="Done", exact=True)).to_be_visible(timeout=SLOW)
    page.goto(f"{shop.address}/backoffice/customers/")
    expect(page.locator("#count")).to_have_text(f"{everybody - 2_100:,}")

    page.go_back()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Undone", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Done", exact=True)).to_be_visible(timeout=SLOW)
    page.goto(f"{shop.address}/backoffice/customers/")
    expect(page.locator("#count")).to_have_text(f"{everybody:,}")
    assert complaints == []


def test_an_import_is_stopped_goes_on_and_outlives_a_killed_worker_and_a_closed_tab(
    shop: Shop, page: Page, complaints: list[str], tmp_path: Path
):
    fair = tmp_path / "fair.csv"
    lines = [f"Visitor,Nr{number:05},v{number}@example.com" for number in range(60_000)]
    fair.write_text("\n".join(["Name,Surname,E-mail", *lines, "Wrong,,v@"]))
    sign_in(page, shop)
    everybody = shop.count("customers_customer")
    page.get_by_role("link", name="Import").click()
    page.locator("[name=file]").set_input_files(fair)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Check the rows").click()
    start = page.get_by_role("button", name="Import 60,000 rows")
    expect(start).to_be_visible(timeout=2 * SLOW)

    # Stopped in the middle, and asked what becomes of what was taken.
    start.click()
    eventually(lambda: shop.count("customers_customer") > everybody)
    page.get_by_role("link", name="Stop").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop the import").click()
    expect(page.get_by_role("heading", name="The import of fair.csv was stopped")).to_be_visible()
    taken = shop.count("customers_customer") - everybody
    assert 0 < taken < 60_000
    expect(page.get_by_text(f"{taken:,} of 60,000 rows are imported.")).to_be_visible()

    # Goes on; the worker is killed, the tab is closed. Once the killed one's time is over, another
    # one goes on after the last whole chunk, with nobody looking.
    page.get_by_role("button", name=f"Go on with {60_000 - taken:,} rows").click()
    eventually(lambda: shop.count("customers_customer") > everybody + taken)
    os.kill(shop.worker(), signal.SIGKILL)
    page.goto("about:blank")
    assert shop.count("customers_customer") < everybody + 60_000
    shop.write("UPDATE bookkinda_job SET leased_until = created_at WHERE state = 'running'")
    eventually(lambda: shop.count("customers_customer") == everybody + 60_000)

    # Found again in the history: every row once, none lost, the wrong one in a file.
    page.goto(f"{shop.address}/backoffice/customers/")
    page.get_by_role("button", name="More").click()
    page.get_by_role("link", name="Imports and exports").click()
    page.get_by_role("link", name="fair.csv").click()
    expect(page.get_by_role("heading", name="60,000 customers imported")).to_be_visible(
        timeout=SLOW
    )
    assert shop.count("customers_customer") == everybody + 60_000
    assert shop.count("customers_customer WHERE email LIKE 'v%@example.com'") == 60_000
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel with the rows that were not imported").click()
    assert download.value.suggested_filename == "fair-to-fix.xlsx"
    assert complaints == []
