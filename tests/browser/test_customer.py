"""One customer in a real browser: added, refused, edited, deleted, brought back, erased."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from customers.archiving import archive_customers
from customers.editing import edit_customer
from customers.models import ChangeSet, Customer, Note
from tests.customers import pictures
from tests.factories import CustomerFactory, TagFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("media"),
]
SOURCE = ChangeSet.Source.BACK_OFFICE
REFUSED = re.compile(r"422 \(Unprocessable")  # Chromium's own word about a refused form


def at(server: LiveServer, name: str, *args: object) -> str:
    return server.url + reverse(f"customers:{name}", args=args)


@pytest.mark.parametrize(
    ("width", "height", "scheme"),
    [
        pytest.param(1440, 900, "light", id="desktop"),
        pytest.param(360, 740, "dark", id="phone"),
    ],
)
def test_no_page_about_a_customer_has_a_barrier(
    width: int,
    height: int,
    scheme: Any,
    live_server: LiveServer,
    page: Page,
    sign_in: Callable[[User], None],
    owner: User,
    complaints: list[str],
) -> None:
    ada = CustomerFactory(first_name="Ada", last_name="B" * 100, note="n" * 300)
    gone = CustomerFactory(first_name="Gone", email=f"{'x' * 60}@example.org")
    ada.tags.add(TagFactory(name="VIP"))
    Note.objects.create(customer=ada, author=owner, author_name="Olive", text="w" * 200)
    edit_customer(ada, by=owner, source=SOURCE, expected_version=1, note="o" * 300)
    act = archive_customers(Customer.objects.filter(pk=gone.pk), by=owner, source=SOURCE).change_set
    sign_in(owner)
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    addresses = [
        at(live_server, "add"),
        at(live_server, "profile", ada.pk),
        at(live_server, "edit", ada.pk),
        at(live_server, "delete", ada.pk),
        at(live_server, "profile", gone.pk),
        at(live_server, "erase", gone.pk),
        at(live_server, "changes"),
        at(live_server, "change", act.pk),
        at(live_server, "tags"),
        at(live_server, "tag", ada.tags.get().pk),
    ]

    found = []
    for address in addresses:
        page.goto(address)
        page.wait_for_timeout(100)
        found += [f"{address}: {barrier}" for barrier in barriers(page)]
    page.goto(at(live_server, "profile", ada.pk))
    page.get_by_role("link", name="Delete", exact=True).click()
    expect(page.get_by_role("link", name="Keep it")).to_be_focused()
    found += [f"dialog: {barrier}" for barrier in barriers(page)]

    assert found == []
    assert complaints == []


def barriers(page: Page) -> list[str]:
    """What axe and a ruler find on the page that is shown."""
    violations = Axe().run(page).response["violations"]
    found = [f"{each['id']} at {each['nodes'][0]['target']}" for each in violations]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("wider than the screen")
    return found


def test_a_refused_form_leads_to_what_is_wrong_and_keeps_the_picture(
    live_server: LiveServer,
    page: Page,
    sign_in: Callable[[User], None],
    manager: User,
    tmp_path: Path,
    complaints: list[str],
) -> None:
    ada = CustomerFactory(first_name="Ada", last_name="Byron", email="ada@example.org")
    chosen = tmp_path / "me.jpg"
    chosen.write_bytes(pictures.picture())
    sign_in(manager)
    page.goto(at(live_server, "add"))

    page.set_input_files("#id_photo", chosen)
    assert page.get_attribute("#photo", "src").startswith("blob:")  # type: ignore[union-attr]
    page.fill("#id_email", "ada@example.org")
    page.fill("#id_phone", "12")
    hint = page.get_by_role("link", name="Ada Byron")
    expect(hint).to_have_attribute("href", reverse("customers:profile", args=[ada.pk]))
    page.keyboard.press("Control+s")

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("2 things need your attention")
    summary.get_by_role("link", name="Name: A customer needs a name.").click()
    expect(page.locator("#id_first_name")).to_be_focused()
    page.keyboard.type("Eve")
    page.fill("#id_phone", "")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Eve", level=1)).to_be_visible()
    assert Customer.objects.get(first_name="Eve").photo
    picture = page.locator(".bk-pagehead img")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 512
    assert [each for each in complaints if not REFUSED.search(each)] == []


def test_delete_in_the_dialog_undo_in_the_message_and_erase_by_the_typed_word(
    live_server: LiveServer,
    page: Page,
    sign_in: Callable[[User], None],
    owner: User,
    complaints: list[str],
) -> None:
    ada = CustomerFactory(first_name="Ada", last_name="Byron")
    sign_in(owner)
    profile = at(live_server, "profile", ada.pk)

    page.goto(profile)
    page.get_by_role("link", name="Delete", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("status").get_by_text("Ada Byron is deleted.")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).first.click()
    expect(page.get_by_text("Undone for 1 customer.")).to_be_visible()
    ada.refresh_from_db()
    assert not ada.is_archived

    archive_customers(Customer.objects.all(), by=owner, source=SOURCE)
    page.goto(profile)
    page.get_by_role("link", name="Erase for good").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Type ERASE").fill("erase")
    dialog.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_role("alert").first).to_contain_text("Type ERASE in capital letters")
    page.get_by_label("Type ERASE").fill("ERASE")
    page.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_text("One customer is erased for good.")).to_be_visible()
    assert not Customer.objects.exists()
    assert [each for each in complaints if not REFUSED.search(each)] == []


@pytest.fixture
def without_scripts(browser: Browser, context: BrowserContext) -> Any:
    """A browser that runs no scripts, signed in like the other one."""

    def opened() -> Page:
        other = browser.new_context(
            java_script_enabled=False, storage_state=context.storage_state()
        )
        return other.new_page()

    return opened


def test_everything_about_a_customer_works_without_scripts(
    live_server: LiveServer,
    without_scripts: Callable[[], Page],
    sign_in: Callable[[User], None],
    owner: User,
) -> None:
    TagFactory(name="VIP")
    sign_in(owner)
    page = without_scripts()

    page.goto(at(live_server, "add"))
    page.get_by_label("Name", exact=True).fill("Ada")
    page.locator("label", has_text="VIP").click()
    page.get_by_role("button", name="SAVE", exact=True).click()
    expect(page.get_by_text("Ada is added.")).to_be_visible()
    page.get_by_label("New note").fill("Patch test done")
    page.get_by_role("button", name="Add note").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Surname").fill("Byron")
    page.get_by_role("button", name="SAVE", exact=True).click()
    expect(page.get_by_text("Ada Byron is saved.")).to_be_visible()

    page.get_by_role("link", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Undo", exact=True).first.click()
    ada = Customer.objects.get()
    assert (ada.is_archived, ada.last_name, str(ada.tags.get())) == (False, "Byron", "VIP")
    assert ada.notes.get().text == "Patch test done"
    page.context.close()
