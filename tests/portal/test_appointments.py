"""What customers see of their appointments, and what they do with them."""

from datetime import timedelta

import pytest
from django.test import Client

from appointments.models import Appointment, AppointmentChange
from bookkinda.preferences import Preferences
from customers.models import ChangeSet
from tests.factories import CustomerFactory, ProviderFactory, ServiceFactory, UserFactory
from tests.portal.conftest import NOW, THURSDAY_TEN, at, link, panel

pytestmark = pytest.mark.django_db
Status = Appointment.Status
ELEVEN = (THURSDAY_TEN + timedelta(days=1, hours=1)).isoformat()


def test_the_next_one_comes_first_and_what_was_follows(client, cora, cut, elif_):
    at(NOW + timedelta(days=9), customer=cora, service=cut, provider=elif_)
    at(NOW + timedelta(days=2), customer=cora, service__name="Patch test")
    at(NOW - timedelta(days=30), customer=cora, service__name="Blow-dry", status=Status.DONE)
    at(NOW - timedelta(days=60), customer=cora, service__name="Gloss", status=Status.NO_SHOW)
    at(NOW + timedelta(days=1), customer=cora, service__name="Trim", status=Status.CANCELLED)

    page = client.get("/panel/").text

    order = ["Upcoming", "Patch test", "Cut and colour", "Past", "Trim", "Blow-dry", "Gloss"]
    assert sorted(order, key=page.index) == order
    assert "Fri 20 Nov, 08:00–09:00" in page
    for badge in ("Confirmed", "Cancelled", "Done", "No-show"):
        assert badge in page


def test_the_home_page_asks_as_many_questions_for_one_appointment_as_for_nine(
    client, cora, cut, elif_, django_assert_num_queries
):
    # Session, person, customer, business; coming, how many past, past, the wish to be deleted.
    def look() -> None:
        with django_assert_num_queries(11):
            client.get("/panel/")

    at(NOW + timedelta(days=2), customer=cora, service=cut, provider=elif_)
    at(NOW - timedelta(days=2), customer=cora, service=cut, provider=elif_)
    client.get("/panel/")
    look()
    for day in range(3, 7):
        at(NOW + timedelta(days=day), customer=cora, service=cut, provider=elif_)
        at(NOW - timedelta(days=day), customer=cora, service=cut, provider=elif_)
    look()


def test_inside_the_window_the_page_says_why_and_whom_to_call(client, cora, cut, elif_):
    soon = at(NOW + timedelta(hours=5), customer=cora, service=cut, provider=elif_)

    home = client.get("/panel/").text

    assert panel("move", soon) not in home
    assert panel("cancel", soon) not in home
    assert "It could be rescheduled or cancelled until Tue 17 Nov, 13:00." in home
    assert "0113 496 0123" in home
    for page in ("move", "cancel"):
        for answer in (client.get(panel(page, soon)), client.post(panel(page, soon), {})):
            assert answer.status_code == 409
            assert "24 hours before it begins" in answer.text
    soon.refresh_from_db()
    assert (soon.status, soon.version) == (Status.CONFIRMED, 1)


def test_a_service_may_have_windows_of_its_own(client, cora, cut, elif_):
    cut.cancel_notice, cut.reschedule_notice = 0, 72
    cut.save()
    soon = at(NOW + timedelta(days=2), customer=cora, service=cut, provider=elif_)

    home = client.get("/panel/").text

    assert panel("cancel", soon) in home
    assert panel("move", soon) not in home
    assert "3 days" in home


