"""The calendar in a browser: drag with a question and Undo, a new one by a click, no barrier."""

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from appointments.lanes import week_of
from appointments.models import Appointment, Provider, WorkingHours
from bookkinda.preferences import Preferences
from tests.factories import AppointmentFactory, CustomerFactory, ProviderFactory, ServiceFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CALENDAR = reverse("appointments:calendar")
NEXT_WEEK = [day + timedelta(days=7) for day in week_of(Preferences().today())]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of next week; 0 is Monday."""
    return datetime.combine(NEXT_WEEK[day], time(hour, minute), Preferences().zone)


@pytest.fixture
def tom(db: None) -> Provider:
    for day in range(5):
        WorkingHours.objects.create(weekday=day, start=9 * 60, end=17 * 60)
    tom: Provider = ProviderFactory(name="Tom", services=[ServiceFactory(name="Balayage")])
    return tom


@pytest.fixture
def ada(tom: Provider) -> Appointment:
    """On Tuesday from ten to eleven."""
    one: Appointment = AppointmentFactory(
        customer=CustomerFactory(first_name="Ada", last_name="King", email="ada@example.org"),
        provider=tom, service=tom.services.get(), start=at(1, 10), end=at(1, 11),
    )  # fmt: skip
    return one


@pytest.fixture
def desk(
    live_server: LiveServer, page: Page, sign_in: Callable[[User], None], front_desk: User,
    ada: Appointment,
) -> Page:  # fmt: skip
    sign_in(front_desk)
    page.goto(f"{live_server.url}{CALENDAR}?date={NEXT_WEEK[1]}")
    return page


def middle(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def hour_of(desk: Page) -> float:
    """How many pixels an hour is high."""
    box = desk.locator(".bk-lane").first.bounding_box()
    assert box
    return box["height"] / 8


def drag(desk: Page, event: Locator, *, days: int, hours: float) -> None:
    x, y = middle(event)
    lanes = desk.locator(".bk-lane")
    width = middle(lanes.nth(1))[0] - middle(lanes.nth(0))[0]
    desk.mouse.move(x, y)
    desk.mouse.down()
    desk.mouse.move(x + 8, y + 8)
    desk.mouse.move(x + days * width, y + hours * hour_of(desk), steps=4)
    desk.mouse.up()


def test_an_appointment_is_dragged_to_another_time_of_its_day(desk: Page) -> None:
    drag(desk, desk.get_by_role("link", name=re.compile("Ada King")), days=0, hours=2)

    dialog = desk.locator("#modal.show")
    expect(dialog).to_contain_text("Move Ada King, Balayage?")
    expect(dialog.get_by_label("Time")).to_have_value("12:00")


def test_an_appointment_is_dragged_confirmed_and_taken_back(
    desk: Page, ada: Appointment, complaints: list[str]
) -> None:
    event = desk.get_by_role("link", name=re.compile("Ada King"))
    drag(desk, event, days=2, hours=1.5)

    dialog = desk.locator("#modal.show")
    expect(dialog).to_contain_text("Move Ada King, Balayage?")
    expect(dialog.get_by_label("Time")).to_have_value("11:30")
    ada.refresh_from_db()
    assert ada.start == at(1, 10)  # nothing happens before it is confirmed
    dialog.get_by_label(re.compile("Send a message")).uncheck()
    dialog.get_by_role("button", name="Move").click()
    expect(desk.locator(".toast")).to_contain_text("Moved to")
    ada.refresh_from_db()
    assert ada.start == at(3, 11, 30)
    expect(desk).to_have_url(re.compile(rf"/calendar/\?date={NEXT_WEEK[1]}$"))

    desk.locator(".toast").get_by_role("button", name="Undo").click()
    expect(desk.locator(".toast")).to_contain_text("Undone")
    ada.refresh_from_db()
    assert ada.start == at(1, 10)
    assert complaints == []


def test_a_click_on_an_empty_place_books_somebody_who_is_searched_for(
    desk: Page, ada: Appointment, complaints: list[str]
) -> None:
    CustomerFactory(first_name="Grace", last_name="Hopper", email="grace@example.org")
    x, y = middle(desk.locator(".bk-lane").nth(2))
    desk.mouse.click(x, y + 4)  # 13:00 is in the middle of 9 to 17

    expect(desk.get_by_label("Day")).to_have_value(str(NEXT_WEEK[2]))
    expect(desk.get_by_label("Time")).to_have_value("13:00")
    desk.keyboard.type("hopper")
    desk.get_by_label(re.compile("Grace Hopper")).check()
    desk.get_by_label("Service").select_option(label="Balayage, 1 h")
    desk.get_by_label("Provider").select_option(label="Tom")
    expect(desk.locator("#advice")).to_contain_text("13:00–14:00")
    desk.locator("[data-save]").click()

    expect(desk.locator(".toast")).to_contain_text("Grace Hopper is booked")
    expect(desk.get_by_role("link", name=re.compile("Grace Hopper"))).to_be_visible()
    assert Appointment.objects.get(customer__first_name="Grace").start == at(2, 13)
    assert complaints == []


@pytest.mark.parametrize(
    ("width", "height", "scheme"),
    [pytest.param(1440, 900, "light", id="desktop"), pytest.param(360, 740, "dark", id="phone")],
)
def test_the_calendar_has_no_barrier_and_no_sideways_scroll(
    desk: Page, live_server: LiveServer, ada: Appointment, width: int, height: int, scheme: Any
) -> None:
    desk.set_viewport_size({"width": width, "height": height})
    desk.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    pages = [f"{CALENDAR}?view={view}&date={NEXT_WEEK[1]}" for view in ("day", "week", "month")]
    pages += [
        reverse("appointments:detail", args=[ada.pk]),
        reverse("appointments:move", args=[ada.pk]),
        f"{reverse('appointments:add')}?customer={ada.customer_id}",
    ]
    for address in pages:
        desk.goto(live_server.url + address)
        found = Axe().run(desk).response["violations"]
        said = [(one["id"], [node["html"] for node in one["nodes"]][:2]) for one in found]
        assert (address, said) == (address, [])
        assert desk.evaluate("document.documentElement.scrollWidth") <= width
