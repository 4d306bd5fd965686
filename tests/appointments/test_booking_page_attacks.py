"""What strangers try on the booking page: to learn who is known, to take what is not theirs, to
keep everybody out."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from appointments import form_token
from appointments.models import Appointment, Block, Suggestion
from bookkinda.preferences import FirstBooking, Preferences
from bookkinda.worker import run_due_jobs
from customers.models import Customer
from notifications.models import Message
from tests.appointments.visitor import (
    ELEVEN,
    GRACE,
    MONDAY,
    TEN,
    booked,
    choose,
    held,
    hidden,
    hold,
    send,
    text_of,
    times_of,
)
from tests.factories import AppointmentFactory, CustomerFactory, ProviderFactory, ServiceFactory

pytestmark = pytest.mark.django_db
ADA = {"first_name": "Ada", "last_name": "King", "email": "ada@example.org"}
SORRY = "We can&#x27;t take this booking online. Please call us."


@pytest.fixture
def ada(cut):
    """A customer whose address a stranger knows."""
    return CustomerFactory(first_name="Augusta", last_name="Lovelace", email="ada@example.org",
                           phone="+447700900111", note="Pays late")  # fmt: skip


def without(text, *words):
    for word in words:
        text = text.replace(word, "")
    return text


def answers(service, typed, start):
    """Status and page after each step for a visitor with these details."""
    client = Client()
    details = hold(client, service, start)
    token = details.rstrip("/").rpartition("/")[2]
    sent = send(client, details, **typed)
    done = client.get(sent.headers["Location"])
    page = without(text_of(done), token, typed["email"], f"{start:%H:%M}",
                   f"{start + timedelta(hours=1):%H:%M}")  # fmt: skip
    return sent.status_code, sent.headers["Location"].replace(token, ""), page


def test_a_known_address_is_answered_like_an_unknown_one(cut, ada):
    known = answers(cut, ADA, TEN)
    unknown = answers(cut, {**ADA, "email": "who@example.org"}, ELEVEN)

    assert known[:2] == unknown[:2]
    known_page = known[2].replace("Rowan Ferry", "").replace("Elif Aksoy", "")
    assert known_page == unknown[2].replace("Rowan Ferry", "").replace("Elif Aksoy", "")


def test_booking_with_a_known_address_changes_shows_and_signs_in_nobody(client, cut, ada):
    before = Customer.objects.filter(pk=ada.pk).values("first_name", "last_name", "phone", "note")
    before = before.get()

    answer = send(client, hold(client, cut), **ADA, phone="07700 900999")

    page = text_of(client.get(answer.headers["Location"]))
    assert booked().customer == ada
    assert Customer.objects.filter(pk=ada.pk).values(*before).get() == before
    assert not [word for word in ("Augusta", "Lovelace", "900111", "Pays") if word in page]
    assert "_auth_user_id" not in client.session
    assert not User.objects.exists()
    assert Suggestion.objects.get().values == {
        "first_name": "Ada", "last_name": "King", "phone": "+447700900999",
    }  # fmt: skip


@pytest.mark.parametrize("choice", [FirstBooking.ASK, FirstBooking.ALWAYS])
def test_booking_with_a_known_address_lets_nobody_log_in(client, cut, ada, choice):
    Preferences(login_on_booking=choice).save()

    send(client, hold(client, cut), **ADA, wants_login="on")
    run_due_jobs()

    assert not User.objects.exists()
    assert not Message.objects.filter(event="portal-access").exists()


def test_a_first_booking_lets_a_new_customer_log_in_who_wishes_it(client, cut):
    send(client, hold(client, cut), wants_login="on")
    run_due_jobs()
    assert Message.objects.filter(event="portal-access").count() == 1

    send(client, hold(client, cut, ELEVEN), email="other@example.org")
    run_due_jobs()
    assert Message.objects.filter(event="portal-access").count() == 1


def test_nobody_is_asked_whom_the_owner_gives_no_login(client, cut):
    Preferences(login_on_booking=FirstBooking.NEVER).save()
    details = hold(client, cut)

    assert "wants_login" not in text_of(client.get(details))
    send(client, details, wants_login="on")
    run_due_jobs()

    assert not User.objects.exists()


def test_the_blocked_the_busy_and_the_machine_get_one_neutral_sentence(client, cut, ada):
    pages = []
    Preferences(most_coming=1).save()
    AppointmentFactory(customer=ada, start=MONDAY + timedelta(days=3))
    pages.append(send(client, hold(client, cut), **ADA))
    Appointment.objects.all().delete()
    block = Block.objects.create(email="ada@example.org", reason="Never came")
    pages.append(send(client, hold(client, cut), **ADA))
    block.delete()
    pages.append(send(client, hold(client, cut), **ADA, website="https://spam.example"))

    assert [page.status_code for page in pages] == [403] * 3
    assert len({text_of(page) for page in pages}) == 1
    assert SORRY in text_of(pages[0])
    assert not Appointment.with_holds.exists()  # the time is free for others
    assert not Suggestion.objects.exists()
    assert Customer.objects.get() == ada


def test_who_is_refused_leaves_no_customer_behind(client, cut):
    Block.objects.create(email="grace@example.org")

    assert send(client, hold(client, cut)).status_code == 403

    assert not Customer.objects.exists()


def test_one_network_address_can_not_keep_the_calendar_busy(cut, rowan):
    answers = [
        choose(Client(), times_of(cut), TEN + timedelta(days=day)).status_code for day in range(16)
    ]

    assert answers == [302] * 15 + [429]
    assert len(held()) == 15
    other = {"REMOTE_ADDR": "203.0.113.9"}
    assert choose(Client(**other), times_of(cut), ELEVEN).status_code == 302


def test_one_address_is_booked_for_only_so_often(cut):
    Preferences(most_coming=None).save()
    answers = []
    for day in range(9):
        client = Client(REMOTE_ADDR=f"203.0.113.{day}")
        answers.append(send(client, hold(client, cut, TEN + timedelta(days=day))).status_code)

    assert answers == [302] * 8 + [403]


def test_links_and_search_engines_hold_nothing(client, cut):
    client.get(times_of(cut), {"start": TEN.isoformat()})
    client.head(times_of(cut))

    assert not held()


@pytest.mark.parametrize(
    "start",
    ["", "soon", "2027-01-04", "2027-01-04T10:00:00", "2027-01-04T10:07:00+00:00",
     "2027-01-04T22:00:00+00:00", "2027-01-03T10:00:00+00:00", "2029-01-04T10:00:00+00:00",
     "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"],
)  # fmt: skip
def test_a_time_that_is_not_offered_can_not_be_held(client, cut, start):
    sent = {**hidden(client.get(times_of(cut))), "start": start}

    assert client.post(times_of(cut), sent).status_code == 409
    assert not held()


def test_nobody_can_be_booked_who_does_not_provide_it_or_is_not_on_the_page(client, cut, rowan):
    stranger = ProviderFactory(services=[ServiceFactory()])
    hidden_one = ProviderFactory(services=[cut], is_online=False)
    sent = {**hidden(client.get(times_of(cut, rowan.pk))), "start": TEN.isoformat()}

    for provider in (stranger, hidden_one):
        assert client.post(times_of(cut, provider.pk), sent).status_code == 404
    assert not held()


def test_price_service_provider_and_time_are_not_the_visitors_to_say(client, cut, rowan):
    other = ServiceFactory(price=1)
    details = hold(client, cut, who=rowan.pk)

    send(client, details, price="0.01", service=str(other.pk), provider="0",
         start=ELEVEN.isoformat(), status="done", customer="1", currency="EUR")  # fmt: skip

    made = booked()
    assert (made.price, made.currency, made.service) == (cut.price, "GBP", cut)
    assert (made.provider, made.start, made.status) == (rowan, TEN, "confirmed")


def test_a_price_that_changed_is_shown_before_it_is_booked(client, cut):
    details = hold(client, cut)
    page = hidden(client.get(details))
    cut.price = 52
    cut.save()

    answer = client.post(details, {**page, **GRACE})

    assert answer.status_code == 409
    assert "£52" in text_of(answer)
    assert client.post(details, {**GRACE, **hidden(answer)}).status_code == 302
    assert booked().price == 52


@pytest.mark.parametrize("purpose", ["times", "details"])
@pytest.mark.parametrize("damage", ["", "x", "cut short", "another purpose", "old"])
def test_a_form_without_its_own_token_does_nothing(client, cut, monday, purpose, damage):
    details = hold(client, cut)
    address = times_of(cut) if purpose == "times" else details
    page = hidden(client.get(address))
    token = page["token"]
    if damage == "cut short":
        token = token[:-1]
    elif damage == "another purpose":
        facts = form_token.read(purpose, token)
        token = form_token.make("something else", **facts)
    elif damage == "old":
        monday.shift(timedelta(seconds=form_token.LASTS + 1))
    else:
        token = damage
    sent = {**page, **GRACE, "start": ELEVEN.isoformat(), "token": token}

    answer = client.post(address, sent)

    assert answer.status_code in {403, 410}
    assert not Appointment.objects.exists()
    assert len(held()) == 1


def test_a_token_of_one_hold_books_no_other(client, cut):
    mine, theirs = hold(client, cut), hold(Client(), cut, ELEVEN)
    page = hidden(client.get(mine))

    assert client.post(theirs, {**page, **GRACE}).status_code == 403
    assert not Appointment.objects.exists()


def test_a_form_that_was_refused_for_its_age_keeps_what_was_typed(client, cut):
    page = client.post(hold(client, cut), {**GRACE, "note": "Curls", "token": "x"})

    assert page.status_code == 403
    assert 'value="Hopper"' in text_of(page)
    assert "Curls" in text_of(page)
    assert 'name="token"' in text_of(page)


def test_somebody_elses_hold_can_be_given_up_only_with_its_token(client, cut):
    hold(Client(), cut)
    page = hidden(client.get(times_of(cut)))
    client.post(times_of(cut), {**page, "start": ELEVEN.isoformat(), "gives_up": "guess"})

    assert len(held()) == 2


def test_what_is_booked_is_not_given_up_by_its_token(client, cut):
    send(client, hold(client, cut))
    back = f"{times_of(cut)}?hold={booked().token}"

    choose(client, back, ELEVEN)

    assert booked().start == TEN


def test_all_of_it_works_without_a_cookie_and_leaves_none_but_the_greeting(cut):
    page = Client().get(times_of(cut))
    answer = Client().post(times_of(cut), {**hidden(page), "start": TEN.isoformat()})
    details = answer.headers["Location"]
    page = Client().get(details)
    answer = Client(enforce_csrf_checks=True).post(details, {**hidden(page), **GRACE})

    assert not page.cookies
    assert list(answer.cookies) == ["bookkinda_booked"]
    assert answer.cookies["bookkinda_booked"]["path"] == answer.headers["Location"]
    done = text_of(Client().get(answer.headers["Location"]))
    assert "You are booked" in done
    assert "Grace" not in done
    assert "grace@example.org" not in done


def test_addresses_with_a_token_are_told_to_nobody(client, cut):
    details = hold(client, cut)
    done = send(client, details).headers["Location"]

    for page in (client.get(done), client.get(hold(client, cut, ELEVEN))):
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["X-Robots-Tag"] == "noindex"
        assert page.headers["Cache-Control"] == "no-store"


def framing(page):
    policy = dict(
        part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; ")
    )
    return policy["frame-ancestors"], page.headers.get("X-Frame-Options")


def test_no_website_may_show_the_page_unless_the_owner_lists_it(client, cut):
    assert framing(client.get("/book/")) == ("'none'", "DENY")

    Preferences(booking_origins=["https://shop.example", "https://b.example:8443"]).save()

    listed = "'self' https://shop.example https://b.example:8443"
    for address in ("/book/", times_of(cut), hold(client, cut), "/book/0/"):
        assert framing(client.get(address)) == (listed, None)
    for address in ("/sign-in/", "/panel/", "/"):
        page = client.get(address, follow=True)
        assert framing(page) == ("'none'", "DENY")


def test_an_origin_can_not_loosen_anything_else(client, cut):
    Preferences(booking_origins=["https://a.example; script-src *", "*", "'self'", "data:"]).save()

    page = client.get("/book/")

    assert framing(page) == ("'none'", "DENY")
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]


def test_inside_of_a_website_the_page_has_no_head_of_its_own(client, cut):
    assert "/sign-in/" in text_of(client.get("/book/"))

    framed = client.get("/book/", headers={"Sec-Fetch-Dest": "iframe"})

    assert "/sign-in/" not in text_of(framed)


def test_what_a_visitor_writes_is_only_text(client, cut):
    script = "<script>alert(1)</script>"

    answer = send(client, hold(client, cut), first_name=script, note=script)

    assert script not in text_of(client.get(answer.headers["Location"]))
    assert script not in text_of(client.post(hold(client, cut, ELEVEN), {"first_name": script}))