@pytest.mark.parametrize("way", [panel, link])
def test_a_customer_moves_an_appointment_and_history_says_who(client, booked, panel_user, way):
    move = way("move", booked) if way is panel else way("manage-move", booked)
    times = client.get(move).text
    assert "November 2026" in times
    assert "start=2026-11-20T11%3A00%3A00%2B00%3A00" in times
    confirm = client.get(move, {"start": ELEVEN}).text
    assert "Move to Fri 20 Nov, 11:00–12:00" in confirm

    sent = {"start": ELEVEN, "provider": booked.provider_id, "version": 1}
    answer = client.post(move, sent, follow=True)

    assert "Your appointment is moved: Fri 20 Nov, 11:00–12:00." in answer.text
    booked.refresh_from_db()
    assert (booked.start.isoformat(), booked.sequence, booked.version) == (ELEVEN, 1, 2)
    change = AppointmentChange.objects.get()
    by_whom = (change.change_set.source, change.change_set.by)
    panels, links = (ChangeSet.Source.PANEL, panel_user), (ChangeSet.Source.BOOKING, None)
    assert by_whom == (panels if way is panel else links)
    assert client.post(move, sent).status_code == 302
    assert AppointmentChange.objects.count() == 1


def test_a_time_that_went_meanwhile_leads_back_to_the_times(client, booked, elif_):
    at(booked.start + timedelta(hours=1), service=booked.service, provider=elif_)

    for answer in (
        client.get(panel("move", booked), {"start": ELEVEN}),
        client.post(panel("move", booked), {"start": ELEVEN, "version": 1}),
    ):
        assert answer.status_code == 409
        assert "not free any more" in answer.text
        assert "November 2026" in answer.text
    booked.refresh_from_db()
    assert booked.version == 1


@pytest.mark.parametrize(
    "start",
    [
        "", "x", "2026-11-20T11:00", "2026-11-20T03:00:00+00:00", "2026-11-18T08:30:00+00:00",
        "2036-11-20T11:00:00+00:00", "2026-11-20T11:07:00+00:00", "0001-01-01T00:00:00+00:00",
        "9999-12-31T23:59:59-12:00",
    ],
)  # fmt: skip
def test_nothing_but_what_is_offered_can_be_chosen(client, booked, start):
    for answer in (
        client.get(panel("move", booked), {"start": start}),
        client.post(panel("move", booked), {"start": start, "version": 1}),
    ):
        assert answer.status_code == 409
    booked.refresh_from_db()
    assert booked.version == 1


def test_somebody_else_is_chosen_only_when_asked_for(client, booked, cut):
    at(booked.start + timedelta(hours=1), service=cut, provider=booked.provider)
    tom = ProviderFactory(name="Tom Okafor", services=[cut])
    other = ProviderFactory(name="Not for this")
    move = panel("move", booked)
    assert "Show times with anyone" in client.get(move).text

    assert client.get(move, {"start": ELEVEN}).status_code == 409
    assert "Tom Okafor" in client.get(move, {"start": ELEVEN, "with": "anyone"}).text
    sent = {"start": ELEVEN, "version": 1}
    assert client.post(move, {**sent, "provider": other.pk}).status_code == 409
    client.post(move, {**sent, "provider": tom.pk})

    booked.refresh_from_db()
    assert booked.provider == tom


def test_what_staff_changed_meanwhile_is_not_written_over(client, booked):
    Appointment.objects.update(version=2)

    answer = client.post(panel("move", booked), {"start": ELEVEN, "version": 1})

    assert answer.status_code == 409
    assert "was changed meanwhile" in answer.text


@pytest.mark.parametrize("way", [panel, link])
def test_a_customer_cancels_and_staff_read_why(client, booked, way):
    cancel = way("cancel", booked) if way is panel else way("manage-cancel", booked)
    page = client.get(cancel).text
    assert "Cancel this appointment?" in page
    assert "Reschedule instead" in page
    assert "You can cancel until Thu 19 Nov, 10:00." in page

    answer = client.post(cancel, {"reason": "I have a <b>cold</b>"}, follow=True)

    assert "Your appointment is cancelled." in answer.text
    booked.refresh_from_db()
    assert (booked.status, booked.note) == (Status.CANCELLED, "Cancelled: I have a <b>cold</b>")
    assert client.post(cancel, {}).status_code == 302
    assert client.get(cancel).status_code == 302
    booked.refresh_from_db()
    assert booked.version == 3


