"""Signing in as people do it, in a real browser under the real content security policy."""

import re
import time
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from playwright.sync_api import Browser, CDPSession, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from accounts.staff import require_second_factor
from bookkinda.worker import run_due_jobs
from tests.accounts.test_passwords import link_in, path_of
from tests.browser.test_access import barriers
from tests.factories import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "tea kettle 47 harbour"


@pytest.fixture(autouse=True)
def nothing_complained_of(complaints: list[str]) -> Iterator[None]:
    """No script error and no breach of the content security policy in any story."""
    yield
    assert [each for each in complaints if "429" not in each] == []


@pytest.fixture
def open_page(live_server: LiveServer, page: Page):
    return lambda path: page.goto(f"{live_server.url}{path}")


def type_login(page: Page, email: str, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def confirm_password(page: Page) -> None:
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def next_code_for(secret: str) -> str:
    """Of the next half minute: the present one was used up by setting up the app."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + 1))


def check_access(page: Page) -> None:
    violations = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["target"]) for each in violations] == []


def test_staff_sign_in_land_on_the_dashboard_and_sign_out(open_page, page: Page, owner: User):
    open_page("/")
    expect(page.get_by_label("E-mail")).to_be_focused()
    type_login(page, "OWNER@example.org")
    expect(page.get_by_role("heading", name="Dashboard", level=1)).to_be_visible()

    open_page("/sign-out/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", name="Sign in to Bookkinda")).to_be_visible()
    open_page("/account/")
    expect(page.get_by_role("heading", name="Sign in to Bookkinda")).to_be_visible()


def test_a_customer_signs_in_and_sees_the_panel(open_page, page: Page, panel_user: User):
    open_page("/")
    type_login(page, panel_user.email)

    expect(page.get_by_role("heading", name="Hello Cora")).to_be_visible()
    check_access(page)
    page.get_by_role("link", name="Profile").click()
    page.get_by_role("link", name="Change password").click()
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill(NEW)
    page.get_by_label("New password again").fill(NEW)
    page.get_by_role("button", name="SAVE").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()


def test_a_wrong_password_says_so_to_ear_and_eye_and_keeps_the_address(
    open_page, page: Page, owner: User
):
    open_page("/sign-in/")
    type_login(page, owner.email, "not the password")

    alert = page.get_by_role("alert")
    expect(alert).to_have_text(re.compile("The e-mail or the password is not right"))
    expect(alert).to_be_focused()
    expect(page).to_have_title(re.compile("^Error:"))
    expect(page.get_by_label("E-mail")).to_have_value(owner.email)
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    check_access(page)


def test_too_many_tries_offer_a_new_password(open_page, page: Page, owner: User):
    open_page("/sign-in/")
    for _ in range(6):
        type_login(page, owner.email, "not the password")

    expect(page.get_by_role("alert")).to_have_text(re.compile("Too many tries"))
    page.get_by_role("link", name="Forgot password?").click()
    expect(page.get_by_role("heading", name="Forgot password?")).to_be_visible()


def test_a_forgotten_password_is_chosen_anew(open_page, page: Page, owner: User):
    open_page("/sign-in/")
    page.get_by_role("link", name="Forgot password?").click()
    page.get_by_label("E-mail").fill(owner.email)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    run_due_jobs()

    open_page(path_of(link_in(mail.outbox[0])))
    check_access(page)
    page.get_by_label("New password", exact=True).fill(NEW)
    page.get_by_label("New password again").fill(NEW)
    page.get_by_role("button", name="SAVE").click()
    expect(page.get_by_role("heading", name="Your password is changed")).to_be_visible()

    open_page("/account/")
    type_login(page, owner.email, NEW)
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    open_page(path_of(link_in(mail.outbox[0])))
    expect(page.get_by_role("heading", name="This link does not work any more")).to_be_visible()


def set_up_app(open_page, page: Page) -> str:
    """Through the pages; the key of the app."""
    open_page("/account/second-factor/")
    page.get_by_role("link", name="Set up the app").click()
    confirm_password(page)
    check_access(page)
    page.get_by_text("Cannot scan it?").click()
    secret = page.locator("details code").inner_text()
    picture = page.get_by_role("img", name="QR code of the key")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    page.get_by_label("Code from the app").fill(code_for(secret))
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    return secret


def sign_out(open_page, page: Page) -> None:
    open_page("/sign-out/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()


def test_an_app_is_set_up_and_asked_for(open_page, page: Page, owner: User):
    open_page("/account/")
    type_login(page, owner.email)
    secret = set_up_app(open_page, page)
    check_access(page)
    sign_out(open_page, page)

    open_page("/account/")
    type_login(page, owner.email)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    check_access(page)
    page.get_by_label("Code", exact=True).fill(next_code_for(secret))
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def test_a_recovery_code_opens_once(open_page, page: Page, owner: User):
    open_page("/account/")
    type_login(page, owner.email)
    set_up_app(open_page, page)
    code = page.locator(".bk-codelist li").first.inner_text()
    sign_out(open_page, page)

    for _ in range(2):
        open_page("/account/")
        type_login(page, owner.email)
        page.get_by_label("Code", exact=True).fill(code)
        page.get_by_role("button", name="Sign in", exact=True).click()
        if page.get_by_role("heading", name="Your account").is_visible():
            sign_out(open_page, page)

    expect(page.get_by_text("This code is not right")).to_be_visible()


@pytest.fixture
def authenticator(page: Page) -> CDPSession:
    """A passkey device built into the browser, which says yes to everything."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session


def test_a_passkey_is_added_and_asked_for(
    open_page, page: Page, owner: User, authenticator: CDPSession
):
    open_page("/account/")
    type_login(page, owner.email)
    open_page("/account/second-factor/")
    page.get_by_role("link", name="Add a passkey").click()
    confirm_password(page)
    check_access(page)
    page.get_by_label("Name").fill("Work laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    open_page("/account/second-factor/")
    expect(page.get_by_text("Work laptop")).to_be_visible()
    check_access(page)
    sign_out(open_page, page)

    open_page("/account/")
    type_login(page, owner.email)
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    assert Authenticator.objects.get(user=owner, type="webauthn").last_used_at


def test_a_browser_that_hands_over_no_passkey_is_told(open_page, page: Page, owner: User):
    open_page("/account/")
    type_login(page, owner.email)
    open_page("/account/second-factor/passkeys/add/")
    confirm_password(page)
    page.evaluate("() => { navigator.credentials.create = () => Promise.reject(new Error('no')); }")

    page.get_by_role("button", name="Add a passkey").click()

    expect(page.get_by_text("The browser did not hand over a passkey")).to_be_visible()


def test_who_must_have_a_second_factor_is_led_to_set_one_up(open_page, page: Page, reader: User):
    require_second_factor(reader, required=True)
    open_page("/account/")
    type_login(page, reader.email)

    expect(page.get_by_text("The owner asks you to use a second factor")).to_be_visible()
    check_access(page)
    set_up_app(open_page, page)
    open_page("/account/")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def test_a_lost_phone_is_signed_out_from_the_laptop(
    open_page, page: Page, browser: Browser, live_server: LiveServer, owner: User
):
    phone = browser.new_context(user_agent="Mozilla/5.0 (Android 14) Firefox/128.0").new_page()
    phone.goto(f"{live_server.url}/account/")
    type_login(phone, owner.email)
    open_page("/account/sessions/")
    type_login(page, owner.email)
    check_access(page)

    page.get_by_role("button", name="Sign out Firefox on Android").click()

    expect(page.get_by_text("That device is signed out.")).to_be_visible()
    phone.reload()
    expect(phone.get_by_role("heading", name="Sign in to Bookkinda")).to_be_visible()
    phone.context.close()


def test_signing_out_everywhere_leads_to_the_sign_in_page(open_page, page: Page, owner: User):
    open_page("/account/sessions/")
    type_login(page, owner.email)

    page.get_by_role("button", name="Sign out everywhere").click()

    expect(page.get_by_role("heading", name="Sign in to Bookkinda")).to_be_visible()


def test_everything_but_passkeys_works_without_scripts(
    browser: Browser, live_server: LiveServer, owner: User
):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/account/")
    type_login(page, owner.email)
    page.goto(f"{live_server.url}/account/second-factor/app/add/")
    confirm_password(page)
    page.get_by_text("Cannot scan it?").click()
    secret = page.locator("details code").inner_text()
    page.get_by_label("Code from the app").fill(code_for(secret))
    page.get_by_role("button", name="Set up").click()

    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    context.close()


def test_no_page_of_a_customer_has_a_barrier_on_a_dark_phone(
    live_server: LiveServer, page: Page, sign_in, panel_user: User
):
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    sign_in(panel_user)

    pages = ["/panel/", "/panel/profile/", "/panel/email/", "/panel/email/confirm/x/"]
    pages += ["/account/password/", "/account/sessions/", "/sign-out/"]
    found = [each for path in pages for each in barriers(page, f"{live_server.url}{path}")]

    assert found == []
