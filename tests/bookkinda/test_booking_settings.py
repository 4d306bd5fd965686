"""The settings about booking: the owner's page, what it refuses, and what it keeps."""

from http import HTTPStatus

import pytest
from django.test import Client

from appointments.models import ConsentText, WorkingHours
from bookkinda.preferences import Preferences
from tests.factories import AppointmentFactory, ProviderFactory, ServiceFactory

pytestmark = pytest.mark.django_db

PAGE = "/backoffice/settings/booking/"
STEPS = "/backoffice/first-steps/"


def typed(**changes: object) -> dict[str, object]:
    """What a browser sends for the page, with changes."""
    return {
        "booking_enabled": "on",
        "booking_step": "30",
        "booking_notice": "4",
        "booking_ahead": "90",
        "most_coming": "",
        "cancel_notice": "12",
        "reschedule_notice": "0",
        "login_on_booking": "always",
        "consent": "I agree.",
        "reminder_hours": "2, 48;24 2",
        "follow_up_hours": "3",
        "booking_origins": "https://Www.Example.org/\nhttps://müller.example:8443\n",
        **changes,
    }


def test_the_owner_sets_how_customers_book(as_owner: Client):
    response = as_owner.post(PAGE, typed())

    assert response["Location"] == PAGE
    business = Preferences.load()
    assert (business.booking_step, business.booking_notice, business.booking_ahead) == (30, 4, 90)
    assert (business.cancel_notice, business.reschedule_notice) == (12, 0)
    assert business.most_coming is None
    assert business.login_on_booking == "always"
    assert business.reminder_hours == [48, 24, 2]
    assert business.follow_up_hours == 3
    assert business.booking_origins == [
        "https://www.example.org",
        "https://xn--mller-kva.example:8443",
    ]
    page = as_owner.get(PAGE).text
    assert 'value="48, 24, 2"' in page
    assert "https://www.example.org" in page


def test_the_booking_page_is_switched_off_by_leaving_its_box_empty(as_owner: Client):
    form = typed(reminder_hours="", booking_origins="")
    del form["booking_enabled"]

    as_owner.post(PAGE, form)

    business = Preferences.load()
    assert not business.booking_enabled
    assert (business.reminder_hours, business.booking_origins) == ([], [])


def test_the_two_pages_of_settings_leave_each_other_alone(as_owner: Client):
    Preferences(business_name="Marigold", currency="TRY").save()

    as_owner.post(PAGE, typed())

    business = Preferences.load()
    assert (business.business_name, business.currency) == ("Marigold", "TRY")


def test_other_words_of_consent_are_a_new_row_and_the_old_ones_stay(as_owner: Client):
    as_owner.post(PAGE, typed())
    first = ConsentText.objects.get()
    booked = AppointmentFactory(consent=first)

    as_owner.post(PAGE, typed())
    assert ConsentText.objects.count() == 1

    as_owner.post(PAGE, typed(consent="I agree to more."))
    as_owner.post(PAGE, typed(consent=""))

    assert list(ConsentText.objects.order_by("pk").values_list("text", flat=True)) == [
        "I agree.",
        "I agree to more.",
        "",
    ]
    booked.refresh_from_db()
    assert booked.consent.text == "I agree."


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("booking_step", "4", "greater than or equal to 5"),
        ("booking_notice", "-1", "greater than or equal to 0"),
        ("booking_ahead", "731", "less than or equal to 730"),
        ("most_coming", "0", "greater than or equal to 1"),
        ("cancel_notice", "1345", "less than or equal to 1344"),
        ("cancel_notice", "", "required"),
        ("login_on_booking", "perhaps", "Select a valid choice"),
        ("consent", "x" * 2001, "2000 fit"),
        ("reminder_hours", "a day", "is no number of hours"),
        ("reminder_hours", "0", "is no number of hours"),
        ("reminder_hours", "1.5", "is no number of hours"),
        ("reminder_hours", "²", "is no number of hours"),
        ("reminder_hours", "1 2 3 4 5 6", "5 are the most"),
        ("follow_up_hours", "0", "greater than or equal to 1"),
        ("booking_origins", "http://example.org", "is no website"),
        ("booking_origins", "https://example.org/book", "is no website"),
        ("booking_origins", "https://*.example.org", "is no website"),
        ("booking_origins", "https://a.example; script-src *", "is no website"),
        ("booking_origins", "https://user@example.org", "is no website"),
        ("booking_origins", "https://example.org:99999", "is no website"),
        ("booking_origins", "*", "is no website"),
        ("booking_origins", " ".join(f"https://w{n}.test" for n in range(21)), "20 are the most"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_saved(
    as_owner: Client, field, value, says
):
    response = as_owner.post(PAGE, typed(**{field: value}))

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert any(says in error for error in response.context["form"].errors[field])
    assert "Error:" in response.text
    assert Preferences.load().booking_step == 15
    assert not ConsentText.objects.exists()


def test_the_first_steps_lead_to_hours_and_services(as_owner: Client):
    page = as_owner.get(STEPS)
    assert not page.context["has_hours"]
    assert not page.context["has_services"]

    for _twice in range(2):
        as_owner.post(STEPS, {"hours": "1"})
    assert WorkingHours.objects.count() == 5
    assert Preferences.load().first_steps_done_at is None

    service = ServiceFactory()
    assert "none that somebody provides" in as_owner.get(STEPS).text
    ProviderFactory(services=[service])
    page = as_owner.get(STEPS)
    assert page.context["has_hours"]
    assert page.context["has_services"]
    assert "Customers book here:" in page.text