def test_what_is_over_can_be_neither_moved_nor_cancelled(client, cora, cut, elif_):
    over = at(NOW - timedelta(days=1), customer=cora, service=cut, provider=elif_)

    for page in ("move", "cancel"):
        answer = client.post(panel(page, over), {"start": ELEVEN})
        assert answer.status_code == 409
        assert "is over" in answer.text


def test_a_reason_that_is_too_long_is_refused_and_nothing_is_cancelled(client, booked):
    answer = client.post(panel("cancel", booked), {"reason": "x" * 301})

    assert answer.status_code == 422
    assert "x" * 301 in answer.text
    booked.refresh_from_db()
    assert booked.status == Status.CONFIRMED


PANEL_PAGES = [
    ("GET", "move"),
    ("POST", "move"),
    ("GET", "cancel"),
    ("POST", "cancel"),
    ("GET", "ics"),
]


@pytest.mark.parametrize(("method", "what"), PANEL_PAGES)
def test_somebody_elses_appointment_is_not_there(client, cora, booked, method, what):
    stranger = UserFactory(email="eve@example.org")
    CustomerFactory(email="eve@example.org", user=stranger)
    client.force_login(stranger)
    send = client.get if method == "GET" else client.post

    answer = send(panel(what, booked), {"start": ELEVEN, "version": 1})

    assert answer.status_code == 404
    assert booked.service.name not in answer.text
    booked.refresh_from_db()
    assert (booked.status, booked.version) == (Status.CONFIRMED, 1)


@pytest.mark.parametrize(("method", "what"), PANEL_PAGES)
def test_a_hold_and_a_number_that_is_none_are_not_there(client, cora, booked, method, what):
    held = at(
        NOW + timedelta(days=4), customer=cora, service=booked.service, provider=booked.provider,
        status=Status.HELD, held_until=NOW + timedelta(minutes=9),
    )  # fmt: skip
    send = client.get if method == "GET" else client.post

    assert send(panel(what, held)).status_code == 404
    held.pk = 2**63
    assert send(panel(what, held)).status_code == 404


def test_moving_and_cancelling_need_the_token_of_our_own_page(booked, panel_user):
    client = Client(enforce_csrf_checks=True)
    client.force_login(panel_user)

    own = [panel("move", booked), panel("cancel", booked)]
    by_link = [link("manage-move", booked), link("manage-cancel", booked)]
    others = ["delete/", "delete/keep/", "calendar/", "data.zip"]
    for address in [*own, *by_link, *(f"/panel/{path}" for path in others)]:
        assert client.post(address, {}).status_code == 403


def test_with_the_panel_off_nothing_of_it_is_left(client, booked):
    Preferences.objects.update(customer_panel_enabled=False)

    for page in ("move", "cancel", "ics"):
        assert "Not open at the moment" in client.get(panel(page, booked)).text
    assert client.get(link("manage", booked)).status_code == 200


def test_book_again_leads_to_the_times_of_the_same(client, cora, cut, elif_):
    at(NOW - timedelta(days=30), customer=cora, service=cut, provider=elif_, status=Status.DONE)
    hidden = ServiceFactory(name="Perm", is_online=False)
    at(NOW - timedelta(days=31), customer=cora, service=hidden, provider=elif_, status=Status.DONE)
    away = ProviderFactory(name="Tom Okafor", is_online=False, services=[cut])
    at(NOW - timedelta(days=32), customer=cora, service=cut, provider=away, status=Status.DONE)

    home = client.get("/panel/").text

    assert home.count("Book again") == 2
    assert f'href="/book/{cut.pk}/{elif_.pk}/"' in home
    assert f'href="/book/{cut.pk}/anyone/"' in home
    assert "Elif Demir" in client.get(f"/book/{cut.pk}/{elif_.pk}/").text


def test_while_the_owner_takes_no_bookings_the_panel_offers_none(client, cora, cut, elif_):
    at(NOW - timedelta(days=30), customer=cora, service=cut, provider=elif_, status=Status.DONE)
    assert 'href="/book/' in client.get("/panel/").text

    Preferences.objects.update(booking_enabled=False)

    assert 'href="/book/' not in client.get("/panel/").text
