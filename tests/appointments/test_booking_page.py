"""The booking page: service, provider, time, details, done. No test here has JavaScript."""

from datetime import timedelta

import pytest

from appointments import holding
from appointments.models import Appointment, ConsentText
from bookkinda.preferences import Preferences
from customers.models import Customer
from notifications.models import Workflow
from tests.appointments.visitor import (
    ELEVEN,
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
from tests.factories import AppointmentFactory, ProviderFactory, ServiceFactory

pytestmark = pytest.mark.django_db


def test_a_visitor_books_in_five_steps(client, cut, rowan):
    assert f'href="/book/{cut.pk}/"' in text_of(client.get("/book/"))
    assert f'href="{times_of(cut, rowan.pk)}"' in text_of(client.get(f"/book/{cut.pk}/"))
    details = hold(client, cut, who=rowan.pk)

    answer = send(client, details, phone="07700 900123", note="Curls")

    done = text_of(client.get(answer.headers["Location"]))
    assert "You are booked, Grace" in done
    assert "We send the details to grace@example.org." in done
    made = booked()
    assert (made.service, made.provider, made.start) == (cut, rowan, TEN)
    assert (made.status, made.source) == (Appointment.Status.CONFIRMED, "booking")
    assert (made.note, made.price, made.currency) == ("Curls", cut.price, "GBP")
    assert made.customer.full_name == "Grace Hopper"
    assert made.customer.phone == "+447700900123"


def test_services_stand_under_their_categories_with_length_and_price(client, cut):
    ServiceFactory(name="Not on the page", is_online=False)
    tint = ServiceFactory(name="Brow tint", category="Brows", duration=15, position=1)
    ProviderFactory(services=[tint])
    ServiceFactory(name="Nobody does it")

    page = text_of(client.get("/book/"))

    assert page.index("Hair") < page.index("Cut and finish") < page.index("Brow tint")
    assert "1 h" in page
    assert "£48" in page
    assert "Not on the page" not in page
    assert "Nobody does it" not in page


def test_a_business_without_services_asks_to_be_called(client, db):
    page = client.get("/book/")

    assert page.status_code == 200
    assert "Nothing can be booked online yet" in text_of(page)


def test_the_first_free_time_of_each_provider_is_said(client, cut, rowan):
    AppointmentFactory(provider=rowan, start=TEN, end=TEN + timedelta(hours=7))

    page = text_of(client.get(f"/book/{cut.pk}/"))

    assert page.count("First free: today, 10:00") == 2  # anyone, and Elif
    assert "First free: tomorrow, 09:00" in page


def test_where_there_is_one_provider_nobody_is_asked_whom(client, cut, rowan):
    only = ServiceFactory()
    rowan.services.add(only)

    answer = client.get(f"/book/{only.pk}/")

    assert answer.headers["Location"] == times_of(only, rowan.pk)


def test_a_chosen_time_is_kept_for_ten_minutes(client, cut, rowan, monday):
    hold(client, cut, ELEVEN, who=rowan.pk)
    times = times_of(cut, rowan.pk)
    assert ELEVEN.isoformat() not in text_of(client.get(times))

    monday.shift(timedelta(minutes=10))

    assert ELEVEN.isoformat() in text_of(client.get(times))


def test_another_time_gives_the_first_one_up(client, cut):
    hold(client, cut)
    back = f"{times_of(cut)}?hold={held()[0].token}"

    assert TEN.isoformat() in text_of(client.get(back))
    choose(client, back, ELEVEN)

    assert [each.start for each in held()] == [ELEVEN]


def test_the_same_button_pressed_twice_holds_once(client, cut, rowan):
    page = hidden(client.get(times_of(cut, rowan.pk)))
    sent = {**page, "start": TEN.isoformat()}

    first = client.post(times_of(cut, rowan.pk), sent)
    second = client.post(times_of(cut, rowan.pk), sent)

    assert first.headers["Location"] == second.headers["Location"]
    assert len(held()) == 1


def test_a_form_sent_twice_books_once(client, cut):
    details = hold(client, cut)
    sent = {**hidden(client.get(details)), "first_name": "Grace", "last_name": "Hopper"}
    sent["email"] = "grace@example.org"

    first, second = client.post(details, sent), client.post(details, sent)

    assert first.headers["Location"] == second.headers["Location"]
    assert booked().customer == Customer.objects.get()
    assert client.get(details).headers["Location"] == first.headers["Location"]


def test_a_time_that_somebody_took_leads_back_to_the_others(client, cut, rowan):
    page = hidden(client.get(times_of(cut, rowan.pk)))
    AppointmentFactory(provider=rowan, start=TEN, end=ELEVEN)

    answer = client.post(times_of(cut, rowan.pk), {**page, "start": TEN.isoformat()})

    assert answer.status_code == 409
    assert "Somebody else just took this time" in text_of(answer)
    assert ELEVEN.isoformat() in text_of(answer)


def test_who_typed_for_longer_keeps_the_time_if_it_is_still_free(client, cut, monday):
    details = hold(client, cut, ELEVEN)
    page = hidden(client.get(details))
    monday.shift(timedelta(minutes=11))
    typed = {**page, "first_name": "Grace", "last_name": "Hopper", "email": "grace@example.org"}

    answer = client.post(details, typed)

    assert answer.status_code == 409
    assert "we keep it again" in text_of(answer)
    assert 'value="Grace"' in text_of(answer)
    [again] = held()
    answer = client.post(f"{times_of(cut)}{again.token}/", {**typed, **hidden(answer)})
    assert answer.status_code == 302
    assert booked().start == ELEVEN


def test_who_typed_for_longer_and_lost_the_time_types_nothing_again(client, cut, rowan, monday):
    times = times_of(cut, rowan.pk)
    details = hold(client, cut, ELEVEN, who=rowan.pk)
    page = hidden(client.get(details))
    monday.shift(timedelta(minutes=11))
    holding.remove_expired()
    AppointmentFactory(provider=rowan, start=ELEVEN, end=ELEVEN + timedelta(hours=1))
    typed = {"first_name": "Grace", "last_name": "Hopper", "email": "grace@example.org"}

    others = client.post(details, {**page, **typed, "note": "Curls"})
    assert others.status_code == 409
    assert "what you typed stays" in text_of(others)
    tomorrow = client.post(times, {**hidden(others), "day": "2027-01-05"})
    start = (TEN + timedelta(days=1)).isoformat()
    again = client.post(times, {**hidden(tomorrow), "start": start})

    assert again.status_code == 200
    assert 'value="Hopper"' in text_of(again)
    assert ">Curls</textarea>" in text_of(again).replace("\n", "")


def test_a_hold_that_ran_out_says_so_and_leads_back(client, cut, monday):
    details = hold(client, cut)
    monday.shift(timedelta(minutes=10))

    page = client.get(details)

    assert page.status_code == 410
    assert f'href="{times_of(cut)}"' in text_of(page)


def test_every_mistake_is_said_at_its_field_and_nothing_typed_is_lost(client, cut):
    details = hold(client, cut)

    page = send(client, details, first_name="", email="grace@", phone="12", note="Curls")

    assert page.status_code == 422
    text = text_of(page)
    assert "3 things need your attention" in text
    assert 'id="id_email_error"' in text
    assert 'value="grace@"' in text
    assert "Curls" in text


def test_the_address_is_required_with_the_reason(client, cut):
    page = send(client, hold(client, cut), email="")

    assert "Please enter your e-mail address. We send the confirmation there." in text_of(page)


def test_no_mail_is_promised_where_the_owner_sends_none(client, cut):
    details = hold(client, cut)
    promised = text_of(client.get(details))
    Workflow.objects.create(event="appointment-booked", channels=[])

    page = text_of(client.get(details))
    done = text_of(client.get(send(client, details).headers["Location"]))

    assert "We send the confirmation there" in promised
    assert "We send" not in page
    assert "We send" not in done
    assert f"/book/manage/{booked().token}/" in done


def test_an_address_that_looks_wrong_is_asked_about_once(client, cut):
    details = hold(client, cut)

    asked = send(client, details, email="grace@gmial.com")
    assert asked.status_code == 422
    assert "Did you mean grace@gmail.com?" in text_of(asked)
    client.post(details, {**hidden(asked), "first_name": "Grace", "last_name": "Hopper",
                          "email": "grace@gmial.com"})  # fmt: skip

    assert booked().customer.email == "grace@gmial.com"


def test_the_suggested_address_is_taken_with_one_press(client, cut):
    details = hold(client, cut)

    send(client, details, email="grace@gmial.com", instead="grace@gmail.com")

    assert booked().customer.email == "grace@gmail.com"


def test_a_suggestion_is_taken_only_for_the_address_it_was_made_for(client, cut):
    details = hold(client, cut)

    send(client, details, email="other@example.org", instead="grace@gmail.com")

    assert booked().customer.email == "other@example.org"


def test_the_wording_that_was_agreed_to_stays_with_the_appointment(client, cut):
    shown = ConsentText.objects.create(text="We keep your name.")
    details = hold(client, cut)
    page = client.get(details)
    assert "We keep your name." in text_of(page)
    ConsentText.objects.create(text="We sell your name.")
    sent = {**hidden(page), "first_name": "Grace", "last_name": "H", "email": "g@example.org"}

    assert client.post(details, sent).status_code == 422
    client.post(details, {**sent, "agrees": "on"})

    assert booked().consent == shown


def test_the_rules_for_cancelling_are_shown_before_booking(client, cut):
    cut.cancel_notice = cut.reschedule_notice = 12
    cut.save()

    page = client.get(hold(client, cut))

    assert "You can cancel or reschedule up to 12 hours before it begins." in text_of(page)


def test_what_staff_approve_is_asked_for_and_not_booked(client, cut):
    cut.needs_approval = True
    cut.save()

    answer = send(client, hold(client, cut))

    page = text_of(client.get(answer.headers["Location"]))
    assert "Thank you, Grace" in page
    assert "You are booked" not in page
    assert booked().status == Appointment.Status.PENDING


def test_while_the_owner_has_the_page_off_nothing_of_it_is_there(client, cut):
    times, details = times_of(cut), hold(client, cut)
    token = hidden(client.get(details))
    Preferences(booking_enabled=False, phone="+44 20 7946 0000").save()

    for address in ("/book/", f"/book/{cut.pk}/", times, details):
        page = text_of(client.get(address))
        assert "Online booking is closed" in page
        assert "+44 20 7946 0000" in page
    client.post(details, {**token, "first_name": "G", "last_name": "H", "email": "g@example.org"})
    assert not Appointment.objects.exists()


def test_what_is_not_offered_has_a_page_that_leads_on(client, cut):
    for address in (f"/book/{cut.pk + 7}/", times_of(cut, 987), times_of(cut, "nobody")):
        page = client.get(address)
        assert page.status_code == 404
        assert "See what we offer" in text_of(page)
