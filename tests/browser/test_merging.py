"""From two records of one person to one, and back again."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from customers.editing import edit_customer
from customers.models import ChangeSet, Customer, Note
from tests.factories import CustomerFactory, TagFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[User], None]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


@pytest.fixture
def zoes() -> tuple[Customer, Customer]:
    """One person twice, and a family that shares an address."""
    zoe = CustomerFactory(
        first_name="Zoë", last_name="Müller", email="zoe@example.org", note="Tea", phone=""
    )
    again = CustomerFactory(
        first_name="Zoe", last_name="Müller", email="zoe@example.org", note="Coffee",
        phone="+447700900111",
    )  # fmt: skip
    again.tags.set([TagFactory(name="VIP")])
    Note.objects.create(customer=again, text="Came on Friday", author_name="Max")
    for name in ("Anna", "Piotr"):
        CustomerFactory(first_name=name, last_name="Nowak", email="family@example.org")
    return zoe, again


def check_access(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_inbox_is_emptied_by_telling_apart_and_by_merging_and_undo_brings_all_back(
    live_server: LiveServer,
    page: Page,
    sign_in: SignIn,
    front_desk: User,
    zoes: tuple[Customer, Customer],
    complaints: list[str],
):
    sign_in(front_desk)
    page.goto(f"{live_server.url}/backoffice/customers/")
    page.get_by_role("button", name="More").click()
    page.get_by_role("link", name="Duplicates").click()
    pairs = page.locator(".bk-pair")
    expect(pairs).to_have_count(2)
    expect(pairs.first).to_contain_text("Same name")
    expect(pairs.last).to_contain_text("perhaps a family")
    check_access(page)

    # A family: told apart, asked again by mistake, told apart for good.
    pairs.last.get_by_role("button", name="Not the same").click()
    expect(page.get_by_text("are two people. You are not asked again.")).to_be_visible()
    expect(pairs).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(pairs).to_have_count(2)
    pairs.last.get_by_role("button", name="Not the same").click()
    page.get_by_role("link", name="Not the same").click()
    expect(page.get_by_text("Told apart by Fay Desk")).to_be_visible()
    check_access(page)
    page.get_by_role("link", name="To look at").click()

    # One person: somebody else changes her while she is looked at; then merged, as chosen.
    pairs.first.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("radio", name="Zoë")).to_be_checked()
    expect(page.get_by_role("radio", name="Both")).to_be_checked()
    check_access(page)
    page.locator("[value=other][name=note]").check()
    source = ChangeSet.Source.BACK_OFFICE
    edit_customer(zoes[0], by=None, source=source, expected_version=1, external_id="A-1")
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing is merged yet")
    expect(page.locator("[value=other][name=note]")).to_be_checked()
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_text("Zoe Müller is merged into Zoë Müller.")).to_be_visible()
    expect(page.get_by_role("heading", name="No duplicates")).to_be_visible()

    # The old address leads to her; everything is there.
    page.goto(f"{live_server.url}/backoffice/customers/{zoes[1].pk}/")
    expect(page.get_by_role("heading", name="Zoë Müller")).to_be_visible()
    expect(page.get_by_role("alert").or_(page.locator(".alert"))).to_contain_text("was merged into")
    for words in ("Came on Friday", "VIP", "+44 7700 900111", "A-1", "Note: Tea"):
        expect(page.get_by_text(words).first).to_be_visible()
    check_access(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The merge is undone")).to_be_visible()
    assert set(Customer.objects.live().filter(last_name="Müller")) == set(zoes)
    assert [each for each in complaints if "422" not in each] == []


def test_on_a_phone_and_without_scripts_two_are_found_and_merged(
    live_server: LiveServer,
    browser: Browser,
    context: BrowserContext,
    sign_in: SignIn,
    front_desk: User,
    zoes: tuple[Customer, Customer],
):
    sign_in(front_desk)
    phone = browser.new_context(
        storage_state=context.storage_state(), java_script_enabled=False, **PHONE
    )
    page = phone.new_page()
    page.goto(f"{live_server.url}/backoffice/customers/{zoes[0].pk}/")

    page.get_by_role("link", name="Merge").tap()
    page.get_by_label("Search by name").fill("zoe")
    page.get_by_role("button", name="Search").tap()
    page.get_by_role("link", name="Compare").tap()
    page.get_by_role("link", name="Keep this one instead").tap()
    width = page.locator("body").bounding_box()
    assert width is not None
    assert width["width"] <= 360
    page.get_by_role("radio", name="Zoë").check()
    page.get_by_role("button", name="Merge").tap()

    expect(page.get_by_role("heading", name="Zoë Müller")).to_be_visible()
    expect(page.get_by_text("Zoë Müller is merged into Zoë Müller.")).to_be_visible()
    assert Customer.objects.live().get(last_name="Müller") == zoes[1]
    phone.close()
