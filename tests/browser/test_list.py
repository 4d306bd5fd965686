"""The list in a real browser: live search, filters, columns, pages, selection, dialogs."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from customers.models import Customer, CustomerTag
from tests.factories import CustomerFactory, TagFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TWO_LINES = 60  # pixels
LIST = reverse("customers:list")
ROWS = "#list tbody tr"


@pytest.fixture
def people(db: None) -> list[Customer]:
    """60 customers: 30 called Ada, ten of them tagged; and a Şəbnəm."""
    tag = TagFactory(name="VIP")
    made = [
        CustomerFactory(first_name="Ada" if n % 2 else "Bob", last_name=f"Number {n:02}")
        for n in range(59)
    ]
    for one in made[1:20:2]:
        CustomerTag.objects.create(customer=one, tag=tag)
    return [*made, CustomerFactory(first_name="Şəbnəm", last_name="Zəhra", email="")]


@pytest.fixture
def desk(
    live_server: LiveServer, page: Page, sign_in: Callable[[User], None], owner: User,
    people: list[Customer],
) -> Page:  # fmt: skip
    sign_in(owner)
    page.goto(live_server.url + LIST)
    return page


def test_search_finds_while_typing_and_keeps_the_caret_and_the_address(
    desk: Page, complaints: list[str]
) -> None:
    desk.keyboard.press("/")
    desk.keyboard.type("sebnem")

    expect(desk.locator(ROWS)).to_have_count(1)
    expect(desk.locator("#q")).to_be_focused()
    expect(desk).to_have_url(re.compile(r"/backoffice/customers/\?q=sebnem$"))
    expect(desk.locator("#count")).to_have_text("1")
    expect(desk.locator("#list-status")).to_have_text("1 customer")
    expect(desk.locator("#export")).to_have_attribute("href", re.compile(r"\?q=sebnem$"))
    desk.locator("#q").fill("nobody at all")
    expect(desk.get_by_text("Nobody matches “nobody at all”")).to_be_visible()
    desk.locator("#q").fill("")
    expect(desk.locator(ROWS)).to_have_count(25)
    assert complaints == []


def test_filters_columns_and_pages_go_together_and_back_goes_back(
    desk: Page, complaints: list[str]
) -> None:
    desk.locator("#chip-tag").click()
    desk.get_by_label("VIP").check()
    expect(desk.locator("#chip-tag")).to_have_text("Tags: VIP")
    expect(desk.locator(ROWS)).to_have_count(10)
    desk.locator("#clear a").click()
    expect(desk.locator(ROWS)).to_have_count(25)

    desk.get_by_role("link", name="Surname").click()
    expect(desk.locator("th[aria-sort=descending]")).to_have_text("Surname")
    expect(desk.locator(ROWS).first).to_contain_text("Şəbnəm")
    desk.get_by_role("link", name="Next page").click()
    expect(desk.locator(".bk-pager")).to_contain_text("26–50 of 60")
    expect(desk).to_have_url(re.compile(r"\?sort=-surname&page=2&cursor=after-"))
    desk.locator("#q").fill("ada")  # keeps the column, begins with the first page
    expect(desk).to_have_url(re.compile(r"\?q=ada&sort=-surname$"))
    desk.locator("#per").select_option("50")
    expect(desk.locator(ROWS)).to_have_count(29)
    expect(desk).to_have_url(re.compile(r"\?q=ada&sort=-surname&per=50$"))
    desk.go_back()
    expect(desk.locator(ROWS)).to_have_count(25)
    assert complaints == []


def test_a_page_by_its_number(desk: Page) -> None:
    desk.get_by_label("Page", exact=True).fill("3")
    desk.keyboard.press("Enter")

    expect(desk.locator(".bk-pager")).to_contain_text("51–60 of 60")


def test_all_that_match_are_deleted_over_all_pages(desk: Page, complaints: list[str]) -> None:
    desk.locator("#q").fill("number")
    expect(desk.locator("#count")).to_have_text("59")
    desk.locator("#pick-all").check()
    expect(desk.locator("#picked")).to_have_text("25")
    desk.get_by_text("Select all 59 that match").click()
    expect(desk.locator("#picked")).to_have_text("59")
    desk.locator(".bk-bulk").get_by_role("button", name="Delete").click()
    expect(desk.locator("#modal.show")).to_contain_text("59 customers")
    desk.locator("#modal").get_by_role("button", name=re.compile("Delete")).click()

    expect(desk.locator(".toast")).to_contain_text("59")
    assert Customer.objects.live().count() == 1
    assert complaints == []


def test_the_row_menu_deletes_after_a_question(desk: Page, complaints: list[str]) -> None:
    desk.locator(ROWS).nth(2).locator(".btn-icon").click()
    menu = desk.locator(".dropdown-menu.show")
    expect(menu.get_by_text("Edit")).to_be_visible()
    assert menu.locator("svg").first.bounding_box()["width"] == 18  # type: ignore[index]
    menu.get_by_text("Delete").click()
    desk.locator("#modal.show").get_by_role("button", name=re.compile("Delete")).click()

    expect(desk.locator(".toast")).to_contain_text("Number 02")
    expect(desk.locator("#count")).to_have_text("59")
    assert complaints == []


def test_without_javascript_everything_is_a_link_or_a_form(
    live_server: LiveServer, browser: Browser, sign_in: Callable[[User], None],
    context: BrowserContext, owner: User, people: list[Customer],
) -> None:  # fmt: skip
    sign_in(owner)
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies(context.cookies())
    page = plain.new_page()
    page.goto(live_server.url + LIST)

    page.locator("#q").fill("number")
    page.locator("#q").press("Enter")
    expect(page.locator("#count")).to_have_text("59")
    page.locator("#chip-tag").click()
    page.get_by_label("VIP").check()
    page.locator(".bk-filter[open] .bk-pop-done").click()
    expect(page.locator(ROWS)).to_have_count(10)
    page.get_by_role("link", name="Surname").click()
    page.locator(".bk-pick").nth(0).check()
    page.locator(".bk-pick").nth(1).check()
    page.locator(".bk-bulk").get_by_role("button", name="Delete").click()
    expect(page.locator("main")).to_contain_text("2 customers")
    plain.close()


@pytest.mark.parametrize(
    ("width", "height", "scheme"),
    [
        pytest.param(1440, 900, "light", id="desktop"),
        pytest.param(360, 740, "dark", id="phone"),
    ],
)
@pytest.mark.parametrize(
    "address", [LIST, f"{LIST}?q=zzz&has=phone", reverse("customers:archived")]
)
def test_the_list_has_no_barrier_and_no_sideways_scroll(
    width: int, height: int, scheme: Any, address: str, live_server: LiveServer, page: Page,
    sign_in: Callable[[User], None], owner: User, people: list[Customer],
) -> None:  # fmt: skip
    CustomerFactory(last_name="W" * 100, email=f"{'x' * 200}@example.org", phone="+447700900123")
    Customer.objects.filter(first_name="Bob").update(archived_at=timezone.now())
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    sign_in(owner)
    page.goto(live_server.url + address)

    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]][:2]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for chip in page.locator(".bk-chip").all():
        box = chip.bounding_box()
        assert box is None or box["height"] < TWO_LINES
