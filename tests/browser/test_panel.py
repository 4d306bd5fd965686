"""A customer's way from the mail to the panel, in a real browser: the mail is one that a real mail
server took."""

import re
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from bookkinda.preferences import Preferences
from bookkinda.worker import run_due_jobs
from customers.models import ChangeSet, Customer
from customers.models.customer import Access
from notifications.portal_access import allow_one
from tests.browser.test_access import barriers
from tests.browser.test_signing_in import check_access, type_login
from tests.factories import CustomerFactory
from tests.servers.smtp import smtp_server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "tea kettle 47 harbour"


@pytest.fixture(autouse=True)
def nothing_complained_of(complaints: list[str]) -> Iterator[None]:
    """No script error and no breach of the content security policy in any story."""
    yield
    assert [each for each in complaints if "422" not in each] == []


@pytest.fixture
def mails(settings, live_server: LiveServer) -> Iterator[list[EmailMessage]]:
    settings.PUBLIC_BASE_URL = live_server.url
    with smtp_server() as (port, taken):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield taken


def words(mail: EmailMessage) -> str:
    body = mail.get_body(["plain"])
    return body.get_content() if body else ""


def found(pattern: str, mail: EmailMessage) -> str:
    match = re.search(pattern, words(mail))
    assert match, words(mail)
    return match[1]


def test_from_the_mail_with_the_password_through_the_forced_change_to_the_panel(
    page: Page, mails: list[EmailMessage], manager: User
):
    Preferences(business_name="Marlow & Finch").save()
    amelia = CustomerFactory(first_name="Amelia", last_name="Clarke", email="amelia@example.org")
    allow_one(amelia, by=manager, source=ChangeSet.Source.BACK_OFFICE)
    run_due_jobs()
    [mail] = mails
    username, password = found(r"Username: (\S+)", mail), found(r"Password: (\S+)", mail)

    page.goto(found(r"(https?://\S+/panel/)", mail))
    type_login(page, username, password)
    expect(page.get_by_role("heading", name="Choose your own password")).to_be_visible()
    check_access(page)
    page.goto(page.url.replace("/password/", "/profile/"))
    expect(page.get_by_role("heading", name="Choose your own password")).to_be_visible()
    page.get_by_label("New password", exact=True).fill(password)
    page.get_by_label("New password again").fill(password)
    page.get_by_role("button", name="SAVE and continue").click()
    expect(page.get_by_text("Choose another one")).to_be_visible()
    page.get_by_label("New password", exact=True).fill(NEW)
    page.get_by_label("New password again").fill(NEW)
    page.get_by_role("button", name="SAVE and continue").click()

    expect(page.get_by_role("heading", name="Hello Amelia")).to_be_visible()
    expect(page.get_by_text("No appointments yet")).to_be_visible()
    assert Customer.objects.get().access == Access.ACTIVE
    run_due_jobs()
    assert mails[1]["Subject"] == "Your password was changed"
    page.get_by_role("button", name="Sign out").click()
    type_login(page, username, password)
    expect(page.get_by_role("alert")).to_have_text(re.compile("is not right"))
    type_login(page, username, NEW)
    expect(page.get_by_role("heading", name="Hello Amelia")).to_be_visible()


def test_a_customer_signs_in_with_a_code_and_moves_to_another_address_without_scripts(
    browser: Browser, live_server: LiveServer, mails: list[EmailMessage], panel_user: User
):
    Preferences(panel_sign_in="code").save()
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{live_server.url}/sign-in/")
    page.get_by_role("link", name="Sign in with a code by e-mail").click()
    page.get_by_label("E-mail").fill(panel_user.email)
    page.get_by_role("button", name="Send the code").click()
    run_due_jobs()
    page.get_by_label("Code").fill(found(r"\b(\d{6})\b", mails[0]))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Profile").click()
    page.get_by_label("Surname").fill("Baker")
    page.get_by_role("button", name="SAVE").first.click()
    expect(page.get_by_text("Your profile is saved.")).to_be_visible()

    page.get_by_role("link", name="Change e-mail").click()
    page.get_by_label("New e-mail").fill("cora@baker.example")
    page.get_by_label("Your password").fill("correct horse battery")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_text("We sent a link to cora@baker.example")).to_be_visible()
    run_due_jobs()
    page.goto(found(r"(https?://\S+/panel/email/confirm/\S+)", mails[-1]))
    page.get_by_role("button", name="Confirm").click()

    expect(page.get_by_role("heading", name="Your e-mail is confirmed")).to_be_visible()
    customer = Customer.objects.get()
    assert (customer.last_name, customer.email) == ("Baker", "cora@baker.example")
    assert User.objects.get(pk=panel_user.pk).email == "cora@baker.example"
    context.close()


def test_what_is_asked_by_mail_has_no_barrier_on_a_dark_phone(live_server: LiveServer, page: Page):
    Preferences(panel_sign_in="code").save()
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")

    pages = ["/sign-in/", "/sign-in/mail/", "/sign-in/mail/sent/", "/sign-in/mail/x/"]
    assert [each for path in pages for each in barriers(page, live_server.url + path)] == []

    Preferences(customer_panel_enabled=False, phone="0113 496 0123").save()
    assert barriers(page, f"{live_server.url}/panel/") == []
