"""No page keeps anybody out: axe finds nothing, nothing is too wide, no script breaks."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from appointments.models import Appointment, Block, Suggestion
from bookkinda.preferences import Preferences
from customers.models import Customer
from tests.factories import (
    AppointmentFactory,
    CustomerFactory,
    DeliveryFactory,
    ProviderFactory,
    ServiceFactory,
    TagFactory,
    open_daily,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PUBLIC = ["accounts:sign-in", "account_reset_password", "account_reset_password_done"]
BACK_OFFICE = [
    "accounts:account",
    "accounts:password",
    "accounts:sessions",
    "accounts:second-factor",
    "business:dashboard",
    "business:settings",
    "business:booking",
    "business:first-steps",
    "business:remove-sample",
    "accounts:staff",
    "accounts:add-staff",
    "customers:list",
    "customers:archived",
    "customers:add",
    "customers:changes",
    "customers:tags",
    "customers:export",
    "notifications:workflows",
    "notifications:log",
    "notifications:health",
    "notifications:channels",
    "notifications:mailbox",
    "appointments:calendar",
    "appointments:add",
    "appointments:suggestions",
    "appointments:services",
    "appointments:add-service",
    "appointments:providers",
    "appointments:add-provider",
    "appointments:hours",
    "appointments:add-days",
    "appointments:blocks",
]
CHANNELS = ["email", "sms", "whatsapp"]
OF_A_CUSTOMER = ["customers:profile", "customers:edit", "customers:delete"]
OF_AN_APPOINTMENT = ["detail", "move", "cancel", "status"]
OF_A_MESSAGE = ["notifications:message", "notifications:resend"]
OF_A_DELETED_CUSTOMER = ["customers:profile", "customers:edit", "customers:erase"]
SCREENS = [
    pytest.param(1440, 900, "light", id="desktop"),
    pytest.param(360, 740, "dark", id="phone"),
]


def barriers(page: Page, address: str) -> list[str]:
    """What axe and a ruler find on the page at the address."""
    page.goto(address)
    page.wait_for_timeout(100)
    found = [
        f"{address}: {violation['id']} at {violation['nodes'][0]['target']}"
        for violation in Axe().run(page).response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{address}: wider than the screen")
    return found


def booked(customer: Customer) -> Appointment:
    """An appointment that waits for an answer, among all that a business has set up."""
    open_daily()
    service = ServiceFactory(name="Cut" + "t" * 97, category="Hair", price=48)
    provider = ProviderFactory(name="Elif" + "f" * 96, services=[service])
    start = timezone.now() + timedelta(minutes=5)
    Block.objects.create(email=f"{'a' * 60}@example.org", reason="r" * 300)
    made: Appointment = AppointmentFactory(
        customer=customer, service=service, provider=provider, start=start,
        status=Appointment.Status.PENDING, note="n" * 1000,
    )  # fmt: skip
    values = {"last_name": "L" * 100, "phone": "+442079460000"}
    Suggestion.objects.create(customer=customer, values=values, appointment=made)
    return made


@pytest.mark.parametrize(("width", "height", "scheme"), SCREENS)
def test_no_page_has_a_barrier(
    width: int,
    height: int,
    scheme: str,
    live_server: LiveServer,
    page: Page,
    sign_in: Callable[[User], None],
    owner: User,
    manager: User,
    complaints: list[str],
):
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")

    ada = CustomerFactory(first_name="Ada" + "a" * 97, last_name="Lovelace", note="n" * 1000)
    ada.tags.set([TagFactory(tone="violet"), TagFactory()])
    bob = CustomerFactory(archived_at=timezone.now())

    failed = DeliveryFactory(
        message__customer=ada, state="failed", code="smtp-550", to=f"{'a' * 60}@example.org"
    )

    Preferences(sample_since=timezone.now()).save()  # the banner stands on every page
    visit = booked(ada)

    found = [each for name in PUBLIC for each in barriers(page, live_server.url + reverse(name))]
    sign_in(owner)
    pages = [reverse(name) for name in BACK_OFFICE]
    pages += [reverse("accounts:edit-staff", args=[user.pk]) for user in (owner, manager)]
    pages += [reverse(name, args=[ada.pk]) for name in OF_A_CUSTOMER]
    pages += [reverse(name, args=[bob.pk]) for name in OF_A_DELETED_CUSTOMER]
    pages += [reverse("notifications:template", args=["portal-access", way]) for way in CHANNELS]
    pages += [reverse(name, args=[failed.message_id]) for name in OF_A_MESSAGE]
    pages += [reverse(f"appointments:{name}", args=[visit.pk]) for name in OF_AN_APPOINTMENT]
    pages += [f"{reverse('appointments:calendar')}?view={view}" for view in ("day", "month")]
    pages += [reverse("booking:manage", args=[visit.token])]
    found += [each for path in pages for each in barriers(page, live_server.url + path)]

    assert found == []
    assert complaints == []
